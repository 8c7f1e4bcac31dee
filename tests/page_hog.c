/* SPDX-License-Identifier: MIT */
/*
 * Blocks on lists, by order, linked through their struct pages.
 */
#include "tests/page_hog.h"
#include "mm/page_internal.h"

#define RESTING (PAGE_HOOK_POISON | PAGE_HOOK_OWNER | PAGE_HOOK_CHECK)

void hog_init(struct page_hog *hog)
{
	hog->pages = 0;
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&hog->blocks[order]);
}

/* Turns off what touches every page; returns what was on. */
static unsigned int rest(void)
{
	unsigned int on = page_alloc_hooks & RESTING;

	page_hook_set(on, false);
	return on;
}

unsigned long hog_fill(struct page_hog *hog, gfp_t gfp, unsigned int max)
{
	unsigned long before = hog->pages;
	unsigned int on = rest();

	for (int order = (int)max; order >= 0; order--) {
		struct page *page;

		while ((page = alloc_pages(gfp | __GFP_NOWARN | __GFP_NORETRY, order))) {
			list_add(&page->lru, &hog->blocks[order]);
			hog->pages += 1ul << order;
		}
	}
	page_hook_set(on, true);
	return hog->pages - before;
}

unsigned long hog_count(const struct page_hog *hog, const struct zone *zone)
{
	unsigned long pages = 0;
	const struct page *page;

	for (unsigned int order = 0; order < MAX_ORDER; order++)
		list_for_each_entry(page, &hog->blocks[order], lru) {
			if (page_zone(page) == zone)
				pages += 1ul << order;
		}
	return pages;
}

void hog_release(struct page_hog *hog, unsigned long pages)
{
	unsigned int on = rest();
	unsigned long done = 0;

	for (unsigned int order = 0; order < MAX_ORDER && done < pages; order++)
		while (done < pages && !list_empty(&hog->blocks[order])) {
			struct page *page = list_first_entry(&hog->blocks[order], struct page, lru);

			list_del(&page->lru);
			__free_pages(page, order);
			done += 1ul << order;
		}
	hog->pages -= done;
	page_hook_set(on, true);
}
