/* SPDX-License-Identifier: MIT */
/*
 * mem_map and the zones: from the limits to an array of struct page.
 *
 * RAM is never assumed to be zero, so mem_map must be written before it is believed: 32 bytes a
 * frame. Low memory's part of it is filled at once, by one string instruction. High memory's, which
 * may be half a GiB, is written block by block when a page of it is first used (mm/buddy.h,
 * "untouched"); at boot it costs one struct page in 1024. Everything else here goes by ranges and
 * page blocks.
 *
 * The array ends at a page block's end, not at max_pfn, and starts at a multiple of what describes
 * one block. So the buddy of a block is found by one XOR on the struct page's address, and is
 * always there to be looked at, if only to see that it is not free.
 */
#define pr_fmt(fmt) "mem_map: " fmt
#include "mm/page_init.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "lib/string.h"
#include "mm/buddy.h"
#include "mm/memblock.h"
#include "mm/pageblock.h"

struct page *mem_map;
uintptr_t mem_map_of_virt;
unsigned long max_pfn, max_low_pfn;
struct page *zone_first_page[MAX_NR_ZONES];
struct zone node_zones[MAX_NR_ZONES];

static const char *const zone_names[MAX_NR_ZONES] = {"DMA", "Normal", "HighMem"};

/* Memory for the life of the kernel, below the end of the direct map; not cleared. */
static void *take_low(size_t size, size_t align, const char *what)
{
	phys_addr_t pa = memblock_phys_alloc_range(size, align, PAGE_SIZE, PFN_PHYS(max_low_pfn));

	if (pa == 0)
		panic("%s needs %zu KiB of low memory in one piece and there is none; use less RAM "
		      "(mem=), or make the modules smaller",
		      what, size >> 10);
	return __va(pa);
}

/* Entries of mem_map: up to the end of the last page block. */
static unsigned long mem_map_pages(void)
{
	return ALIGN(max_pfn, pageblock_nr_pages);
}

static void make_mem_map(void)
{
	size_t size = mem_map_pages() * sizeof(struct page);
	size_t low = ALIGN(max_low_pfn, pageblock_nr_pages) * sizeof(struct page);

	mem_map = take_low(size, pageblock_nr_pages * sizeof(struct page), "mem_map");
	mem_map_of_virt = (uintptr_t)mem_map - (PAGE_OFFSET >> PAGE_SHIFT) * sizeof(struct page);
	rep_stosl(mem_map, 0, min(low, size) / 4);
	pr_info("%lu frames, %zu KiB at 0x%px\n", max_pfn, size >> 10, mem_map);
}

/* One byte a page block; until it is known better, everything is movable. */
static void make_pageblocks(void)
{
	unsigned long blocks = 0;
	struct zone *zone;
	u8 *flags;

	for_each_zone(zone) blocks += zone_pageblocks(zone);
	flags = take_low(ALIGN(blocks, PAGE_SIZE), PAGE_SIZE, "the page blocks");
	memset(flags, MIGRATE_MOVABLE, blocks);
	for_each_zone(zone)
	{
		zone->pageblock_flags = flags;
		zone->first_pageblock = zone->zone_start_pfn >> pageblock_order;
		flags += zone_pageblocks(zone);
	}
}

static void init_zone(struct zone *zone, unsigned long start, unsigned long end)
{
	zone->name = zone_names[zone_idx(zone)];
	zone->zone_start_pfn = start;
	zone->spanned_pages = end - start;
	zone->lazy_map = is_highmem(zone);
	zone->present_pages = PFN_DOWN(memblock_memory_in(PFN_PHYS(start), PFN_PHYS(end)));
	zone_first_page[zone_idx(zone)] = mem_map + start;
	buddy_init(zone, zone_idx(zone));
}

void page_init(const struct mem_limits *limits)
{
	unsigned long start = 1; /* frame 0 is nobody's */
	struct zone *zone;

	max_pfn = limits->max_pfn;
	max_low_pfn = limits->max_low_pfn;
	memblock_allow_resize(PFN_PHYS(max_low_pfn), __va);
	make_mem_map();
	for_each_zone(zone)
	{
		unsigned long end = max(start, limits->zone_end_pfn[zone_idx(zone)]);

		init_zone(zone, start, end);
		start = end;
	}
	zone_first_page[ZONE_DMA] = mem_map;
	make_pageblocks();
}

/* Frames [start, end) go to their zones; a range may cross a border. */
static void release(unsigned long start, unsigned long end)
{
	struct zone *zone;

	for_each_zone(zone)
	{
		unsigned long from = max(start, zone->zone_start_pfn);
		unsigned long to = min(end, zone_end_pfn(zone));

		if (from >= to)
			continue;
		buddy_add_range(zone, from, to);
		zone->managed_pages += to - from;
	}
}

/* Frames [start, end) belong to nobody who could free them. */
static void reserve(unsigned long start, unsigned long end)
{
	for (struct page *page = pfn_to_page(start); page < pfn_to_page(end); page++) {
		*page = (struct page){.flags = BIT(PG_reserved)};
		page->_refcount.counter = 1;
	}
}

void memblock_free_all(void)
{
	unsigned long taken = 0, managed = 0;
	phys_addr_t start, end;
	struct zone *zone;

	for (start = 0; memblock_next_free(&start, &end); start = end) {
		unsigned long from = PFN_UP(start), to = PFN_DOWN(end);

		if (from >= to)
			continue;
		reserve(taken, from);
		release(from, to);
		taken = to;
	}
	reserve(taken, mem_map_pages());
	memblock_retire();
	for_each_zone(zone) managed += zone->managed_pages;
	page_group_by_mobility_disabled = managed < pageblock_nr_pages * MIGRATE_TYPES;
	for_each_zone(zone) zone->mixed = page_group_by_mobility_disabled;
}
