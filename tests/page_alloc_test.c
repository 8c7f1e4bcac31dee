/* SPDX-License-Identifier: MIT */
/*
 * Proves: pages come from the zone that the flags name, aligned, zeroed if asked for, whole; they
 * go back when the last user lets go of them, and in what order they come again.
 */
#include "lib/random.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"

static void orders_are_aligned(struct kunit *test)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

		if (!page)
			continue; /* a machine with little memory */
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED(page_to_pfn(page), 1ul << order));
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		KUNIT_EXPECT_FALSE(test, PageHighMem(page));
		__free_pages(page, order);
	}
}

static void order_11_warns_once(struct kunit *test)
{
	struct page *page = NULL;

	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*order 11*", page = alloc_pages(GFP_KERNEL, 11));
	KUNIT_EXPECT_NULL(test, page);
	page = alloc_pages(GFP_KERNEL, 11);
	KUNIT_EXPECT_NULL(test, page);
	page = alloc_pages(GFP_KERNEL, 64);
	KUNIT_EXPECT_NULL(test, page);
	warn_once_reset();
}

static void last_freed_comes_first(struct kunit *test)
{
	struct page *first = alloc_page(GFP_KERNEL), *second;

	KUNIT_ASSERT_NOT_NULL(test, first);
	__free_page(first);
	second = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	if (second)
		__free_page(second);
}

static void tails_lead_to_the_head(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	unsigned long free;

	KUNIT_ASSERT_NOT_NULL(test, page);
	drain_all_pages(NULL);
	free = nr_free_pages();
	KUNIT_EXPECT_EQ(test, compound_order(page), 3u);
	for (int i = 0; i < 8; i++) {
		KUNIT_EXPECT_PTR_EQ(test, compound_head(page + i), page);
		KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(page_to_virt(page + i)), page);
	}
	get_page(page + 5);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	__free_pages(page, 3);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	KUNIT_EXPECT_EQ(test, page_count(page + 7), 1);
	put_page(page + 7);
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free + 8);
}

static struct kunit_case page_alloc_cases[] = {
	KUNIT_CASE(orders_are_aligned),
	KUNIT_CASE(order_11_warns_once),
	KUNIT_CASE(last_freed_comes_first),
	KUNIT_CASE(tails_lead_to_the_head),
	{},
};

static struct kunit_suite page_alloc_suite = {
	.name = "page_alloc",
	.test_cases = page_alloc_cases,
	.quick = true,
};
kunit_test_suite(page_alloc_suite);
