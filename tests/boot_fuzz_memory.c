/* SPDX-License-Identifier: MIT */
/*
 * The law of the memory map, computed the slow way, and what all memory limits obey.
 *
 * The sanitiser walks edges; the model here never looks further than one page: it asks every entry
 * whether it touches the page, and whether the RAM entries together cover all of it. Between two
 * edges nothing changes, so comparing the page of each edge and its two neighbours compares all.
 */
#include "boot/layout.h"
#include "lib/compiler.h"
#include "lib/errno.h"
#include "tests/boot_fuzz.h"

#define LAST_PAGE ((MEM_ADDR_LIMIT >> PAGE_SHIFT) - 1)

/* The end of an entry, at most the limit; 0 if the entry counts for nothing. */
static u64 entry_end(const struct boot_range *e)
{
	u64 end = e->base + e->size;

	if (e->size == 0 || e->base >= MEM_ADDR_LIMIT)
		return 0;
	if (end < e->base)
		return e->type == MEM_RAM ? 0 : MEM_ADDR_LIMIT;
	return end < MEM_ADDR_LIMIT ? end : MEM_ADDR_LIMIT;
}

static unsigned int severity(u32 type)
{
	return type == MEM_ACPI ? 2 : type == MEM_NVS ? 3 : type == MEM_UNUSABLE ? 5 : 4;
}

/* Whether the RAM entries cover every byte from AT to END. */
static bool ram_covers(const struct boot_range *raw, unsigned int count, u64 at, u64 end)
{
	unsigned int i;
	bool moved = true;

	while (at < end && moved) {
		moved = false;
		for (i = 0; i < count; i++) {
			if (raw[i].type != MEM_RAM || raw[i].base > at || entry_end(&raw[i]) <= at)
				continue;
			at = entry_end(&raw[i]);
			moved = true;
		}
	}
	return at >= end;
}

/* What the page must be: 0 a hole, 1 RAM, else the severity of what it is. */
static unsigned int law(const struct boot_range *raw, unsigned int count, u64 page)
{
	u64 start = page << PAGE_SHIFT, end = start + PAGE_SIZE;
	unsigned int i, worst = page == 0 || (page >= 0xa0 && page < 0x100) ? 4 : 0;

	for (i = 0; i < count; i++)
		if (raw[i].type != MEM_RAM && raw[i].base < end && entry_end(&raw[i]) > start)
			worst = max(worst, severity(raw[i].type));
	return worst ? worst : ram_covers(raw, count, start, end);
}

static unsigned int found(const struct mem_map *map, u64 page)
{
	u64 at = page << PAGE_SHIFT;
	unsigned int i;

	for (i = 0; i < map->count; i++)
		if (map->region[i].start <= at && at < map->region[i].end)
			return map->region[i].type == MEM_RAM ? 1 : severity(map->region[i].type);
	return 0;
}

/* The pages around address AT are what they must be. */
static bool right_at(const struct boot_range *raw, unsigned int count, const struct mem_map *map,
		     u64 at)
{
	u64 page = at >> PAGE_SHIFT, first = page ? page - 1 : 0;

	for (page = first; page <= first + 2 && page <= LAST_PAGE; page++)
		if (law(raw, count, page) != found(map, page))
			return false;
	return true;
}

const char *boot_fuzz_check_map(const struct boot_range *raw, unsigned int count,
				const struct mem_map *map)
{
	unsigned int i;

	BOOT_FUZZ_CHECK(map->count <= MEM_MAP_MAX);
	for (i = 0; i < map->count; i++) {
		const struct mem_region *r = &map->region[i];

		BOOT_FUZZ_CHECK(r->start < r->end && r->end <= MEM_ADDR_LIMIT);
		BOOT_FUZZ_CHECK(IS_ALIGNED(r->start, (u64)PAGE_SIZE));
		BOOT_FUZZ_CHECK(IS_ALIGNED(r->end, (u64)PAGE_SIZE));
		if (i == 0)
			continue;
		BOOT_FUZZ_CHECK(r[-1].end <= r->start);
		BOOT_FUZZ_CHECK(r[-1].end < r->start || r[-1].type != r->type);
	}
	BOOT_FUZZ_CHECK(right_at(raw, count, map, 0));
	BOOT_FUZZ_CHECK(right_at(raw, count, map, 0xa0000));
	BOOT_FUZZ_CHECK(right_at(raw, count, map, 0x100000));
	BOOT_FUZZ_CHECK(right_at(raw, count, map, MEM_ADDR_LIMIT - 1));
	for (i = 0; i < count; i++) {
		BOOT_FUZZ_CHECK(right_at(raw, count, map, raw[i].base));
		BOOT_FUZZ_CHECK(right_at(raw, count, map, raw[i].base + raw[i].size));
	}
	return NULL;
}

static const char *check_zones(const struct mem_limits *l)
{
	u64 low = (u64)l->max_low_pfn << PAGE_SHIFT;
	u64 reserve = KERNEL_SPAN - l->max_lowmem;

	BOOT_FUZZ_CHECK(l->max_low_pfn <= l->max_pfn);
	BOOT_FUZZ_CHECK(low <= l->max_lowmem && l->max_lowmem <= MAXMEM_DEFAULT);
	BOOT_FUZZ_CHECK(reserve % SZ_4M == 0 && reserve >= RESERVE_DEFAULT);
	BOOT_FUZZ_CHECK(l->high_memory == PAGE_OFFSET + low);
	BOOT_FUZZ_CHECK(l->vmalloc_start == l->high_memory + VMALLOC_OFFSET);
	BOOT_FUZZ_CHECK(l->vmalloc_end == VMALLOC_END && l->vmalloc_start < l->vmalloc_end);
	BOOT_FUZZ_CHECK(l->zone_end_pfn[ZONE_INDEX_DMA] <= SZ_16M >> PAGE_SHIFT);
	BOOT_FUZZ_CHECK(l->zone_end_pfn[ZONE_INDEX_DMA] <= l->max_low_pfn);
	BOOT_FUZZ_CHECK(l->zone_end_pfn[ZONE_INDEX_NORMAL] == l->max_low_pfn);
	BOOT_FUZZ_CHECK(l->zone_end_pfn[ZONE_INDEX_HIGHMEM] == l->max_pfn);
	return NULL;
}

const char *boot_fuzz_check_limits(const struct mem_map *map, const struct mem_request *request,
				   const struct mem_machine *machine)
{
	static struct mem_map cut;
	struct mem_limits l;
	u64 before = memmap_ram_bytes(map, 0, MEM_ADDR_LIMIT), end, low;
	const char *broken;
	int err;

	cut = *map;
	err = memlimits_compute(&cut, request, machine, NULL, &l);
	broken = check_zones(&l);
	if (broken)
		return broken;
	end = (u64)l.max_pfn << PAGE_SHIFT;
	low = (u64)l.max_low_pfn << PAGE_SHIFT;
	BOOT_FUZZ_CHECK(end <= (machine->pae ? GIB(64) : GIB(4)));
	BOOT_FUZZ_CHECK(end == memmap_ram_end(&cut));
	BOOT_FUZZ_CHECK(l.total_bytes == memmap_ram_bytes(&cut, 0, MEM_ADDR_LIMIT));
	BOOT_FUZZ_CHECK(l.total_bytes == memmap_ram_bytes(map, 0, end));
	BOOT_FUZZ_CHECK(l.high_bytes == memmap_ram_bytes(&cut, low, MEM_ADDR_LIMIT));
	BOOT_FUZZ_CHECK(l.total_bytes <= before && l.high_bytes <= l.total_bytes);
	BOOT_FUZZ_CHECK(err == 0 || err == -ENOMEM);
	BOOT_FUZZ_CHECK((err == 0) == (l.total_bytes - l.high_bytes > MIN_RAM_BYTES - MIB(1)));
	/* High memory below the direct map's end is made by highmem=, and never at lowmem's cost.
	 */
	if (l.high_bytes && low < l.max_lowmem && memmap_ram_end(&cut) <= l.max_lowmem)
		BOOT_FUZZ_CHECK(request->highmem && l.total_bytes - l.high_bytes >= MIB(64));
	return NULL;
}
