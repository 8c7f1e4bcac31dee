/* SPDX-License-Identifier: MIT */
/*
 * Takes what alloc_pages() offers and puts aside what lies too low. Page by page, 3 GiB would take
 * seconds, so the largest blocks are put aside first: the one that lies high enough goes back, to
 * the front of its list, and the next smaller request for which there are no remnants splits it.
 */
#include "mm/page_search.h"
#include "lib/control.h"
#include "mm/page_alloc.h"

#define LARGEST (MAX_ORDER - 1)

void page_search_begin(struct page_search *search, unsigned long from)
{
	search->from = from;
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&search->passed[order]);
}

static bool is_too_low(const struct page_search *search, const struct page *page)
{
	return page_to_pfn(page) < search->from && PageHighMem(page);
}

/* A block that lies high enough is the first of the largest ones, if there is one. */
static void pass_largest(struct page_search *search, gfp_t gfp)
{
	struct page *page;

	gfp = (gfp & ~(__GFP_COMP | __GFP_ZERO)) | __GFP_NOWARN | __GFP_NORETRY;
	while ((page = alloc_pages(gfp, LARGEST)) != NULL) {
		if (!is_too_low(search, page)) {
			__free_pages(page, LARGEST);
			return;
		}
		list_add(&page->lru, &search->passed[LARGEST]);
	}
}

struct page *page_search_next(struct page_search *search, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	if (max_pfn <= search->from || control(page_search_blind))
		return page;
	/* As movable ones, that no block changes its mobility for being looked at. */
	if (page && is_too_low(search, page) && list_empty(&search->passed[LARGEST]))
		pass_largest(search, gfp | __GFP_MOVABLE);
	while (page && is_too_low(search, page)) {
		list_add(&page->lru, &search->passed[order]);
		pass_largest(search, gfp);
		page = alloc_pages(gfp, order);
	}
	return page;
}

void page_search_end(struct page_search *search)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		while (!list_empty(&search->passed[order])) {
			struct page *page =
				list_first_entry(&search->passed[order], struct page, lru);

			list_del(&page->lru);
			__free_pages(page, order);
		}
}
