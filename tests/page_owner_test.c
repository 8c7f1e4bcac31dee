/* SPDX-License-Identifier: MIT */
/*
 * Proves: of each page in use page_owner knows who took it, from where, in which order; it forgets
 * what is freed, also piece by piece; and a leak is named with its place. Where page_owner is off
 * (any build but debug ones, without page_owner=on) it says nothing at all.
 */
#include "kernel/console/symbols.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"
#include "mm/page_alloc.h"
#include "mm/page_owner.h"
#include "monitor/command.h"
#include "tests/kunit.h"

static noinline struct page *owner_test_takes(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	barrier(); /* a frame of its own */
	return page;
}

static noinline struct page *owner_test_takes_one(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	barrier();
	return page;
}

/* The function that page_owner names for PAGE; "" if it names none. */
static const char *holder(const struct page *page, unsigned int *order, gfp_t *gfp)
{
	const char *name = NULL;
	unsigned long caller;

	if (page_owner_get(page, order, gfp, &caller))
		name = symbol_lookup(caller - 1, NULL, NULL);
	return name ? name : "";
}

static void callers_are_outside_of_the_allocator(struct kunit *test)
{
	static const gfp_t flags[] = {GFP_KERNEL, GFP_ATOMIC | __GFP_ZERO, GFP_HIGHUSER_MOVABLE};
	const char *wanted = page_owner_enabled() ? "owner_test_takes" : "";
	unsigned int order = 0;
	struct page *page;
	gfp_t gfp = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(flags) * 6; i++) {
		page = owner_test_takes(flags[i / 6], i % 6);
		if (!page)
			continue;
		KUNIT_EXPECT_STREQ(test, holder(page, &order, &gfp), wanted);
		if (page_owner_enabled()) {
			KUNIT_EXPECT_EQ(test, order, i % 6);
			KUNIT_EXPECT_EQ(test, gfp, flags[i / 6]);
		}
		__free_pages(page, i % 6);
		KUNIT_EXPECT_STREQ(test, holder(page, &order, &gfp), "");
	}
	page = owner_test_takes_one();
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_STREQ(test, holder(page, &order, &gfp),
			   page_owner_enabled() ? "owner_test_takes_one" : "");
	__free_page(page);
}

static void each_page_of_a_block_has_an_owner(struct kunit *test)
{
	struct page *page = owner_test_takes(GFP_KERNEL, 3);
	const char *wanted = page_owner_enabled() ? "owner_test_takes" : "";
	unsigned int order;
	gfp_t gfp;

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 3);
	for (int freed = 0; freed < 8; freed++) {
		for (int i = 0; i < 8; i++)
			KUNIT_EXPECT_STREQ(test, holder(page + i, &order, &gfp),
					   i < freed ? "" : wanted);
		__free_page(page + freed);
	}
	page = owner_test_takes(GFP_KERNEL | __GFP_COMP, 2);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_STREQ(test, holder(page + 3, &order, &gfp), wanted);
	put_page(page + 1);
	KUNIT_EXPECT_STREQ(test, holder(page + 3, &order, &gfp), "");
}

static void what_is_taken_is_counted(struct kunit *test)
{
	u32 mark = page_owner_mark();
	struct page *large = owner_test_takes(GFP_KERNEL, 4), *one = owner_test_takes_one();
	bool on = page_owner_enabled();

	KUNIT_EXPECT_TRUE(test, large && one);
	if (large && one) {
		KUNIT_EXPECT_EQ(test, page_owner_count_since(mark), on ? 17ul : 0ul);
		__free_pages(large, 4);
		KUNIT_EXPECT_EQ(test, page_owner_count_since(mark), on ? 1ul : 0ul);
		__free_page(one);
	}
	KUNIT_EXPECT_EQ(test, page_owner_count_since(mark), 0ul);
}

/* What page_owner prints, line by line. */
static char lines[4096];
static size_t used;

static __printf(1, 2) void collect(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	used += (size_t)vscnprintf(lines + used, sizeof(lines) - used, fmt, args);
	used += (size_t)scnprintf(lines + used, sizeof(lines) - used, "\n");
	va_end(args);
}

static void places_are_named(struct kunit *test)
{
	u32 mark = page_owner_mark();
	struct page *large = owner_test_takes(GFP_ATOMIC, 2), *one = owner_test_takes_one();

	used = 0;
	lines[0] = '\0';
	page_owner_print_since(mark, 10, collect);
	if (page_owner_enabled()) {
		KUNIT_EXPECT_TRUE_MSG(test,
				      glob_match("5 pages are held\n4 pages,*order 2*(GFP_ATOMIC)*"
						 "owner_test_takes+*1 pages,*(GFP_KERNEL)*"
						 "owner_test_takes_one+*",
						 lines),
				      "%s", lines);
	} else {
		KUNIT_EXPECT_STREQ(test, lines, "");
	}
	if (large)
		__free_pages(large, 2);
	if (one)
		__free_page(one);
	used = 0;
	page_owner_print_since(mark, 10, collect);
	if (page_owner_enabled())
		KUNIT_EXPECT_STREQ(test, lines, "0 pages are held\n");
}

/* Not quick: a command talks. */
static void the_command(struct kunit *test)
{
	bool on = page_owner_enabled();

	KUNIT_EXPECT_EQ(test, monitor_execute("pageowner") == 0, on);
	KUNIT_EXPECT_EQ(test, monitor_execute("pageowner 0x100") == 0, on);
	KUNIT_EXPECT_NE(test, monitor_execute("pageowner 0xfffffff"), 0);
	KUNIT_EXPECT_NE(test, monitor_execute("pageowner nobody"), 0);
	KUNIT_EXPECT_NE(test, monitor_execute("pageowner 1 2"), 0);
}

static struct kunit_case page_owner_cases[] = {
	KUNIT_CASE(callers_are_outside_of_the_allocator),
	KUNIT_CASE(each_page_of_a_block_has_an_owner),
	KUNIT_CASE(what_is_taken_is_counted),
	KUNIT_CASE(places_are_named),
	KUNIT_CASE_SLOW(the_command),
	{},
};

static struct kunit_suite page_owner_suite = {
	.name = "page_owner",
	.test_cases = page_owner_cases,
	.quick = true,
};
kunit_test_suite(page_owner_suite);
