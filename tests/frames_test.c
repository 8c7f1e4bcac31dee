/* SPDX-License-Identifier: MIT */
/*
 * Proves: every frame of high memory is a frame of its own. Each gets a token that only it has, in
 * its first and its last word, through one kind of map; only when all are written are they read
 * back, through another kind. A physical address that loses its upper bits anywhere on the way
 * makes two frames one, and shows.
 *
 * Touches up to 4 GiB of RAM, so it runs only where tests/matrix.cfg says that it does: above 4 GiB
 * every frame is used, below it one run in eight if there are also frames above. The suite
 * frames_sampled is for machines with more: the first frame, the last, those around 4 GiB, and
 * some thousand in between.
 */
#include "kernel/sync/spinlock.h"
#include "lib/string.h"
#include "mm/buddy.h"
#include "mm/highmem.h"
#include "mm/kmap.h"
#include "mm/page_search.h"
#include "mm/pcp.h"
#include "tests/kunit.h"

#define LAST     (PAGE_SIZE / sizeof(u32) - 1)
#define RUN      1024 /* frames: what the host has in one large page is there as soon as a part is */
#define SKIP_LOW 8
#define SAMPLES  4096
#define NEAR     64

static unsigned long sample;      /* one frame in so many is used; 0: as is_used() says */
static unsigned long first, last; /* of the frames that are free */
static unsigned long borders;     /* how many of those that is_border() names were written */

static u32 token(unsigned long pfn)
{
	return (u32)pfn * 2654435761u ^ 0x10f7u;
}

static bool is_near_4g(unsigned long pfn)
{
	return pfn >= PFN_4G - NEAR && pfn < PFN_4G + NEAR;
}

/* The frames that the sample must have, whatever else it has: the borders. */
static bool is_border(unsigned long pfn)
{
	return pfn == first || pfn == last || is_near_4g(pfn);
}

static bool is_used(unsigned long pfn)
{
	if (sample && is_border(pfn))
		return true;
	if (sample)
		return token(pfn) % sample == 0;
	return pfn >= PFN_4G || max_pfn <= PFN_4G || pfn / RUN % SKIP_LOW == 0;
}

/* All free blocks of high memory, the order of each in its private. */
static void take_high_memory(struct list_head *taken)
{
	struct zone *zone = &node_zones[ZONE_HIGHMEM];
	unsigned long flags;

	for (int order = MAX_ORDER - 1; order >= 0; order--) {
		struct page *page;

		spin_lock_irqsave(&zone->lock, flags);
		while ((page = buddy_alloc(zone, (unsigned int)order, MIGRATE_MOVABLE)) != NULL) {
			set_page_private(page, (unsigned long)order);
			list_add_tail(&page->lru, taken);
		}
		spin_unlock_irqrestore(&zone->lock, flags);
	}
}

static void find_ends(const struct list_head *taken)
{
	const struct page *page;

	first = max_pfn;
	last = 0;
	list_for_each_entry(page, taken, lru) {
		first = min(first, page_to_pfn(page));
		last = max(last, page_to_pfn(page) + (1ul << page_private(page)) - 1);
	}
}

static void give_back(struct list_head *taken)
{
	struct zone *zone = &node_zones[ZONE_HIGHMEM];
	unsigned long flags;

	while (!list_empty(taken)) {
		struct page *page = list_first_entry(taken, struct page, lru);
		unsigned int order = (unsigned int)page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		spin_lock_irqsave(&zone->lock, flags);
		buddy_free(zone, page, order);
		spin_unlock_irqrestore(&zone->lock, flags);
	}
}

/* The ways to reach a page. */
enum way { BY_KMAP, BY_ATOMIC, BY_LOCAL };

static u32 *map(struct page *page, enum way way)
{
	return way == BY_KMAP     ? kmap(page)
	       : way == BY_ATOMIC ? kmap_atomic(page)
				  : kmap_local_page(page);
}

static void unmap(struct page *page, u32 *va, enum way way)
{
	if (way == BY_KMAP)
		kunmap(page);
	else if (way == BY_ATOMIC)
		kunmap_atomic(va);
	else
		kunmap_local(va);
}

static const struct trip {
	enum way there, back;
	const char *name;
} trips[] = {
	{BY_ATOMIC, BY_ATOMIC, "kmap_atomic and back"},
	{BY_KMAP, BY_LOCAL, "kmap, then kmap_local_page"},
	{BY_LOCAL, BY_KMAP, "kmap_local_page, then kmap"},
};

static void describe(const struct trip *trip, char *text)
{
	strscpy(text, trip->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(trip, trips, describe);

/* Returns how many frames of the block have got one. */
static unsigned long write_tokens(struct page *page, unsigned int order, enum way way)
{
	unsigned long written = 0;

	for (unsigned long i = 0; i < 1ul << order; i++) {
		unsigned long pfn = page_to_pfn(page + i);
		u32 *word;

		if (!is_used(pfn))
			continue;
		__ClearPagePoisoned(page + i); /* taken from below the allocator, and written to */
		word = map(page + i, way);
		word[0] = token(pfn);
		word[LAST] = ~token(pfn);
		unmap(page + i, word, way);
		written++;
		borders += is_border(pfn);
	}
	return written;
}

/* Returns how many frames of the block do not hold their own token. */
static unsigned long wrong_tokens(struct page *page, unsigned int order, enum way way)
{
	unsigned long wrong = 0;

	for (unsigned long i = 0; i < 1ul << order; i++) {
		unsigned long pfn = page_to_pfn(page + i);
		u32 *word;

		if (!is_used(pfn))
			continue;
		word = map(page + i, way);
		wrong += word[0] != token(pfn) || word[LAST] != ~token(pfn);
		unmap(page + i, word, way);
	}
	return wrong;
}

static void tokens_there_and_back(struct kunit *test, unsigned long at_least)
{
	const struct trip *trip = test->param_value;
	unsigned long wrong = 0, frames = 0, written = 0, above = 0;
	struct page *page;
	LIST_HEAD(taken);

	if (max_pfn == max_low_pfn)
		kunit_skip(test, "no high memory");
	take_high_memory(&taken);
	find_ends(&taken);
	list_for_each_entry(page, &taken, lru) {
		written += write_tokens(page, (unsigned int)page_private(page), trip->there);
		frames += 1ul << page_private(page);
		if (page_to_pfn(page) >= PFN_4G)
			above += 1ul << page_private(page);
	}
	list_for_each_entry(page, &taken, lru)
		wrong += wrong_tokens(page, (unsigned int)page_private(page), trip->back);
	kmap_flush_unused();
	give_back(&taken);

	kunit_info(test, "%lu of %lu frames used, %lu of all above 4 GiB", written, frames, above);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
	KUNIT_EXPECT_GE(test, written, at_least);
	KUNIT_EXPECT_GE(test, frames, node_zones[ZONE_HIGHMEM].managed_pages / 2);
}

/* Each of them was written: the first, the last, and what is RAM around 4 GiB. */
static void expect_borders(struct kunit *test)
{
	unsigned long wanted = !is_near_4g(first) + (last != first && !is_near_4g(last));

	for (unsigned long pfn = PFN_4G - NEAR; pfn < min(PFN_4G + NEAR, max_pfn); pfn++)
		wanted += !PageReserved(pfn_to_page(pfn));
	KUNIT_EXPECT_EQ(test, borders, wanted);
	KUNIT_EXPECT_LT(test, first, max_low_pfn + NEAR); /* before it, what was used by the boot */
	KUNIT_EXPECT_EQ(test, last, max_pfn - 1);
	if (ram_above_4g())
		KUNIT_EXPECT_GE(test, borders, NEAR + 2ul);
}

static void every_high_frame_is_its_own(struct kunit *test)
{
	sample = 0;
	tokens_there_and_back(test, 1);
}

static void some_high_frames_are_their_own(struct kunit *test)
{
	sample = max((max_pfn - max_low_pfn) / SAMPLES, 1ul);
	borders = 0;
	drain_all_pages(NULL); /* what a CPU has at hand is in no list of the zone */
	tokens_there_and_back(test, SAMPLES / 2);
	expect_borders(test);
}

static struct kunit_case frames_sampled_cases[] = {
	KUNIT_CASE_PARAM_SLOW(some_high_frames_are_their_own, trip_gen_params),
	{},
};

static struct kunit_suite frames_sampled_suite = {
	.name = "frames_sampled",
	.test_cases = frames_sampled_cases,
	.manual = true,
};
kunit_test_suite(frames_sampled_suite);

static struct kunit_case frames_cases[] = {
	KUNIT_CASE_PARAM_SLOW(every_high_frame_is_its_own, trip_gen_params),
	{},
};

static struct kunit_suite frames_suite = {
	.name = "frames",
	.test_cases = frames_cases,
	.manual = true,
};
kunit_test_suite(frames_suite);
