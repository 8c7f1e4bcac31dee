/* SPDX-License-Identifier: MIT */
/*
 * Proves: free pages merge into the blocks they came from, and never across the border of a zone or
 * a hole; what is unmovable keeps to itself. On zones without memory (scratch_zone.h).
 */
#include "boot/memlimits.h"
#include "kernel/sync/spinlock.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/buddy.h"
#include "mm/memblock.h"
#include "mm/pageblock.h"
#include "mm/pagetypeinfo.h"
#include "tests/bags.h"
#include "tests/kunit.h"
#include "tests/scratch_zone.h"

static struct scratch scratch;

static int buddy_suite_init(struct kunit_suite *suite)
{
	bags_init();
	return scratch_init(&scratch);
}

static void buddy_suite_exit(struct kunit_suite *suite)
{
	scratch_exit(&scratch);
}

static void blocks_are_aligned(struct kunit *test)
{
	scratch_reset(&scratch, 0, 0);
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = buddy_alloc(&scratch.zone, order, MIGRATE_UNMOVABLE);

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, page_to_pfn(page) & ((1ul << order) - 1), 0ul);
		KUNIT_EXPECT_EQ(test, page->page_type, 0u);
	}
	expect_consistent(test, &scratch.zone);
	KUNIT_EXPECT_EQ(test, scratch.zone.nr_free_pages, SCRATCH_PAGES - 2047);
}

static void freeing_everything_restores_the_lists(struct kunit *test)
{
	unsigned long before[MAX_ORDER];

	scratch_reset(&scratch, 0, 5000);
	count_free(&scratch.zone, before);
	take_everything(&scratch.zone);
	KUNIT_EXPECT_EQ(test, in_bags, SCRATCH_PAGES - 1);
	KUNIT_EXPECT_EQ(test, scratch.zone.nr_free_pages, 0ul);
	while (in_bags)
		buddy_free(&scratch.zone, take_from_bag(), 0);
	expect_counts(test, &scratch.zone, before);
	expect_consistent(test, &scratch.zone);
}

/* A border and a hole, each in the middle of a page block: what is free ends there. */
static void merging_stops_at_borders_and_holes(struct kunit *test)
{
	unsigned long before[2][MAX_ORDER];
	const unsigned long border = 6 * 1024 + 512, hole = 3 * 1024 + 77;

	scratch_reset(&scratch, border, hole);
	count_free(&scratch.zone, before[0]);
	count_free(&scratch.next, before[1]);
	take_everything(&scratch.zone);
	take_everything(&scratch.next);
	while (in_bags) {
		struct page *page = take_from_bag();
		bool second = (unsigned long)(page - scratch.pages) >= border;

		buddy_free(second ? &scratch.next : &scratch.zone, page, 0);
	}
	expect_counts(test, &scratch.zone, before[0]);
	expect_counts(test, &scratch.next, before[1]);
	expect_consistent(test, &scratch.zone);
	expect_consistent(test, &scratch.next);
	KUNIT_EXPECT_FALSE(test, is_free_buddy_page(scratch.pages + hole));
}

/* The first unmovable page takes a whole page block; the others follow it there. */
static void unmovable_pages_keep_together(struct kunit *test)
{
	struct page *first, *page;

	scratch_reset(&scratch, 0, 0);
	buddy_alloc(&scratch.zone, 0, MIGRATE_MOVABLE);
	first = buddy_alloc(&scratch.zone, 0, MIGRATE_UNMOVABLE);
	KUNIT_EXPECT_EQ(test, (int)pageblock_type(&scratch.zone, first), (int)MIGRATE_UNMOVABLE);
	for (unsigned int i = 1; i < pageblock_nr_pages; i++) {
		page = buddy_alloc(&scratch.zone, 0, MIGRATE_UNMOVABLE);
		if (page_to_pfn(page) >> pageblock_order != page_to_pfn(first) >> pageblock_order)
			KUNIT_FAIL(test, "page %u lies in another page block", i);
	}
	page = buddy_alloc(&scratch.zone, 0, MIGRATE_MOVABLE);
	KUNIT_EXPECT_EQ(test, (int)pageblock_type(&scratch.zone, page), (int)MIGRATE_MOVABLE);
	expect_consistent(test, &scratch.zone);
}

/* Less than half of a page block is free: it is used, but stays what it is. */
static void a_small_rest_is_no_conquest(struct kunit *test)
{
	struct page *page;

	scratch_reset(&scratch, 0, 0);
	while (scratch.zone.nr_free_pages > 500)
		buddy_alloc(&scratch.zone, 0, MIGRATE_MOVABLE);
	page = buddy_alloc(&scratch.zone, 0, MIGRATE_UNMOVABLE);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, (int)pageblock_type(&scratch.zone, page), (int)MIGRATE_MOVABLE);
	expect_consistent(test, &scratch.zone);
}

static void the_atomic_reserve_is_not_raided(struct kunit *test)
{
	struct page *reserve = scratch.pages + 4096, *page;

	scratch_reset(&scratch, 0, 0);
	KUNIT_EXPECT_EQ(test, buddy_set_pageblock(&scratch.zone, reserve, MIGRATE_HIGHATOMIC),
			pageblock_nr_pages);
	take_everything(&scratch.zone);
	KUNIT_EXPECT_EQ(test, in_bags, SCRATCH_PAGES - pageblock_nr_pages);
	KUNIT_EXPECT_FALSE(test, buddy_has_block(&scratch.zone, 0, MIGRATE_MOVABLE));
	page = buddy_alloc_type(&scratch.zone, 3, MIGRATE_HIGHATOMIC);
	KUNIT_EXPECT_PTR_EQ(test, page, reserve);
	while (in_bags)
		take_from_bag();
	expect_consistent(test, &scratch.zone);
}

/*
 * A sixteenth of all memory stays for ever, mixed at random with pages that go. Returns how many
 * blocks of order 9 there are when these are gone.
 */
static unsigned long free_blocks_after_mix(bool grouping)
{
	struct zone *zone = &scratch.zone;
	struct page *page;

	scratch_reset(&scratch, 0, 0);
	zone->mixed = !grouping;
	while (zone->nr_free_pages) {
		if (prandom_u32_below(&bags_rnd, 16) == 0)
			buddy_alloc(zone, 0, MIGRATE_UNMOVABLE);
		else if ((page = buddy_alloc(zone, 0, MIGRATE_MOVABLE)) != NULL)
			put_in_bag(page);
	}
	while (in_bags)
		buddy_free(zone, take_from_bag(), 0);
	return zone->free_area[9].nr_free + 2 * zone->free_area[10].nr_free;
}

static void grouping_leaves_large_blocks(struct kunit *test)
{
	unsigned long without = free_blocks_after_mix(false);
	unsigned long with = free_blocks_after_mix(true);

	kunit_info(test, "blocks of order 9: %lu with grouping, %lu without", with, without);
	KUNIT_EXPECT_GE(test, with, 3 * max(without, 1ul));
	expect_consistent(test, &scratch.zone);
}

static bool is_clear(const struct page *page)
{
	const unsigned long *word = (const unsigned long *)page;

	for (unsigned int i = 0; i < sizeof(*page) / sizeof(*word); i++)
		if (word[i] != 0)
			return false;
	return true;
}

/* mem_map may hold anything before: each page block's part is cleared before a page of it is used.
 */
static void mem_map_is_cleared_when_used(struct kunit *test)
{
	struct zone *zone = &scratch.zone;
	struct page *page;

	scratch.lazy_map = true;
	scratch_reset(&scratch, 5000, 0);
	scratch.lazy_map = false;
	expect_consistent(test, zone);
	page = buddy_alloc(zone, 10, MIGRATE_MOVABLE);
	KUNIT_ASSERT_NOT_NULL(test, page);
	for (unsigned int i = 1; i < 1024; i++)
		if (!is_clear(page + i)) {
			KUNIT_FAIL(test, "page %u of a block that was just taken is not clear", i);
			break;
		}
	buddy_free(zone, page, 10);
	take_everything(zone);
	KUNIT_EXPECT_EQ(test, in_bags, 5000ul);
	while (in_bags)
		buddy_free(zone, take_from_bag(), 0);
	expect_consistent(test, zone);
	expect_consistent(test, &scratch.next);
}

/* Half of memory is free: first in single pages, then, the others freed, whole. */
static void the_fragmentation_index_tells(struct kunit *test)
{
	struct zone *zone = &scratch.zone;
	struct page *page;

	scratch_reset(&scratch, 0, 0);
	KUNIT_EXPECT_EQ(test, fragmentation_index(zone, 10), -1000);
	KUNIT_EXPECT_EQ(test, unusable_free_index(zone, 10), 0);
	while ((page = buddy_alloc(zone, 0, MIGRATE_MOVABLE)) != NULL)
		;
	KUNIT_EXPECT_EQ(test, fragmentation_index(zone, 0), 0);
	KUNIT_EXPECT_EQ(test, unusable_free_index(zone, 0), 1000);

	for (unsigned long i = 0; i < SCRATCH_PAGES; i += 2)
		buddy_free(zone, scratch.pages + i, 0);
	KUNIT_EXPECT_EQ(test, fragmentation_index(zone, 0), -1000);
	/* 8192 blocks of one page: 1 - (1 + 8192 / 512) / 8192 */
	KUNIT_EXPECT_EQ(test, fragmentation_index(zone, 9), 998);
	KUNIT_EXPECT_EQ(test, unusable_free_index(zone, 1), 1000);
	for (unsigned long i = 1; i < 1024; i += 2)
		buddy_free(zone, scratch.pages + i, 0);
	KUNIT_EXPECT_EQ(test, fragmentation_index(zone, 10), -1000);
	/* 1024 pages of 8704 are in a block of order 10 */
	KUNIT_EXPECT_EQ(test, unusable_free_index(zone, 10), 882);
	expect_consistent(test, zone);
}

static struct kunit_case buddy_cases[] = {
	KUNIT_CASE(blocks_are_aligned),
	KUNIT_CASE(unmovable_pages_keep_together),
	KUNIT_CASE(a_small_rest_is_no_conquest),
	KUNIT_CASE_SLOW(freeing_everything_restores_the_lists),
	KUNIT_CASE_SLOW(merging_stops_at_borders_and_holes),
	KUNIT_CASE_SLOW(the_atomic_reserve_is_not_raided),
	KUNIT_CASE_SLOW(mem_map_is_cleared_when_used),
	KUNIT_CASE_SLOW(the_fragmentation_index_tells),
	KUNIT_CASE_SLOW(grouping_leaves_large_blocks),
	{},
};

static struct kunit_suite buddy_suite = {
	.name = "buddy",
	.suite_init = buddy_suite_init,
	.suite_exit = buddy_suite_exit,
	.test_cases = buddy_cases,
	.quick = true,
};
kunit_test_suite(buddy_suite);
