/* SPDX-License-Identifier: MIT */
/*
 * Proves what happens when memory runs out: which zone is used up in which order and what of it is
 * kept for whom; who is asked to give memory back; one report; and that everything is as before
 * when the memory is there again.
 */
#include "kernel/cpu/clock.h"
#include "kernel/sync/delay.h"
#include "kernel/sync/workqueue.h"
#include "lib/random.h"
#include "mm/buddy.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/page_internal.h"
#include "mm/pageblock.h"
#include "mm/shrinker.h"
#include "mm/watermark.h"
#include "tests/kunit.h"
#include "tests/page_hog.h"

#define HIGH_GFP (GFP_HIGHUSER_MOVABLE | __GFP_NOWARN)
#define LOW_GFP  (GFP_USER | __GFP_MOVABLE | __GFP_NOWARN)

static struct page_hog user, kernel, atomic;

static int prepare(struct kunit *test)
{
	hog_init(&user);
	hog_init(&kernel);
	hog_init(&atomic);
	page_alloc_report_again();
	return 0;
}

static void release_all(struct kunit *test)
{
	hog_release(&user, ~0ul);
	hog_release(&kernel, ~0ul);
	hog_release(&atomic, ~0ul);
	drain_all_pages(NULL);
	page_alloc_report_again();
}

static struct zone *high_zone(void)
{
	return &node_zones[ZONE_HIGHMEM];
}

/* The zone of GFP_KERNEL: a machine of 16 MiB has no other than DMA. */
static struct zone *low_zone(void)
{
	return &node_zones[managed_zone(&node_zones[ZONE_NORMAL]) ? ZONE_NORMAL : ZONE_DMA];
}

static unsigned long free_in(struct zone *zone)
{
	drain_all_pages(NULL);
	return zone->nr_free_pages;
}

/* User pages come from HighMem first, then from low memory, but not all of that. */
static void users_leave_low_memory_to_the_kernel(struct kunit *test)
{
	unsigned long reserve = low_zone()->lowmem_reserve[ZONE_HIGHMEM];
	unsigned long mark = low_zone()->watermark[WMARK_MIN];
	unsigned long left = min(reserve + mark, free_in(low_zone())); /* with 61 GiB: all of it */
	/* A zone of some KiB is below its mark from the start. */
	bool any_high = free_in(high_zone()) > high_zone()->watermark[WMARK_MIN];
	struct page *page;

	hog_fill(&user, HIGH_GFP, MAX_ORDER - 1);
	if (managed_zone(high_zone())) {
		KUNIT_EXPECT_EQ(test, hog_count(&user, high_zone()) > 0, any_high);
		KUNIT_EXPECT_LE(test, free_in(high_zone()), high_zone()->watermark[WMARK_MIN]);
	}
	/* They stop a batch early at most. */
	KUNIT_EXPECT_GE(test, free_in(low_zone()) + (unsigned long)low_zone()->pageset_batch, left);
	KUNIT_EXPECT_LE(test, free_in(low_zone()), left);
	KUNIT_EXPECT_NULL(test, alloc_page(HIGH_GFP));
	page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	if (reserve > 0)
		KUNIT_EXPECT_NOT_NULL(test, page);
	if (page)
		__free_page(page);
}

static void high_requests_fall_back(struct kunit *test)
{
	struct page *page;

	if (!managed_zone(high_zone()))
		kunit_skip(test, "no high memory");
	if (free_in(low_zone()) < low_zone()->lowmem_reserve[ZONE_HIGHMEM] * 2)
		return; /* nothing to fall back to */
	do {
		page = alloc_pages(HIGH_GFP, 0);
		KUNIT_ASSERT_NOT_NULL(test, page);
		list_add(&page->lru, &user.blocks[0]);
		if (!PageHighMem(page))
			break;
		/* The rest of HighMem at once, but for a few pages. */
		while (high_zone()->nr_free_pages > 4096) {
			page = alloc_pages(HIGH_GFP, 10);
			if (!page)
				break;
			list_add(&page->lru, &user.blocks[10]);
			if (!PageHighMem(page))
				break;
		}
	} while (true);
	page = alloc_page(HIGH_GFP);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_FALSE(test, PageHighMem(page));
	__free_page(page);
}

/* Kernel requests stop at min; atomic ones go on until 3/8 of it are left. */
static void atomic_requests_use_reserves(struct kunit *test)
{
	unsigned long min = low_zone()->watermark[WMARK_MIN], batch, got;

	batch = (unsigned long)low_zone()->pageset_batch;
	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_LE(test, free_in(low_zone()), min);
	KUNIT_EXPECT_GE(test, free_in(low_zone()) + batch, min);
	hog_fill(&atomic, GFP_ATOMIC | __GFP_MOVABLE, 0);
	got = hog_count(&atomic, low_zone());
	KUNIT_EXPECT_GE(test, got + batch, min - min * 3 / 8 - 1);
	KUNIT_EXPECT_LE(test, got, min - min * 3 / 8 + batch);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_ATOMIC | __GFP_NOWARN));
}

static void memalloc_takes_everything(struct kunit *test)
{
	struct page *page;

	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	page = alloc_page(GFP_ATOMIC | __GFP_MEMALLOC | __GFP_NOMEMALLOC);
	KUNIT_EXPECT_TRUE(test, !page || !page_is_pfmemalloc(page));
	if (page)
		__free_page(page);
	hog_fill(&atomic, __GFP_MEMALLOC | __GFP_MOVABLE, 0);
	KUNIT_EXPECT_EQ(test, free_in(low_zone()), 0ul);
	if (!list_empty(&atomic.blocks[0]))
		KUNIT_EXPECT_TRUE(test, page_is_pfmemalloc(list_first_entry(&atomic.blocks[0],
									    struct page, lru)));
}

static void exhaustion_is_reported_once(struct kunit *test)
{
	unsigned long reports = page_alloc_reports;
	struct page *page;

	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	KUNIT_EXPECT_EQ(test, page_alloc_reports, reports);
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, page_alloc_reports, reports);
	for (int i = 0; i < 5; i++)
		KUNIT_EXPECT_NULL(test, alloc_page(GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, page_alloc_reports, reports + 1);
	hog_release(&kernel, 600);
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_page(page);
}

/* A cache of pages. */
static LIST_HEAD(kept);
static unsigned long nr_kept, nr_asked;

static unsigned long count_kept(struct shrinker *shrinker, struct shrink_control *sc)
{
	return nr_kept;
}

static unsigned long give_kept(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long freed = 0;

	nr_asked++;
	while (freed < sc->nr_to_scan && !list_empty(&kept)) {
		struct page *page = list_first_entry(&kept, struct page, lru);

		list_del(&page->lru);
		__free_page(page);
		freed++;
	}
	nr_kept -= freed;
	return freed;
}

static struct shrinker keeper = {.count_objects = count_kept, .scan_objects = give_kept};

static void shrinkers_are_asked(struct kunit *test)
{
	struct page *page;

	nr_asked = 0;
	nr_kept = alloc_pages_bulk_list(GFP_KERNEL, 500, &kept);
	KUNIT_EXPECT_EQ(test, nr_kept, 500ul);
	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	register_shrinker(&keeper, "test");
	KUNIT_EXPECT_NULL(test, alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	KUNIT_EXPECT_EQ(test, nr_asked, 0ul);
	page = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, page);
	KUNIT_EXPECT_GT(test, nr_asked, 0ul);
	KUNIT_EXPECT_LT(test, nr_kept, 500ul);
	if (page)
		__free_page(page);
	drop_slab();
	KUNIT_EXPECT_EQ(test, nr_kept, 0ul);
	unregister_shrinker(&keeper);
	hog_release(&kernel, ~0ul);
}

static void nofail_in_atomic_context_panics(struct kunit *test)
{
	struct page *page = NULL;

	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	hog_fill(&atomic, GFP_ATOMIC | __GFP_MOVABLE, 0);
	preempt_disable();
	KUNIT_EXPECT_PANIC(test, "*NOFAIL*", page = alloc_page(GFP_ATOMIC | __GFP_NOFAIL));
	preempt_enable();
	if (page)
		__free_page(page);
}

static unsigned long reports_before;
static bool nobody_waits;

/* Frees memory as soon as somebody has said that he waits for it. */
static void free_some(struct work_struct *work)
{
	while (READ_ONCE(page_alloc_reports) == reports_before && !READ_ONCE(nobody_waits))
		msleep(1);
	hog_release(&kernel, 2000);
}
static DECLARE_WORK(rescue, free_some);

static void nofail_waits(struct kunit *test)
{
	unsigned long patience = page_alloc_patience;
	struct page *page;

	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	reports_before = page_alloc_reports;
	nobody_waits = false;
	page_alloc_patience = 0; /* it says so at once that it waits */
	schedule_work(&rescue);
	page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	page_alloc_patience = patience;
	WRITE_ONCE(nobody_waits, true);
	flush_work(&rescue);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_GT(test, page_alloc_reports, reports_before);
	__free_page(page);
}

/* --- free everything, and nothing has changed ------------------------------------------------- */

static void count_blocks(unsigned long blocks[MAX_NR_ZONES][MAX_ORDER])
{
	const struct zone *zone;

	workqueue_settle();
	drop_slab();
	drain_all_pages(NULL);
	for_each_zone(zone) for (unsigned int order = 0; order < MAX_ORDER; order++)
		blocks[zone_idx(zone)][order] = zone->free_area[order].nr_free;
}

#define BUCKETS     64
#define SINGLES_MAX 150000ul /* single pages that are enough on a large machine */

/*
 * All memory, the last SINGLES_MAX pages of it one by one in the order in which they come, freed in
 * a random one.
 */
static void everything_merges_again(struct kunit *test)
{
	static unsigned long before[MAX_NR_ZONES][MAX_ORDER], after[MAX_NR_ZONES][MAX_ORDER];
	static struct list_head buckets[BUCKETS];
	struct rnd_state random;
	struct page *page;

	prandom_seed_state(&random, 20240);
	for (unsigned int i = 0; i < BUCKETS; i++)
		INIT_LIST_HEAD(&buckets[i]);
	count_blocks(before);
	while (nr_free_pages() > SINGLES_MAX &&
	       (page = alloc_pages(HIGH_GFP | __GFP_NORETRY, MAX_ORDER - 1))) {
		list_add(&page->lru, &user.blocks[MAX_ORDER - 1]);
		user.pages += MAX_ORDER_NR_PAGES;
	}
	while ((page = alloc_page(HIGH_GFP | __GFP_MEMALLOC)))
		list_add(&page->lru, &buckets[prandom_u32_below(&random, BUCKETS)]);
	KUNIT_EXPECT_EQ(test, free_in(high_zone()) + free_in(low_zone()), 0ul);
	for (unsigned int i = 0; i < BUCKETS; i++)
		free_page_list(&buckets[i]);
	hog_release(&user, ~0ul);
	count_blocks(after);
	for (unsigned int zone = 0; zone < MAX_NR_ZONES; zone++) {
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			KUNIT_EXPECT_EQ_MSG(test, after[zone][order], before[zone][order],
					    "%s, order %u", node_zones[zone].name, order);
		KUNIT_EXPECT_NULL(test, buddy_check(&node_zones[zone], NULL));
	}
}

/* What was in high pages before does not come out of them again. */
static void dirty_high_pages_come_back_zeroed(struct kunit *test)
{
	unsigned long wrong = 0, pages = 0;
	LIST_HEAD(list);
	struct page *page;

	while (pages < 20000 && (page = alloc_page(HIGH_GFP))) {
		memset_page(page, 0, 0xe7, PAGE_SIZE);
		list_add(&page->lru, &list);
		pages++;
	}
	free_page_list(&list);
	for (unsigned long i = 0; i < pages; i++) {
		const char *va;

		page = alloc_page(HIGH_GFP | __GFP_ZERO);
		if (!page)
			break;
		va = kmap_atomic(page);
		wrong += memchr_inv(va, 0, PAGE_SIZE) != NULL;
		kunmap_atomic(va);
		list_add(&page->lru, &list);
	}
	free_page_list(&list);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
}

/*
 * A large atomic request that came through under pressure leaves a reserve for the next one; more
 * pressure takes it away again.
 */
static void large_atomic_requests_have_a_reserve(struct kunit *test)
{
	struct zone *zone = low_zone();
	struct page *page;

	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 4);
	if (!page || page_group_by_mobility_disabled) {
		if (page)
			__free_pages(page, 4);
		return; /* nothing left in one piece, or no page block to spare */
	}
	KUNIT_EXPECT_GT(test, page_zone(page)->nr_reserved_highatomic, 0ul);
	__free_pages(page, 4);
	hog_release(&kernel, 2 * zone->watermark[WMARK_HIGH]);
	page = alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 4);
	KUNIT_EXPECT_NOT_NULL(test, page);
	if (page)
		__free_pages(page, 4);
	hog_fill(&kernel, LOW_GFP, MAX_ORDER - 1);
	KUNIT_EXPECT_EQ(test, zone->nr_reserved_highatomic, 0ul);
}

static struct kunit_case page_pressure_cases[] = {
	KUNIT_CASE_SLOW(users_leave_low_memory_to_the_kernel),
	KUNIT_CASE_SLOW(high_requests_fall_back),
	KUNIT_CASE_SLOW(atomic_requests_use_reserves),
	KUNIT_CASE_SLOW(memalloc_takes_everything),
	KUNIT_CASE_SLOW(exhaustion_is_reported_once),
	KUNIT_CASE_SLOW(shrinkers_are_asked),
	KUNIT_CASE_SLOW(nofail_in_atomic_context_panics),
	KUNIT_CASE_SLOW(nofail_waits),
	KUNIT_CASE_SLOW(everything_merges_again),
	KUNIT_CASE_SLOW(dirty_high_pages_come_back_zeroed),
	KUNIT_CASE_SLOW(large_atomic_requests_have_a_reserve),
	{},
};

static struct kunit_suite page_pressure_suite = {
	.name = "page_pressure",
	.init = prepare,
	.exit = release_all,
	.test_cases = page_pressure_cases,
};
kunit_test_suite(page_pressure_suite);
