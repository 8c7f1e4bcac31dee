/* SPDX-License-Identifier: MIT */
/*
 * Pages from a frame number on, for tests and demonstrations: which frames alloc_pages() hands out
 * is its own business, and on a machine with RAM above 4 GiB the first ones mostly lie below it.
 * See page_search.c. Thread context; one search is one task's.
 */
#ifndef MM_PAGE_SEARCH_H
#define MM_PAGE_SEARCH_H

#include "lib/list.h"
#include "mm/gfp.h"
#include "mm/mmzone.h"

#define PFN_4G 0x100000ul

/* What was found below `from` is kept from others until the search ends. */
struct page_search {
	unsigned long from;
	struct list_head passed[MAX_ORDER];
};

/* Is there RAM above 4 GiB that this kernel can use? */
static inline bool ram_above_4g(void)
{
	return max_pfn > PFN_4G;
}

/*
 * page_search_begin() - from now on page_search_next() is alloc_pages(), but prefers blocks at
 * frame FROM or above, as long as there are any. Without memory up there it costs nothing.
 * page_search_end() - gives back what was passed over. What was found is its finder's, to be freed
 * as ever.
 */
void page_search_begin(struct page_search *search, unsigned long from);
struct page *page_search_next(struct page_search *search, gfp_t gfp, unsigned int order);
void page_search_end(struct page_search *search);

#endif
