/* SPDX-License-Identifier: MIT */
/*
 * Proves: every frame of high memory is a frame of its own. Each gets a token that only it has, in
 * its first and its last word, through kmap_atomic(); only when all are written are they read back.
 * A physical address that loses its upper bits anywhere on the way makes two frames one, and shows.
 *
 * Touches up to 4 GiB of RAM, so it runs only where tests/matrix.cfg says that it does: above 4 GiB
 * every frame is used, below it one in eight if there are also frames above.
 */
#include "kernel/sync/spinlock.h"
#include "mm/buddy.h"
#include "mm/kmap_atomic.h"
#include "tests/kunit.h"

#define PFN_4G   0x100000ul
#define LAST     (PAGE_SIZE / sizeof(u32) - 1)
#define SKIP_LOW 8

static u32 token(unsigned long pfn)
{
	return (u32)pfn * 2654435761u ^ 0x10f7u;
}

static bool is_used(unsigned long pfn)
{
	return pfn >= PFN_4G || max_pfn <= PFN_4G || pfn % SKIP_LOW == 0;
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

static void write_tokens(struct page *page, unsigned int order)
{
	for (unsigned long i = 0; i < 1ul << order; i++) {
		unsigned long pfn = page_to_pfn(page + i);
		u32 *word;

		if (!is_used(pfn))
			continue;
		__ClearPagePoisoned(page + i); /* taken from below the allocator, and written to */
		word = kmap_atomic(page + i);
		word[0] = token(pfn);
		word[LAST] = ~token(pfn);
		kunmap_atomic(word);
	}
}

/* Returns how many frames of the block do not hold their own token. */
static unsigned long wrong_tokens(struct page *page, unsigned int order)
{
	unsigned long wrong = 0;

	for (unsigned long i = 0; i < 1ul << order; i++) {
		unsigned long pfn = page_to_pfn(page + i);
		u32 *word;

		if (!is_used(pfn))
			continue;
		word = kmap_atomic(page + i);
		wrong += word[0] != token(pfn) || word[LAST] != ~token(pfn);
		kunmap_atomic(word);
	}
	return wrong;
}

static void every_high_frame_is_its_own(struct kunit *test)
{
	unsigned long wrong = 0, frames = 0, above = 0;
	struct page *page;
	LIST_HEAD(taken);

	if (max_pfn == max_low_pfn)
		kunit_skip(test, "no high memory");
	take_high_memory(&taken);
	list_for_each_entry(page, &taken, lru) {
		write_tokens(page, (unsigned int)page_private(page));
		frames += 1ul << page_private(page);
		if (page_to_pfn(page) >= PFN_4G)
			above += 1ul << page_private(page);
	}
	list_for_each_entry(page, &taken, lru)
		wrong += wrong_tokens(page, (unsigned int)page_private(page));
	give_back(&taken);

	kunit_info(test, "%lu frames, %lu of them above 4 GiB", frames, above);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
	KUNIT_EXPECT_GE(test, frames, node_zones[ZONE_HIGHMEM].managed_pages / 2);
}

static struct kunit_case frames_cases[] = {
	KUNIT_CASE_SLOW(every_high_frame_is_its_own),
	{},
};

static struct kunit_suite frames_suite = {
	.name = "frames",
	.test_cases = frames_cases,
	.manual = true,
};
kunit_test_suite(frames_suite);
