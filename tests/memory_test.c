/* SPDX-License-Identifier: MIT */
/*
 * Proves: what may be allocated is RAM and belongs to nobody else; zones and totals follow from the
 * map; memblock keeps its law on the machine's real lists.
 */
#include "boot/bootinfo.h"
#include "boot/layout.h"
#include "boot/pgentry.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/memblock.h"
#include "mm/meminfo.h"
#include "mm/meminit.h"
#include "tests/kunit.h"

static phys_addr_t free_bytes_in(phys_addr_t start, phys_addr_t end)
{
	return memblock_free_in(start & PAGE_MASK, PFN_PHYS(PFN_UP(end)));
}

static void free_memory_belongs_to_nobody_else(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, free_bytes_in(__pa(__image_start), __pa(__image_end)), 0ull);
	for (unsigned int i = 0; i < boot_info.module_count; i++)
		KUNIT_EXPECT_EQ_MSG(
			test, free_bytes_in(boot_info.module[i].start, boot_info.module[i].end),
			0ull, "module %u", i);
	for (unsigned int i = 0; i < boot_info.extent_count; i++)
		KUNIT_EXPECT_EQ_MSG(
			test, free_bytes_in(boot_info.extent[i].start, boot_info.extent[i].end),
			0ull, "loader data %u", i);
	KUNIT_EXPECT_EQ(test, free_bytes_in(0, PAGE_SIZE), 0ull);
	KUNIT_EXPECT_EQ(test, free_bytes_in(0xa0000, 0x100000), 0ull);
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
	phys_addr_t low_end = PFN_PHYS(mem_limits.max_low_pfn), low, high;

	meminfo_read(&before);
	KUNIT_EXPECT_LE(test, before.free_bytes, before.total_bytes);
	KUNIT_EXPECT_LE(test, before.total_bytes, mem_limits.total_bytes);
	KUNIT_EXPECT_EQ(test, before.vmalloc_total_bytes,
			(u64)mem_limits.vmalloc_end - mem_limits.vmalloc_start);

	low = memblock_phys_alloc_range(5 * PAGE_SIZE, PAGE_SIZE, 0, low_end);
	high = memblock_phys_alloc_range(3 * PAGE_SIZE, PAGE_SIZE, low_end, PT_PHYS_LIMIT);
	meminfo_read(&during);
	KUNIT_ASSERT_NE(test, low, 0ull);
	KUNIT_EXPECT_EQ(test, before.high_free_bytes - during.high_free_bytes,
			high ? 3ull * PAGE_SIZE : 0ull);
	KUNIT_EXPECT_EQ(test, before.free_bytes - during.free_bytes,
			(high ? 8ull : 5ull) * PAGE_SIZE);

	memblock_phys_free(low, 5 * PAGE_SIZE);
	if (high)
		memblock_phys_free(high, 3 * PAGE_SIZE);
	meminfo_read(&after);
	KUNIT_EXPECT_EQ(test, after.free_bytes, before.free_bytes);
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(free_memory_belongs_to_nobody_else),
	KUNIT_CASE(only_ram_is_ram),
	KUNIT_CASE(limits_follow_from_the_map),
	KUNIT_CASE(page_tables_are_reserved_low_memory),
	KUNIT_CASE(meminfo_adds_up),
	{},
};

static struct kunit_suite memory_suite = {
	.name = "memory",
	.test_cases = memory_cases,
	.quick = true,
};
kunit_test_suite(memory_suite);
