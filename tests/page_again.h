/* SPDX-License-Identifier: MIT */
/*
 * The flags with which a page that is freed now is the next one to come: those that lead to the
 * per-CPU list it goes to. These need not be the flags it was asked for with: a request falls back
 * to a lower zone or to page blocks of another mobility, and a free does not remember that.
 */
#ifndef TESTS_PAGE_AGAIN_H
#define TESTS_PAGE_AGAIN_H

#include "mm/gfp.h"
#include "mm/pageblock.h"

/* PAGE is in use, and not of a block that is kept for atomic requests. */
static inline gfp_t gfp_for_again(const struct page *page)
{
	static const gfp_t zones[MAX_NR_ZONES] = {__GFP_DMA, 0, __GFP_HIGHMEM};

	return GFP_KERNEL | zones[page_zonenum(page)] |
	       (gfp_t)get_pageblock_migratetype(page) * __GFP_MOVABLE;
}

#endif
