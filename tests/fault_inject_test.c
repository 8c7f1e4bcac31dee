/* SPDX-License-Identifier: MIT */
/*
 * Proves: allocations fail when the setting says so, and only then: by interval, space, times,
 * probability, order, and by the function that they come from. NOFAIL never fails. Settings that
 * make no sense are refused. Nothing is left armed.
 */
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/fail_page_alloc.h"
#include "mm/failslab.h"
#include "mm/page_alloc.h"
#include "monitor/command.h"
#include "tests/kunit.h"

/* What the boot parameters say is in force again after the tests. */
static struct fault_settings settings;

static int fault_init(struct kunit *test)
{
	fault_suspend(&settings, true);
	return 0;
}

static void fault_exit(struct kunit *test)
{
	fault_resume(&settings);
}

static bool try_order(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp, order);

	if (page)
		__free_pages(page, order);
	return page;
}

/* Requests one page NR times: '.' for each that was served, 'x' for each that failed. */
static const char *pattern(unsigned int nr)
{
	static char text[200];

	for (unsigned int i = 0; i < nr; i++)
		text[i] = try_order(GFP_KERNEL, 0) ? '.' : 'x';
	text[nr] = '\0';
	return text;
}

static void nothing_fails_by_itself(struct kunit *test)
{
	unsigned long seen = fail_page_alloc.seen;

	KUNIT_EXPECT_STREQ(test, pattern(20), "....................");
	KUNIT_EXPECT_EQ(test, fail_page_alloc.seen, seen); /* nobody asks */
	KUNIT_EXPECT_FALSE(test, fail_page_alloc.armed);
}

static void the_four_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,0,3"), 0);
	KUNIT_EXPECT_STREQ(test, pattern(10), "xxx.......");
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "3,100,0,2"), 0);
	KUNIT_EXPECT_STREQ(test, pattern(10), "..x..x....");
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,4,-1"), 0);
	KUNIT_EXPECT_STREQ(test, pattern(10), "....xxxxxx");
	KUNIT_EXPECT_EQ(test, fail_page_alloc.seen, 10ul);
	KUNIT_EXPECT_EQ(test, fail_page_alloc.failed, 6ul);
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,0,0,-1"), 0);
	KUNIT_EXPECT_STREQ(test, pattern(10), "..........");
}

static void a_failure_leaves_it_off_when_the_times_are_over(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,0,1"), 0);
	KUNIT_EXPECT_TRUE(test, fail_page_alloc.armed);
	KUNIT_EXPECT_STREQ(test, pattern(2), "x.");
	KUNIT_EXPECT_FALSE(test, fail_page_alloc.armed);
}

/* With the seed of a new setting, so it is the same number each time. */
static void probability(struct kunit *test)
{
	char first[200];
	unsigned int failed = 0;

	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,30,0,-1"), 0);
	strscpy(first, pattern(199), sizeof(first));
	for (const char *c = first; *c; c++)
		failed += *c == 'x';
	KUNIT_EXPECT_GT(test, failed, 40u);
	KUNIT_EXPECT_LT(test, failed, 80u);
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,30,0,-1"), 0);
	KUNIT_EXPECT_STREQ(test, pattern(199), first);
}

static void nofail_never_fails(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,0,-1"), 0);
	KUNIT_EXPECT_TRUE(test, try_order(GFP_KERNEL | __GFP_NOFAIL, 0));
	KUNIT_EXPECT_FALSE(test, try_order(GFP_KERNEL | __GFP_HIGHMEM, 0));
	KUNIT_EXPECT_FALSE(test, try_order(GFP_ATOMIC, 0));
	KUNIT_EXPECT_FALSE(test, try_order(GFP_KERNEL, 5));
}

static void large_blocks_only(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,0,-1"), 0);
	fail_page_alloc.min_order = 3;
	KUNIT_EXPECT_TRUE(test, try_order(GFP_KERNEL, 2));
	KUNIT_EXPECT_FALSE(test, try_order(GFP_KERNEL, 3));
}

/* --- by function ------------------------------------------------------------------------------ */

static noinline bool fault_test_one_site(void)
{
	bool done = try_order(GFP_KERNEL, 0);

	barrier(); /* a frame of its own */
	return done;
}

static noinline bool fault_test_other_site(void)
{
	bool done = try_order(GFP_KERNEL, 0);

	barrier();
	return done;
}

static void only_from_one_function(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "1,100,0,-1,fault_test_one_site"),
			0);
	KUNIT_EXPECT_FALSE(test, fault_test_one_site());
	KUNIT_EXPECT_TRUE(test, fault_test_other_site());
	KUNIT_EXPECT_TRUE(test, try_order(GFP_KERNEL, 0));
	KUNIT_EXPECT_EQ(test, fail_page_alloc.seen, 1ul);
	KUNIT_EXPECT_EQ(test, fault_attr_set_site(&fail_page_alloc, NULL), 0);
	KUNIT_EXPECT_FALSE(test, fault_test_other_site());
}

/* --- by number -------------------------------------------------------------------------------- */

static void only_the_nth(struct kunit *test)
{
	fault_nth(3);
	KUNIT_EXPECT_STREQ(test, pattern(6), "..x...");
	KUNIT_EXPECT_EQ(test, fault_nth_seen(), 3u);
	KUNIT_EXPECT_TRUE(test, fault_nth(0));
	fault_nth(7);
	KUNIT_EXPECT_STREQ(test, pattern(6), "......");
	KUNIT_EXPECT_FALSE(test, fault_nth(0));
	KUNIT_EXPECT_STREQ(test, pattern(3), "...");
	KUNIT_EXPECT_FALSE(test, fail_page_alloc.armed);
}

/* --- settings --------------------------------------------------------------------------------- */

static void nonsense_is_refused(struct kunit *test)
{
	static const char *const texts[] = {
		"",           "1",          "1,100",     "1,100,0",
		"0,100,0,1",  "1,101,0,1",  "1,-1,0,1",  "1,100,-1,1",
		"1,100,0,-2", "1,100,0,1x", "1;100;0;1", "1,100,0,1,no_such_function",
		"a,100,0,1",
	};

	KUNIT_EXPECT_EQ(test, fault_attr_set(&fail_page_alloc, "7,50,3,9"), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(texts); i++)
		KUNIT_EXPECT_EQ_MSG(test, fault_attr_set(&fail_page_alloc, texts[i]), -EINVAL,
				    "'%s'", texts[i]);
	KUNIT_EXPECT_EQ(test, fail_page_alloc.interval, 7ul);
	KUNIT_EXPECT_EQ(test, fail_page_alloc.probability, 50ul);
	KUNIT_EXPECT_EQ(test, fail_page_alloc.space, 3);
	KUNIT_EXPECT_EQ(test, fail_page_alloc.times, 9);
	KUNIT_EXPECT_NULL(test, fail_page_alloc.site);
}

/* Not quick: a command talks. */
static void the_command(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, monitor_execute("fail fail_page_alloc 1,100,0,1 min-order=2"), 0);
	KUNIT_EXPECT_TRUE(test, try_order(GFP_KERNEL, 1));
	KUNIT_EXPECT_FALSE(test, try_order(GFP_KERNEL, 2));
	KUNIT_EXPECT_EQ(test, monitor_execute("fail failslab site=the_command verbose=3"), 0);
	KUNIT_EXPECT_STREQ(test, failslab.site, "the_command");
	KUNIT_EXPECT_EQ(test, failslab.verbose, 3u);
	KUNIT_EXPECT_NE(test, monitor_execute("fail nobody 1,100,0,1"), 0);
	KUNIT_EXPECT_NE(test, monitor_execute("fail failslab 1,2,3"), 0);
	KUNIT_EXPECT_NE(test, monitor_execute("fail failslab verbose=many"), 0);
	KUNIT_EXPECT_EQ(test, monitor_execute("fail; fail reset"), 0);
	KUNIT_EXPECT_NULL(test, failslab.site);
}

static struct kunit_case fault_inject_cases[] = {
	KUNIT_CASE(nothing_fails_by_itself),
	KUNIT_CASE(the_four_numbers),
	KUNIT_CASE(a_failure_leaves_it_off_when_the_times_are_over),
	KUNIT_CASE(probability),
	KUNIT_CASE(nofail_never_fails),
	KUNIT_CASE(large_blocks_only),
	KUNIT_CASE(only_from_one_function),
	KUNIT_CASE(only_the_nth),
	KUNIT_CASE(nonsense_is_refused),
	KUNIT_CASE_SLOW(the_command),
	{},
};

static struct kunit_suite fault_inject_suite = {
	.name = "fault_inject",
	.init = fault_init,
	.exit = fault_exit,
	.test_cases = fault_inject_cases,
	.quick = true,
};
kunit_test_suite(fault_inject_suite);
