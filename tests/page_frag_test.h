/* SPDX-License-Identifier: MIT */
/*
 * What the suites of page fragments share: one cache, and the free pages at the start of the case.
 */
#ifndef TESTS_PAGE_FRAG_TEST_H
#define TESTS_PAGE_FRAG_TEST_H

#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "mm/slab.h"
#include "tests/kunit.h"

extern struct page_frag_cache frag_test_cache;
extern unsigned long frag_test_free_at_start;

/* Around each case: the cache is empty, and as many pages are free at the end as at the start. */
int frag_test_begin(struct kunit *test);
void frag_test_end(struct kunit *test);

/* Pages that are free, or the slabs': what those take and give back meanwhile is nobody's loss. */
static inline unsigned long free_pages_now(void)
{
	drain_all_pages(NULL);
	return nr_free_pages() + slab_pages();
}

static inline struct page *block_of(const void *fragment)
{
	return virt_to_head_page(fragment);
}

#endif /* TESTS_PAGE_FRAG_TEST_H */
