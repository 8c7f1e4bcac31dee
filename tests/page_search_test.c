/* SPDX-License-Identifier: MIT */
/*
 * Proves that the pages which tests of maps work with lie above 4 GiB where there is RAM, so that
 * frame numbers of more than 20 bits go through all that these tests go through; and that looking
 * for them leaves nothing behind.
 */
#include "mm/page_search.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"
#include "tests/page_sign.h"
#include "tests/pkmap_pages.h"

#define BLOCKS 8
#define ORDER  3

/* More at once than one of the largest blocks has, as the tortures take them. */
static void test_pages_are_found_above_4g(struct kunit *test)
{
	unsigned int n = 3 * MAX_ORDER_NR_PAGES / 2, i;
	struct page **pages, *signed_ones[16];

	if (!ram_above_4g())
		kunit_skip(test, "no RAM above 4 GiB");
	pages = kmap_test_pages(test, n, -1);
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_GE(test, page_to_pfn(pages[i]), PFN_4G);
	pages = kmap_test_pages(test, LAST_PKMAP, 0);
	for (i = 0; i < LAST_PKMAP; i++)
		KUNIT_ASSERT_GE(test, page_to_pfn(pages[i]), PFN_4G);
	KUNIT_EXPECT_EQ(test, signed_pages_take(signed_ones, ARRAY_SIZE(signed_ones)), 0);
	for (i = 0; i < ARRAY_SIZE(signed_ones); i++)
		KUNIT_EXPECT_GE(test, page_to_pfn(signed_ones[i]), PFN_4G);
	signed_pages_give(signed_ones, ARRAY_SIZE(signed_ones));
}

static void blocks_are_found_and_given_back(struct kunit *test)
{
	struct page *blocks[BLOCKS];
	struct page_search search;
	unsigned long before;

	drain_all_pages(NULL);
	before = nr_free_pages();
	page_search_begin(&search, PFN_4G);
	for (unsigned int i = 0; i < BLOCKS; i++) {
		blocks[i] = page_search_next(&search, GFP_HIGHUSER | __GFP_COMP, ORDER);
		KUNIT_ASSERT_NOT_NULL(test, blocks[i]);
		KUNIT_EXPECT_EQ(test, compound_order(blocks[i]), ORDER);
		KUNIT_EXPECT_TRUE(test, highest_there_are(blocks[i]));
	}
	page_search_end(&search);
	for (unsigned int i = 0; i < BLOCKS; i++)
		__free_pages(blocks[i], ORDER);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), before);
}

static struct kunit_case page_search_cases[] = {
	KUNIT_CASE(test_pages_are_found_above_4g),
	KUNIT_CASE(blocks_are_found_and_given_back),
	{},
};

static struct kunit_suite page_search_suite = {
	.name = "page_search",
	.test_cases = page_search_cases,
	.quick = true,
};
kunit_test_suite(page_search_suite);
