/* SPDX-License-Identifier: MIT */
/*
 * Pages that say in each of their words whose they are, for tests of maps: one wrong page behind an
 * address, at any moment, shows in any word.
 */
#ifndef TESTS_PAGE_SIGN_H
#define TESTS_PAGE_SIGN_H

#include "lib/compiler.h"
#include "mm/highmem.h"
#include "mm/page.h"

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
