/* SPDX-License-Identifier: MIT */
/*
 * Proves: who frees a block is told of each of its pages that is not as it was given out, in every
 * order and wherever the page lies in the block; and the block is not handed out then.
 */
#include "kernel/console/taint.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"

/*
 * A block that was not freed because its page N is in use becomes a free one; false: it was freed
 * all the same.
 */
static bool forgive_block(struct page *page, unsigned int order, unsigned long n)
{
	set_page_count(page + n, 0);
	if (!PageHWPoison(page + n))
		return false;
	page[n].flags = 0;
	set_page_count(page, 1);
	__free_pages(page, order);
	return true;
}

/* A page in use in the midst of a block, or at its end: of every order. */
static void blocks_are_checked_to_the_end(struct kunit *test)
{
	for (unsigned int order = 1; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
		const unsigned long used[] = {1ul << (order - 1), (1ul << order) - 1};

		for (unsigned int i = 0; page && i < ARRAY_SIZE(used); i++) {
			struct page *tail = page + used[i];

			set_page_count(tail, 1);
			KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*nonzero _refcount*",
						__free_pages(page, order));
			KUNIT_ASSERT_TRUE_MSG(test, forgive_block(page, order, used[i]), "order %u",
					      order);
			page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
		}
		if (page)
			__free_pages(page, order);
	}
}

/* What the owner left in a page's flags is not the next one's. */
static void flags_go_with_the_owner(struct kunit *test)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
		struct page *end;

		if (!page)
			continue; /* a machine with little memory */
		end = page + (1ul << order) - 1;
		SetPageDirty(end);
		__free_pages(page, order);
		KUNIT_EXPECT_FALSE(test, PageDirty(end));
		if (PageDirty(end))
			__ClearPageDirty(end);
	}
}

/* Sixteen pages with a user each are no block any more. */
static void split_blocks_are_not_freed_whole(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 4);
	KUNIT_EXPECT_WARN_COUNT(test, 15, "*Bad page state*nonzero _refcount*",
				__free_pages(page, 4));
	if (!PageHWPoison(page + 1)) {
		for (unsigned int i = 0; i < 16; i++)
			set_page_count(page + i, 0);
		return;
	}
	set_page_count(page, 1);
	for (unsigned int i = 0; i < 16; i++) {
		page[i].flags = 0;
		__free_page(page + i);
	}
}

/* Somebody else holds the first page, and another one is in use, too: the first of a half. */
static void halves_are_checked(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 5);

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (unsigned int order = 0; order < 5; order++) {
		struct page *half = page + (1ul << order);

		set_page_count(half, 1);
		get_page(page);
		KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*nonzero _refcount*",
					__free_pages(page, 5));
		put_page(page);
		KUNIT_ASSERT_TRUE(test, forgive_block(half, order, 0));
		page = alloc_pages(GFP_KERNEL, 5);
		KUNIT_ASSERT_NOT_NULL(test, page);
	}
	__free_pages(page, 5);
}

static void clean(struct kunit *test)
{
	clear_taint(TAINT_BAD_PAGE);
}

static struct kunit_case page_bad_block_cases[] = {
	KUNIT_CASE(blocks_are_checked_to_the_end),
	KUNIT_CASE(flags_go_with_the_owner),
	KUNIT_CASE(split_blocks_are_not_freed_whole),
	KUNIT_CASE(halves_are_checked),
	{},
};

static struct kunit_suite page_bad_block_suite = {
	.name = "page_bad_block",
	.exit = clean,
	.test_cases = page_bad_block_cases,
	.quick = true,
};
kunit_test_suite(page_bad_block_suite);
