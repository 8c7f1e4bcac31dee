/* SPDX-License-Identifier: MIT */
/*
 * Pages that say in each of their words whose they are, for tests of maps: one wrong page behind an
 * address, at any moment, shows in any word.
 */
#ifndef TESTS_PAGE_SIGN_H
#define TESTS_PAGE_SIGN_H

#include "lib/compiler.h"
#include "lib/errno.h"
#include "mm/highmem.h"
#include "mm/page.h"
#include "mm/page_alloc.h"
#include "mm/page_search.h"

#define PAGE_WORDS ((unsigned int)(PAGE_SIZE / sizeof(u32)))

/* What word @i of @page holds. */
static inline u32 page_word(const struct page *page, unsigned int i)
{
	return (u32)page_to_pfn(page) * 2654435761u ^ i * 40503u;
}

/* Writes all of them. */
static inline void page_sign(struct page *page)
{
	u32 *va = kmap_local_page(page);

	for (unsigned int i = 0; i < PAGE_WORDS; i++)
		va[i] = page_word(page, i);
	kunmap_local(va);
}

/* A test of maps that never sees a frame above 4 GiB proves nothing about those that there are. */
static inline bool highest_there_are(const struct page *page)
{
	return !ram_above_4g() || page_to_pfn(page) >= PFN_4G;
}

/*
 * Allocates and signs @n high pages, above 4 GiB where there is RAM; -ENOMEM if there are too few,
 * with NULL from there on.
 */
static inline int signed_pages_take(struct page **pages, unsigned int n)
{
	struct page_search search;
	unsigned int i;

	page_search_begin(&search, PFN_4G);
	for (i = 0; i < n; i++) {
		pages[i] = page_search_next(&search, GFP_HIGHUSER, 0);
		if (!pages[i] || !highest_there_are(pages[i]))
			break;
		page_sign(pages[i]);
	}
	page_search_end(&search);
	return i == n ? 0 : -ENOMEM;
}

static inline void signed_pages_give(struct page **pages, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (pages[i])
			__free_page(pages[i]);
		pages[i] = NULL;
	}
}

/* Does @va show @page? All words, and one of them. */
static inline bool page_shows(const u32 *va, const struct page *page)
{
	for (unsigned int i = 0; i < PAGE_WORDS; i++)
		if (READ_ONCE(va[i]) != page_word(page, i))
			return false;
	return true;
}

static inline bool page_shows_at(const u32 *va, const struct page *page, unsigned int i)
{
	return READ_ONCE(va[i % PAGE_WORDS]) == page_word(page, i % PAGE_WORDS);
}

#endif
