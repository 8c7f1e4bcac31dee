/* SPDX-License-Identifier: MIT */
/*
 * Takes memory away, all of it if need be, and gives it back.
 *
 * Large blocks first, so that a machine of any size is empty in no time. Pages stay movable where
 * the flags say so, and poisoning rests meanwhile: what a hog holds is never written to.
 */
#ifndef TESTS_PAGE_HOG_H
#define TESTS_PAGE_HOG_H

#include "mm/page_alloc.h"

struct page_hog {
	struct list_head blocks[MAX_ORDER];
	unsigned long pages;
};

void hog_init(struct page_hog *hog);

/*
 * hog_fill() - takes what GFP gives, from blocks of order MAX down to single pages, without a word
 * of failure. Returns how many pages it took.
 * hog_count() - of these, pages in ZONE. hog_release() - gives back about PAGES pages, the smallest
 * blocks first; ~0ul: all.
 */
unsigned long hog_fill(struct page_hog *hog, gfp_t gfp, unsigned int max);
unsigned long hog_count(const struct page_hog *hog, const struct zone *zone);
void hog_release(struct page_hog *hog, unsigned long pages);

#endif
