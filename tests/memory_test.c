/* SPDX-License-Identifier: MIT */
/*
 * Proves: what may be allocated is RAM and belongs to nobody else; zones and totals follow from the
 * map; memblock keeps its law on the machine's real lists.
 */
#include "boot/bootinfo.h"
#include "boot/layout.h"
#include "boot/pgentry.h"
#include "boot/x86.h"
#include "lib/string.h"
#include "mm/buddy.h"
#include "mm/direct_map.h"
#include "mm/memblock.h"
#include "mm/meminfo.h"
#include "mm/meminit.h"
#include "tests/kunit.h"

/* Pages of [start, end), whole or in part, that the page allocator could hand out. */
static unsigned long free_pages_in(phys_addr_t start, phys_addr_t end)
{
	unsigned long pages = 0;

	for (unsigned long pfn = PFN_DOWN(start); pfn < PFN_UP(end) && pfn_valid(pfn); pfn++)
		pages += is_free_buddy_page(pfn_to_page(pfn));
	return pages;
}

static void free_memory_belongs_to_nobody_else(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, free_pages_in(__pa(__image_start), __pa(__image_end)), 0ul);
	for (unsigned int i = 0; i < boot_info.module_count; i++)
		KUNIT_EXPECT_EQ_MSG(
			test, free_pages_in(boot_info.module[i].start, boot_info.module[i].end),
			0ul, "module %u", i);
	for (unsigned int i = 0; i < boot_info.extent_count; i++)
		KUNIT_EXPECT_EQ_MSG(
			test, free_pages_in(boot_info.extent[i].start, boot_info.extent[i].end),
			0ul, "loader data %u", i);
	KUNIT_EXPECT_EQ(test, free_pages_in(0, PAGE_SIZE), 0ul);
	KUNIT_EXPECT_EQ(test, free_pages_in(0xa0000, 0x100000), 0ul);
}

/* No byte of a region that the firmware called anything but RAM is RAM to us. */
static void only_ram_is_ram(struct kunit *test)
{
	for (unsigned int i = 0; i < boot_info.map_count; i++) {
		const struct boot_range *range = &boot_info.map[i];

		if (range->type == MEM_RAM || range->size == 0 ||
		    range->base + range->size < range->base)
			continue;
		KUNIT_EXPECT_EQ_MSG(test,
				    memblock_memory_in(range->base, range->base + range->size),
				    0ull, "map entry %u at 0x%llx", i, range->base);
	}
	memblock_check();
}

static void limits_follow_from_the_map(struct kunit *test)
{
	phys_addr_t low_end = PFN_PHYS(mem_limits.max_low_pfn);

	KUNIT_EXPECT_EQ(test, PFN_DOWN(memblock_end_of_DRAM()), mem_limits.max_pfn);
	KUNIT_EXPECT_EQ(test, memblock_phys_mem_size(), mem_limits.total_bytes);
	KUNIT_EXPECT_EQ(test, memblock_memory_in(low_end, PT_PHYS_LIMIT), mem_limits.high_bytes);
	KUNIT_EXPECT_LE(test, (u64)low_end, mem_limits.max_lowmem);
	KUNIT_EXPECT_LE(test, memblock_end_of_DRAM(), (phys_addr_t)PT_PHYS_LIMIT);
	KUNIT_EXPECT_EQ(test, mem_limits.zone_end_pfn[ZONE_INDEX_NORMAL], mem_limits.max_low_pfn);
	KUNIT_EXPECT_EQ(test, mem_limits.zone_end_pfn[ZONE_INDEX_HIGHMEM], mem_limits.max_pfn);
	KUNIT_EXPECT_LE(test, mem_limits.zone_end_pfn[ZONE_INDEX_DMA], 4096ul);
}

/* All page tables lie in low memory, reserved: the walker and the next table depend on it. */
static void page_tables_are_reserved_low_memory(struct kunit *test)
{
	phys_addr_t reserved = memblock_reserved_size();

	KUNIT_EXPECT_GE(test, reserved, (phys_addr_t)direct_map_stats.tables * PAGE_SIZE);
}

/* High + low = all, and free memory falls by exactly what is taken, in the right half. */
static void meminfo_adds_up(struct kunit *test)
{
	struct meminfo before, during, after;
	struct page *low, *high;
	unsigned long flags;

	meminfo_read(&before);
	KUNIT_EXPECT_LE(test, before.free_bytes, before.total_bytes);
	KUNIT_EXPECT_LE(test, before.total_bytes, mem_limits.total_bytes);
	KUNIT_EXPECT_EQ(test, before.vmalloc_total_bytes,
			(u64)mem_limits.vmalloc_end - mem_limits.vmalloc_start);

	local_irq_save(flags); /* nobody else counts or allocates */
	low = buddy_alloc(&node_zones[ZONE_DMA], 2, MIGRATE_UNMOVABLE);
	high = buddy_alloc(&node_zones[ZONE_HIGHMEM], 1, MIGRATE_MOVABLE);
	meminfo_read(&during);
	if (low)
		buddy_free(&node_zones[ZONE_DMA], low, 2);
	if (high)
		buddy_free(&node_zones[ZONE_HIGHMEM], high, 1);
	meminfo_read(&after);
	local_irq_restore(flags);

	KUNIT_ASSERT_NOT_NULL(test, low);
	KUNIT_EXPECT_EQ(test, before.high_free_bytes - during.high_free_bytes,
			high ? 2ull * PAGE_SIZE : 0ull);
	KUNIT_EXPECT_EQ(test, before.free_bytes - during.free_bytes,
			(high ? 6ull : 4ull) * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, after.free_bytes, before.free_bytes);
}

/* Everything that would still change memblock's lists is a BUG by now. */
static void memblock_is_retired(struct kunit *test)
{
	KUNIT_EXPECT_BUG(test, "*retired*", memblock_add(0, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*retired*", memblock_reserve(0x1000, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*retired*", memblock_phys_free(0x1000, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*retired*", memblock_phys_alloc(PAGE_SIZE, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*retired*", memblock_init());
	KUNIT_EXPECT_TRUE(test, memblock_is_memory(__pa(__image_start)));
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(free_memory_belongs_to_nobody_else),
	KUNIT_CASE(only_ram_is_ram),
	KUNIT_CASE(limits_follow_from_the_map),
	KUNIT_CASE(page_tables_are_reserved_low_memory),
	KUNIT_CASE(meminfo_adds_up),
	KUNIT_CASE(memblock_is_retired),
	{},
};

static struct kunit_suite memory_suite = {
	.name = "memory",
	.test_cases = memory_cases,
	.quick = true,
};
kunit_test_suite(memory_suite);
