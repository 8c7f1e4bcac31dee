/* SPDX-License-Identifier: MIT */
/*
 * Proves: the machine's own zones hold nothing but free RAM, each page under the names that belong
 * together; and taken page by page and freed in another order, all of it comes back whole.
 */
#include "boot/memlimits.h"
#include "kernel/sync/spinlock.h"
#include "mm/buddy.h"
#include "mm/memblock.h"
#include "tests/bags.h"
#include "tests/kunit.h"

static void the_zones_are_consistent(struct kunit *test)
{
	struct zone *zone;
	unsigned long flags, expected = 1;

	for_each_zone(zone)
	{
		KUNIT_EXPECT_EQ(test, zone->zone_start_pfn, expected);
		KUNIT_EXPECT_LE(test, zone->managed_pages, zone->present_pages);
		KUNIT_EXPECT_LE(test, zone->present_pages, zone->spanned_pages);
		KUNIT_EXPECT_LE(test, zone->nr_free_pages, zone->managed_pages);
		spin_lock_irqsave(&zone->lock, flags);
		expect_consistent(test, zone);
		spin_unlock_irqrestore(&zone->lock, flags);
		expected = zone_end_pfn(zone);
	}
	KUNIT_EXPECT_EQ(test, expected, max_pfn);
}

static void check_free_block(struct kunit *test, const struct page *page, unsigned int order)
{
	phys_addr_t base = page_to_phys(page), size = (phys_addr_t)PAGE_SIZE << order;

	if (!memblock_is_region_memory(base, size))
		KUNIT_FAIL(test, "free block at 0x%llx, order %u, is not all RAM", base, order);
	if (memblock_is_region_reserved(base, size))
		KUNIT_FAIL(test, "free block at 0x%llx, order %u, is reserved", base, order);
}

/* What is free is RAM that nobody had reserved when the boot ended. */
static void free_blocks_are_ram(struct kunit *test)
{
	unsigned long flags;
	struct zone *zone;

	for_each_zone(zone)
	{
		spin_lock_irqsave(&zone->lock, flags);
		for (unsigned int i = 0; i < MAX_ORDER * MIGRATE_TYPES; i++) {
			unsigned int order = i / MIGRATE_TYPES;
			const struct page *page;

			list_for_each_entry(
				page, &zone->free_area[order].free_list[i % MIGRATE_TYPES], lru)
				check_free_block(test, page, order);
		}
		spin_unlock_irqrestore(&zone->lock, flags);
	}
}

/* The page, its number, its physical address, its zone and its address agree. */
static void frames_have_four_names(struct kunit *test)
{
	for (unsigned int i = 0; i < 1000; i++) {
		unsigned long pfn = 1 + prandom_u32_below(&bags_rnd, (u32)max_pfn - 1);
		struct page *page = pfn_to_page(pfn);

		KUNIT_EXPECT_EQ(test, page_to_pfn(page), pfn);
		KUNIT_EXPECT_PTR_EQ(test, phys_to_page(page_to_phys(page)), page);
		KUNIT_EXPECT_TRUE(test, zone_spans_pfn(page_zone(page), pfn));
		KUNIT_EXPECT_EQ(test, PageHighMem(page), pfn >= max_low_pfn);
		if (PageHighMem(page))
			continue;
		KUNIT_EXPECT_PTR_EQ(test, virt_to_page(page_to_virt(page)), page);
		KUNIT_EXPECT_EQ(test, __pa(page_to_virt(page)), page_to_phys(page));
	}
	KUNIT_EXPECT_TRUE(test, PageReserved(pfn_to_page(0)));
	KUNIT_EXPECT_TRUE(test, PageReserved(pfn_to_page(0xa0)));
	KUNIT_EXPECT_TRUE(test, PageReserved(virt_to_page(mem_map)));
}

/* Every page that is free now, up to 4 GiB of them, in and out again, zones mixed. None is a
 * stranger. */
static void all_of_memory_comes_back_whole(struct kunit *test)
{
	unsigned long before[MAX_NR_ZONES][MAX_ORDER], flags, strangers = 0;
	struct page *page;
	struct zone *zone;

	for_each_zone(zone) count_free(zone, before[zone_idx(zone)]);
	for_each_zone(zone)
	{
		spin_lock_irqsave(&zone->lock, flags);
		while (in_bags < 1ul << 20 &&
		       (page = buddy_alloc(zone, 0,
					   prandom_u32_below(&bags_rnd, MIGRATE_PCPTYPES)))) {
			strangers += page_zone(page) != zone || page_to_pfn(page) == 0;
			put_in_bag(page);
		}
		spin_unlock_irqrestore(&zone->lock, flags);
	}
	kunit_info(test, "%lu pages", in_bags);
	KUNIT_EXPECT_EQ(test, strangers, 0ul);
	while (in_bags) {
		page = take_from_bag();
		zone = page_zone(page);
		spin_lock_irqsave(&zone->lock, flags);
		buddy_free(zone, page, 0);
		spin_unlock_irqrestore(&zone->lock, flags);
	}
	for_each_zone(zone)
	{
		expect_counts(test, zone, before[zone_idx(zone)]);
		expect_consistent(test, zone);
	}
}

static int start_anew(struct kunit_suite *suite)
{
	bags_init();
	return 0;
}

static struct kunit_case buddy_zones_cases[] = {
	KUNIT_CASE(the_zones_are_consistent),
	KUNIT_CASE(free_blocks_are_ram),
	KUNIT_CASE(frames_have_four_names),
	KUNIT_CASE_SLOW(all_of_memory_comes_back_whole),
	{},
};

static struct kunit_suite buddy_zones_suite = {
	.name = "buddy_zones",
	.suite_init = start_anew,
	.test_cases = buddy_zones_cases,
	.quick = true,
};
kunit_test_suite(buddy_zones_suite);
