/* SPDX-License-Identifier: MIT */
/*
 * Proves: whatever is asked for in whatever order, no page is given out twice, none comes from a
 * zone that the flags rule out, nothing is written into memory that is in use, and in the end
 * everything is as it was at the start.
 *
 * The model is in the pages themselves: while a page is ours its struct page bears a stamp that
 * only this frame can have, and so does its memory if it is low. (The same with a model outside of
 * the pages, and a million operations, runs on the host: tests/host/buddy_test.c.)
 */
#include "lib/random.h"
#include "mm/buddy.h"
#include "mm/page_internal.h"
#include "tests/kunit.h"
#include "tests/torture.h"

/*
 * Where every page is looked at when it changes hands, fewer show as much, unless there is time.
 * The host does a million.
 */
#define OPERATIONS (torture_is_long() ? 60000 : page_alloc_hooks & PAGE_HOOK_CHECK ? 8000 : 20000)
#define BAGS       64

static struct rnd_state rnd;
static struct list_head bag[BAGS]; /* of blocks: lru of the first page, order in its private */
static unsigned long pages_held, overlaps, strangers, damaged, refused;

static const gfp_t kinds[] = {
	GFP_KERNEL,           GFP_ATOMIC,   GFP_KERNEL | __GFP_RECLAIMABLE,
	GFP_KERNEL | GFP_DMA, GFP_HIGHUSER, GFP_HIGHUSER_MOVABLE,
};

static unsigned long stamp(const struct page *page)
{
	return page_to_pfn(page) * 2654435761ul ^ 0x5ca1ab1eul;
}

/* Takes possession of all pages of a block. */
static void mark_block(struct page *block, unsigned int order)
{
	for (struct page *page = block; page < block + (1ul << order); page++) {
		overlaps += page->index == stamp(page);
		page->index = stamp(page);
		if (!PageHighMem(page))
			*(unsigned long *)page_to_virt(page) = stamp(page);
	}
}

static void unmark_block(struct page *block, unsigned int order)
{
	for (struct page *page = block; page < block + (1ul << order); page++) {
		damaged += page->index != stamp(page);
		page->index = 0;
		if (!PageHighMem(page))
			damaged += *(unsigned long *)page_to_virt(page) != stamp(page);
	}
}

static bool is_stranger(const struct page *page, unsigned int order, gfp_t gfp)
{
	unsigned long pfn = page_to_pfn(page);

	if (pfn & ((1ul << order) - 1) || page_count(page) != 1)
		return true;
	if (gfp & __GFP_DMA)
		return page_zonenum(page) != ZONE_DMA;
	return PageHighMem(page) && !(gfp & __GFP_HIGHMEM);
}

static void take_block(void)
{
	gfp_t gfp = kinds[prandom_u32_below(&rnd, ARRAY_SIZE(kinds))];
	unsigned int order = prandom_u32_below(&rnd, prandom_u32_below(&rnd, 8) ? 4 : MAX_ORDER);
	struct page *page = alloc_pages(gfp | __GFP_NOWARN | __GFP_NORETRY, order);

	if (!page) {
		refused++;
		return;
	}
	strangers += is_stranger(page, order, gfp);
	mark_block(page, order);
	page->private = order;
	list_add(&page->lru, &bag[prandom_u32_below(&rnd, BAGS)]);
	pages_held += 1ul << order;
}

/* Gives back a block of one bag; false if the bag is empty. */
static bool drop_block(u32 i)
{
	struct page *page;
	unsigned int order;

	if (list_empty(&bag[i]))
		return false;
	page = prandom_u32_below(&rnd, 2) ? list_first_entry(&bag[i], struct page, lru)
					  : list_last_entry(&bag[i], struct page, lru);
	list_del(&page->lru);
	order = (unsigned int)page->private;
	page->private = 0;
	unmark_block(page, order);
	__free_pages(page, order);
	pages_held -= 1ul << order;
	return true;
}

static void count_free(unsigned long count[MAX_NR_ZONES][MAX_ORDER])
{
	struct zone *zone;

	drain_all_pages(NULL);
	for_each_zone(zone) for (unsigned int order = 0; order < MAX_ORDER; order++)
		count[zone_idx(zone)][order] = zone->free_area[order].nr_free;
}

static void expect_as_before(struct kunit *test, unsigned long before[MAX_NR_ZONES][MAX_ORDER])
{
	unsigned long after[MAX_NR_ZONES][MAX_ORDER];
	struct zone *zone;

	count_free(after);
	for_each_zone(zone)
	{
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			KUNIT_EXPECT_EQ_MSG(
				test, after[zone_idx(zone)][order], before[zone_idx(zone)][order],
				"free blocks of order %u in zone %s", order, zone->name);
		KUNIT_EXPECT_STREQ(test, buddy_check(zone, NULL), NULL);
	}
}

static void no_page_is_given_out_twice(struct kunit *test)
{
	unsigned long before[MAX_NR_ZONES][MAX_ORDER], most;

	prandom_seed_state(&rnd, 3);
	for (unsigned int i = 0; i < BAGS; i++)
		INIT_LIST_HEAD(&bag[i]);
	pages_held = overlaps = strangers = damaged = refused = 0;
	count_free(before);
	most = min(nr_free_pages() - nr_free_pages() / 8, 100000ul);

	for (unsigned int i = 0; i < OPERATIONS; i++) {
		if (pages_held < most && prandom_u32_below(&rnd, 100) < 55)
			take_block();
		else
			drop_block(prandom_u32_below(&rnd, BAGS));
	}
	kunit_info(test, "%lu pages held in the end, %lu requests refused", pages_held, refused);
	for (u32 i = 0; i < BAGS; i++)
		while (drop_block(i))
			;
	KUNIT_EXPECT_EQ(test, overlaps, 0ul);
	KUNIT_EXPECT_EQ(test, strangers, 0ul);
	KUNIT_EXPECT_EQ(test, damaged, 0ul);
	KUNIT_EXPECT_EQ(test, pages_held, 0ul);
	expect_as_before(test, before);
}

static struct kunit_case buddy_random_cases[] = {
	KUNIT_CASE_SLOW(no_page_is_given_out_twice),
	{},
};

static struct kunit_suite buddy_random_suite = {
	.name = "buddy_random",
	.test_cases = buddy_random_cases,
};
kunit_test_suite(buddy_random_suite);
