/* SPDX-License-Identifier: MIT */
/*
 * Proves: a page that is freed wrongly is reported, tainted for, and never handed out again; and
 * the kernel goes on. Each test takes its page back into use afterwards, so that none is lost.
 */
#include "kernel/console/taint.h"
#include "mm/buddy.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/page_internal.h"
#include "mm/page_owner.h"
#include "tests/kunit.h"
#include "tests/page_again.h"

static int clean(struct kunit *test)
{
	clear_taint(TAINT_BAD_PAGE);
	return 0;
}

static void leave_clean(struct kunit_suite *suite)
{
	clear_taint(TAINT_BAD_PAGE);
}

/* Makes a page that was put out of use an ordinary free one. */
static void forgive(struct page *page)
{
	page->flags = 0;
	page->page_type = 0;
	page->mapping = NULL;
	set_page_count(page, 1);
	__free_page(page);
	drain_all_pages(NULL);
}

/* Would anybody get PAGE? Takes so many pages that a page just freed is sure to be among them. */
static bool comes_again(struct page *page, gfp_t gfp)
{
	bool found = false;
	LIST_HEAD(list);

	for (int i = 0; i < 300; i++) {
		struct page *other = alloc_page(gfp);

		if (!other)
			break;
		found |= other == page;
		list_add(&other->lru, &list);
	}
	free_page_list(&list);
	drain_all_pages(NULL);
	return found || is_free_buddy_page(page);
}

static void double_free_is_found(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_page(page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*without users*", __free_page(page));
	KUNIT_EXPECT_TRUE(test, test_taint(TAINT_BAD_PAGE));
	KUNIT_EXPECT_FALSE(test, comes_again(page, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, PageHWPoison(page));
	if (PageHWPoison(page))
		forgive(page);
}

/* The same when the page has been merged into a large block, and for a high one. */
static void double_free_in_a_block(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_HIGHUSER, 4);

	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_pages(page, 4);
	drain_all_pages(NULL);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*", __free_pages(page, 4));
	KUNIT_EXPECT_FALSE(test, comes_again(page, GFP_HIGHUSER));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*", put_page(page));
	KUNIT_EXPECT_NULL(test, buddy_check_some(page_zone(page), 10000, NULL));
	if (PageHWPoison(page))
		forgive(page);
}

static void tails_are_not_freed(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*tail*", __free_page(page + 1));
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	__free_pages(page, 2);
	page = alloc_pages(GFP_KERNEL, 2);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*", __free_page(page + 3));
	__free_pages(page, 2);
}

static void page_0_stays_reserved(struct kunit *test)
{
	struct page *zero = pfn_to_page(0), *bios = pfn_to_page(0xf0);

	for (int i = 0; i < 2; i++) {
		KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*flag(s) set*", __free_page(zero));
		KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*flag(s) set*", put_page(bios));
		KUNIT_EXPECT_TRUE(test, PageReserved(zero) && PageReserved(bios));
		KUNIT_EXPECT_EQ(test, page_count(zero), 1);
	}
	KUNIT_EXPECT_FALSE(test, comes_again(zero, GFP_DMA));
}

/* Spoils a page, frees it, and sees it leak with the right reason. */
static void leaks(struct kunit *test, struct page *page, const char *glob)
{
	unsigned long free;

	drain_all_pages(NULL);
	free = nr_free_pages();
	KUNIT_EXPECT_WARN_COUNT(test, 1, glob, __free_page(page));
	drain_all_pages(NULL);
	KUNIT_EXPECT_EQ(test, nr_free_pages(), free);
	KUNIT_EXPECT_FALSE(test, comes_again(page, GFP_KERNEL));
	if (nr_free_pages() == free)
		forgive(page);
	else
		page->flags = page->page_type = 0, page->mapping = NULL;
}

static void pages_in_use_are_not_freed(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	atomic_set(&page->_mapcount, 1);
	leaks(test, page, "*Bad page state*nonzero mapcount*");

	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	page->mapping = page;
	leaks(test, page, "*Bad page state*non-NULL mapping*");

	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	SetPageLocked(page);
	leaks(test, page, "*Bad page state*flag(s) set*");
}

/* Addresses that nobody got from the allocator. */
static void wild_addresses_are_refused(struct kunit *test)
{
	static char in_image[PAGE_SIZE] __aligned(PAGE_SIZE);
	char on_stack;
	unsigned long stack = (unsigned long)&on_stack & PAGE_MASK;

	KUNIT_EXPECT_WARN_COUNT(test, 1, "free_pages*not an address*", free_pages(0x1000, 0));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "free_pages*not an address*",
				free_pages(FIXADDR_TOP - PAGE_SIZE, 0));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*",
				free_pages((unsigned long)in_image, 0));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*", free_pages(stack, 0));
	KUNIT_EXPECT_TRUE(test, PageReserved(virt_to_page(in_image)));
}

static void get_page_needs_a_user(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_page(page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*get_page*without users*", get_page(page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(page));
}

/* Whoever writes to a page that it has given back is found when the page is used again. */
static void writes_after_free_are_found(struct kunit *test)
{
	unsigned int hooks = page_alloc_hooks;
	struct page *page, *again = NULL;
	gfp_t gfp;

	drain_all_pages(NULL); /* so that no page of the atomic reserve is on a list */
	page = alloc_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	gfp = gfp_for_again(page);
	page_hook_set(PAGE_HOOK_POISON, true);
	__free_page(page);
	memset_page(page, 100, 1, 1);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*memory corruption*offset 100*", again = alloc_page(gfp));
	page_hook_set(PAGE_HOOK_POISON, hooks & PAGE_HOOK_POISON);
	KUNIT_EXPECT_PTR_EQ(test, again, page);
	if (again)
		__free_page(again);
}

/* The same for its struct page; and who asked for a page gets another one. */
static void flags_set_after_free_are_found(struct kunit *test)
{
	struct page *page, *other = NULL;
	gfp_t gfp;

	drain_all_pages(NULL);
	page = alloc_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NOT_NULL(test, page);
	gfp = gfp_for_again(page);
	__free_page(page);
	SetPageDirty(page);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*CHECK_AT_PREP flag(s) set*",
				other = alloc_page(gfp));
	KUNIT_EXPECT_PTR_NE(test, other, page);
	if (other)
		__free_page(other);
	if (PageHWPoison(page))
		forgive(page);
}

static void owners_are_known(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	unsigned long caller;
	unsigned int order;
	gfp_t gfp;

	KUNIT_ASSERT_NOT_NULL(test, page);
	if (page_alloc_hooks & PAGE_HOOK_OWNER) {
		KUNIT_EXPECT_TRUE(test, page_owner_get(page, &order, &gfp, &caller));
		KUNIT_EXPECT_EQ(test, order, 1u);
		KUNIT_EXPECT_EQ(test, gfp, GFP_KERNEL | __GFP_ZERO);
	} else {
		KUNIT_EXPECT_FALSE(test, page_owner_get(page, &order, &gfp, &caller));
	}
	__free_pages(page, 1);
	KUNIT_EXPECT_FALSE(test, page_owner_get(page, &order, &gfp, &caller));
}

static struct kunit_case page_bad_cases[] = {
	KUNIT_CASE(double_free_is_found),
	KUNIT_CASE(double_free_in_a_block),
	KUNIT_CASE(tails_are_not_freed),
	KUNIT_CASE(page_0_stays_reserved),
	KUNIT_CASE(pages_in_use_are_not_freed),
	KUNIT_CASE(wild_addresses_are_refused),
	KUNIT_CASE(get_page_needs_a_user),
	KUNIT_CASE(writes_after_free_are_found),
	KUNIT_CASE(flags_set_after_free_are_found),
	KUNIT_CASE(owners_are_known),
	{},
};

static struct kunit_suite page_bad_suite = {
	.name = "page_bad",
	.init = clean,
	.suite_exit = leave_clean,
	.test_cases = page_bad_cases,
	.quick = true,
};
kunit_test_suite(page_bad_suite);
