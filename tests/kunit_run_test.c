/* SPDX-License-Identifier: MIT */
/*
 * The framework tests itself: which tests a GLOB chooses, suites as a whole, parameters, the quick
 * set, and what makes a run good. And the judge of reports that these tests lean on is shown to be
 * one: a report that lacks its plan, or part of it, is not taken for whole.
 */
#include "kernel/console/panic.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/kunit_inner.h"

static int setup(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct kunit_inner), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void passes(struct kunit *test)
{
}

static int fails_line;

static void fails(struct kunit *test)
{
	fails_line = __LINE__ + 1;
	KUNIT_FAIL(test, "on purpose");
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "on purpose");
}

static int refuse_init(struct kunit_suite *suite)
{
	return -EIO;
}

static struct kunit_case list_cases[] = {
	{.run_case = passes, .name = "add"},
	{.run_case = passes, .name = "del"},
	{.run_case = fails, .name = "slow_del", .speed = KUNIT_SPEED_SLOW},
	{},
};
static struct kunit_case sort_cases[] = {
	{.run_case = skips, .name = "add"},
	{.run_case = skips, .name = "heap"},
	{},
};
static struct kunit_case refused_cases[] = {
	{.run_case = passes, .name = "one"},
	{.run_case = skips, .name = "two"},
	{},
};

static struct kunit_suite list = {.name = "list", .test_cases = list_cases, .quick = true};
static struct kunit_suite sort = {.name = "sort", .test_cases = sort_cases};
static struct kunit_suite refused = {
	.name = "refused",
	.suite_init = refuse_init,
	.test_cases = refused_cases,
};
static struct kunit_suite empty = {.name = "empty"};
static struct kunit_suite manual = {
	.name = "list_manual", .test_cases = sort_cases, .manual = true};

static struct kunit_suite *const suites[] = {&list, &sort, &refused, &empty, &manual};

/* Runs GLOB and compares the numbers; returns the report. */
static struct kunit_inner *run(struct kunit *test, const char *glob, unsigned int passed,
			       unsigned int failed, unsigned int skipped)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), glob);
	KUNIT_EXPECT_EQ_MSG(test, inner->run.totals.passed, passed, "GLOB %s", glob);
	KUNIT_EXPECT_EQ_MSG(test, inner->run.totals.failed, failed, "GLOB %s", glob);
	KUNIT_EXPECT_EQ_MSG(test, inner->run.totals.skipped, skipped, "GLOB %s", glob);
	KUNIT_EXPECT_EQ_MSG(test, inner->good, passed && !failed, "GLOB %s", glob);
	if (passed + failed + skipped)
		KUNIT_EXPECT_TRUE_MSG(test, kunit_plans_met(inner->text), "%s", inner->text);
	return inner;
}

static void globs_choose(struct kunit *test)
{
	run(test, NULL, 2, 4, 2);
	run(test, "", 2, 4, 2);
	run(test, "*", 2, 4, 2);
	run(test, "list", 2, 1, 0);
	run(test, "l*", 2, 1, 0);
	run(test, "l[ij]st", 2, 1, 0);
	run(test, "list.add", 1, 0, 0);
	run(test, "list.?el", 1, 0, 0);
	run(test, "*.add", 1, 0, 1);
	run(test, "list.*del", 1, 1, 0);
	run(test, "sort", 0, 0, 2);
	run(test, "empty", 0, 1, 0);
	run(test, "lis", 0, 0, 0);
	run(test, "list.ad", 0, 0, 0);
	run(test, "list.", 2, 1, 0);
}

static void no_match_says_so(struct kunit *test)
{
	struct kunit_inner *inner = run(test, "nothing*", 0, 0, 0);

	KUNIT_EXPECT_STREQ(test, inner->text, "# selftest: error: no test matches \"nothing*\"\n");
}

static void all_skipped_says_so(struct kunit *test)
{
	struct kunit_inner *inner = run(test, "sort", 0, 0, 2);

	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "ok 1 sort # SKIP all cases were skipped"));
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "# selftest: error: all tests that match "
							"\"sort\" were skipped"));
}

static void too_long_globs_match_nothing(struct kunit *test)
{
	char glob[300];

	memset(glob, '*', sizeof(glob) - 1);
	glob[sizeof(glob) - 1] = '\0';
	run(test, glob, 0, 0, 0);
	glob[1] = '.';
	run(test, glob, 0, 0, 0);
}

static void manual_suites_need_their_name(struct kunit *test)
{
	run(test, "list_manual", 0, 0, 2);
	run(test, "list_manual.heap", 0, 0, 1);
	run(test, "list_manua?", 0, 0, 0);
}

static void refused_suite_is_an_error_for_each_case(struct kunit *test)
{
	struct kunit_inner *inner = run(test, "refused", 0, 2, 0);

	KUNIT_EXPECT_EQ(test, inner->run.totals.errors, 2);
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "# refused: failed to initialize (-5)"));
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "not ok 1 one # ERROR suite_init failed\n"
							"not ok 2 two # ERROR suite_init failed"));
}

static void empty_suite_is_an_error(struct kunit *test)
{
	struct kunit_inner *inner = run(test, "empty", 0, 1, 0);

	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "not ok 1 empty # ERROR no test cases"));
}

static void quick_set_is_quiet_and_leaves_out_the_slow(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	inner->sink.quiet = true;
	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), NULL);
	KUNIT_EXPECT_TRUE(test, inner->good);
	KUNIT_EXPECT_EQ(test, inner->run.totals.passed, 2);
	KUNIT_EXPECT_STREQ(test, inner->text, "");
}

static void quick_set_shows_its_failures(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;
	char want[120];

	inner->sink.quiet = true;
	kunit_inner_case(inner, NULL, fails, NULL);
	snprintf(want, sizeof(want),
		 "# case: EXPECTATION FAILED at %s:%d\n# on purpose\n# selftest: inner.case failed",
		 __FILE__, fails_line);
	KUNIT_EXPECT_TRUE_MSG(test, kunit_inner_says(inner, want), "%s", inner->text);
	KUNIT_EXPECT_FALSE(test, inner->good);
}

static void empty_quick_set_is_good(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	inner->sink.quiet = true;
	kunit_inner_suites(inner, suites + 1, 1, NULL);
	KUNIT_EXPECT_TRUE(test, inner->good);
	KUNIT_EXPECT_STREQ(test, inner->text, "");
}

/* ---- parameters ---- */

static const int numbers[] = {4, 7, 8};

static void describe(const int *number, char *desc)
{
	if (*number != 8)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "number\t%d", *number);
}
KUNIT_ARRAY_PARAM(number, numbers, describe);

static const void *no_params(const void *prev, char *desc)
{
	return NULL;
}

static void is_even(struct kunit *test)
{
	const int *number = test->param_value;

	KUNIT_EXPECT_PTR_EQ(test, number, &numbers[test->param_index]);
	if (*number == 8)
		kunit_skip(test, "eight");
	KUNIT_EXPECT_EQ(test, *number % 2, 0);
}

static struct kunit_case param_cases[] = {
	KUNIT_CASE_PARAM(is_even, number_gen_params),
	{.run_case = is_even, .name = "none", .generate_params = no_params},
	{},
};
static struct kunit_suite params = {.name = "params", .test_cases = param_cases};
static struct kunit_suite *const param_suites[] = {&params};

static void parameters_count_one_by_one(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_suites(inner, param_suites, 1, "params.is_even");
	KUNIT_EXPECT_EQ(test, inner->run.totals.passed, 1);
	KUNIT_EXPECT_EQ(test, inner->run.totals.failed, 1);
	KUNIT_EXPECT_EQ(test, inner->run.totals.skipped, 1);
	KUNIT_EXPECT_TRUE(test, kunit_plans_met(inner->text));
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "1..3\nok 1 number 4"));
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "not ok 2 number 7\n"
							"ok 3 param-2 # SKIP eight\n"
							"# is_even: pass:1 fail:1 skip:1 total:3\n"
							"not ok 1 is_even"));
}

static void no_parameters_is_an_error(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_suites(inner, param_suites, 1, "params.none");
	KUNIT_EXPECT_EQ(test, inner->run.totals.errors, 1);
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "not ok 1 none # ERROR no parameters"));
}

/* ---- the judge of reports ---- */

static void judge_wants_every_plan_met(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, kunit_plans_met(""));
	KUNIT_EXPECT_FALSE_MSG(test, kunit_plans_met("KTAP version 1\nok 1 a\n"), "no plan");
	KUNIT_EXPECT_FALSE(test, kunit_plans_met("KTAP version 1\n1..2\nok 1 a\n"));
	KUNIT_EXPECT_FALSE(test, kunit_plans_met("KTAP version 1\n1..1\nok 1 a\nok 2 b\n"));
	KUNIT_EXPECT_FALSE(test, kunit_plans_met("KTAP version 1\n1..2\nok 1 a\nok 3 b\n"));
	KUNIT_EXPECT_FALSE(test, kunit_plans_met("1..1\n    1..2\n    ok 1 a\nok 1 b\n"));
	KUNIT_EXPECT_TRUE(test, kunit_plans_met("KTAP version 1\n1..1\nnot ok 1 a\n"));
	KUNIT_EXPECT_TRUE(test, kunit_plans_met("1..1\n    1..1\n    not ok 1 a\nok 1 b\n"));
}

static void panics(struct kunit *test)
{
	panic("on purpose");
}

/* A run that is left in its middle has a plan that is not met, so it cannot be taken for a pass. */
static void a_report_that_stops_is_not_whole(struct kunit *test)
{
	static struct kunit_case cases[] = {
		{.run_case = passes, .name = "before"},
		{.run_case = panics, .name = "stops"},
		{.run_case = passes, .name = "after"},
		{},
	};
	static struct kunit_suite suite = {.name = "stopping", .test_cases = cases};
	static struct kunit_suite *const stopping[] = {&suite};
	struct kunit_inner *inner = test->priv;

	KUNIT_EXPECT_PANIC(test, "*on purpose*", kunit_inner_suites(inner, stopping, 1, NULL));
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "1..3\nok 1 before"));
	KUNIT_EXPECT_FALSE(test, kunit_plans_met(inner->text));
	KUNIT_EXPECT_FALSE(test, inner->good);
}

static struct kunit_case run_cases[] = {
	KUNIT_CASE(globs_choose),
	KUNIT_CASE(no_match_says_so),
	KUNIT_CASE(all_skipped_says_so),
	KUNIT_CASE(too_long_globs_match_nothing),
	KUNIT_CASE(manual_suites_need_their_name),
	KUNIT_CASE(refused_suite_is_an_error_for_each_case),
	KUNIT_CASE(empty_suite_is_an_error),
	KUNIT_CASE(quick_set_is_quiet_and_leaves_out_the_slow),
	KUNIT_CASE(quick_set_shows_its_failures),
	KUNIT_CASE(empty_quick_set_is_good),
	KUNIT_CASE(parameters_count_one_by_one),
	KUNIT_CASE(no_parameters_is_an_error),
	KUNIT_CASE(judge_wants_every_plan_met),
	KUNIT_CASE(a_report_that_stops_is_not_whole),
	{},
};

static struct kunit_suite run_suite = {
	.name = "kunit_run",
	.init = setup,
	.test_cases = run_cases,
};
kunit_test_suite(run_suite);
