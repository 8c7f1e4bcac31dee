/* SPDX-License-Identifier: MIT */
/*
 * The framework tests itself: what a case can do, and what is reported of it.
 *
 * Each test runs an inner case that fails, skips or goes wrong on purpose, with its report in a
 * buffer, and judges that report and the counts. So a framework that calls a failure a pass, goes
 * on after an ASSERT or forgets an exit function makes these red.
 */
#include "lib/limits.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/kunit_inner.h"

static unsigned int passed_here; /* how often an inner function went past its middle */

static int setup(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct kunit_inner), GFP_KERNEL);
	passed_here = 0;
	return test->priv ? 0 : -ENOMEM;
}

/* Runs FN as an inner case and expects that it is counted as said. */
static struct kunit_inner *inner(struct kunit *test, void (*fn)(struct kunit *test),
				 unsigned int passed, unsigned int failed, unsigned int skipped)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_case(inner, NULL, fn, NULL);
	/* By hand: a framework that forgets failures would also forget the one of this check. */
	if (inner->run.totals.failed != failed)
		test->status = KUNIT_FAILURE;
	KUNIT_EXPECT_EQ(test, inner->run.totals.passed, passed);
	KUNIT_EXPECT_EQ(test, inner->run.totals.failed, failed);
	KUNIT_EXPECT_EQ(test, inner->run.totals.skipped, skipped);
	KUNIT_EXPECT_EQ(test, inner->good, passed && !failed);
	KUNIT_EXPECT_TRUE_MSG(test, kunit_plans_met(inner->text), "%s", inner->text);
	KUNIT_EXPECT_FALSE(test, inner->cut);
	return inner;
}

#define EXPECT_SAYS(test, inner, line)                                                             \
	KUNIT_EXPECT_TRUE_MSG(test, kunit_inner_says(inner, line), "no line \"%s\" in:\n%s", line, \
			      (inner)->text)

static void passes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, 1);
}

static void pass_is_a_pass(struct kunit *test)
{
	struct kunit_inner *report = inner(test, passes, 1, 0, 0);

	KUNIT_EXPECT_STREQ(test, report->text,
			   "KTAP version 1\n"
			   "1..1\n"
			   "    KTAP version 1\n"
			   "    # Subtest: inner\n"
			   "    1..1\n"
			   "    ok 1 case\n"
			   "# inner: pass:1 fail:0 skip:0 total:1\n"
			   "ok 1 inner\n"
			   "# Totals: pass:1 fail:0 skip:0 total:1\n");
}

static void expects_wrongly(struct kunit *test)
{
	int two = 2;

	KUNIT_EXPECT_EQ_MSG(test, two, 3, "and says %s", "why");
	passed_here++;
}

static void failed_expect_goes_on(struct kunit *test)
{
	struct kunit_inner *report = inner(test, expects_wrongly, 0, 1, 0);

	KUNIT_EXPECT_EQ(test, passed_here, 1);
	EXPECT_SAYS(test, report, "# Expected two == 3, but\n#     two == 2 (0x2)\n# and says why");
	EXPECT_SAYS(test, report, "not ok 1 case");
	EXPECT_SAYS(test, report, "not ok 1 inner");
}

static void asserts_wrongly(struct kunit *test)
{
	KUNIT_ASSERT_TRUE(test, passed_here == 77);
	passed_here++;
}

static void failed_assert_leaves(struct kunit *test)
{
	struct kunit_inner *report = inner(test, asserts_wrongly, 0, 1, 0);

	KUNIT_EXPECT_EQ(test, passed_here, 0);
	EXPECT_SAYS(test, report, "# Expected passed_here == 77 to be true, but is false");
	EXPECT_SAYS(test, report, "not ok 1 case");
}

static void deep_assert(struct kunit *test, volatile unsigned int depth)
{
	if (depth)
		deep_assert(test, depth - 1);
	KUNIT_ASSERT_EQ(test, depth, 1);
	passed_here++;
}

static void asserts_deeply(struct kunit *test)
{
	deep_assert(test, 20);
}

static void failed_assert_leaves_from_deep(struct kunit *test)
{
	inner(test, asserts_deeply, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, passed_here, 0);
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "no %s here", "tape");
	passed_here++;
}

static void skip_leaves_and_counts_as_nothing(struct kunit *test)
{
	struct kunit_inner *report = inner(test, skips, 0, 0, 1);

	KUNIT_EXPECT_EQ(test, passed_here, 0);
	EXPECT_SAYS(test, report, "ok 1 case # SKIP no tape here");
	EXPECT_SAYS(test, report, "# selftest: error: all tests that match \"\" were skipped");
}

static void fails_then_skips(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, false);
	kunit_skip(test, "too late");
}

static void skip_does_not_hide_a_failure(struct kunit *test)
{
	EXPECT_SAYS(test, inner(test, fails_then_skips, 0, 1, 0), "not ok 1 case");
}

static void has_no_detector(struct kunit *test)
{
	kunit_error(test, "the detector saw %d of %d", 3, 100);
	passed_here++;
}

static void error_counts_as_failed(struct kunit *test)
{
	struct kunit_inner *report = inner(test, has_no_detector, 0, 1, 0);

	KUNIT_EXPECT_EQ(test, passed_here, 0);
	KUNIT_EXPECT_EQ(test, report->run.totals.errors, 1);
	EXPECT_SAYS(test, report, "not ok 1 case # ERROR the detector saw 3 of 100");
}

static void counts(struct kunit *test)
{
	passed_here++;
}

static void exit_runs_after_an_abort(struct kunit *test)
{
	struct kunit_inner *report = test->priv;

	kunit_inner_case(report, NULL, asserts_wrongly, counts);
	KUNIT_EXPECT_EQ(test, passed_here, 1);
	KUNIT_EXPECT_EQ(test, report->run.totals.failed, 1);
}

static void exit_may_assert(struct kunit *test)
{
	struct kunit_inner *report = test->priv;

	kunit_inner_case(report, NULL, passes, asserts_wrongly);
	KUNIT_EXPECT_EQ(test, passed_here, 0);
	KUNIT_EXPECT_EQ(test, report->run.totals.failed, 1);
}

static void failed_init_keeps_the_case_from_running(struct kunit *test)
{
	struct kunit_inner *report = test->priv;

	kunit_inner_case(report, asserts_wrongly, counts, NULL);
	KUNIT_EXPECT_EQ(test, passed_here, 0);
	KUNIT_EXPECT_EQ(test, report->run.totals.failed, 1);
	kunit_inner_case(report, skips, counts, counts);
	KUNIT_EXPECT_EQ_MSG(test, passed_here, 1, "only exit runs after a skip in init");
	KUNIT_EXPECT_EQ(test, report->run.totals.skipped, 1);
}

static void note_action(void *context)
{
	*(unsigned int *)context = *(unsigned int *)context * 10 + ++passed_here;
}

static unsigned int first_note, second_note;

static void acts_and_asserts(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, note_action, &first_note), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, note_action, &second_note), 0);
	KUNIT_ASSERT_NOT_NULL(test, kunit_kmalloc(test, 100, GFP_KERNEL));
	KUNIT_ASSERT_TRUE(test, false);
}

static void actions_run_backwards_after_an_abort(struct kunit *test)
{
	first_note = 0;
	second_note = 0;
	inner(test, acts_and_asserts, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, second_note, 1);
	KUNIT_EXPECT_EQ(test, first_note, 2);
}

static void takes_too_much(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, kunit_kmalloc(test, 1 << 30, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kunit_kcalloc(test, SIZE_MAX / 2, 3, GFP_KERNEL));
}

static void memory_that_is_not_there_is_null(struct kunit *test)
{
	inner(test, takes_too_much, 1, 0, 0);
}

static struct kunit_case kunit_cases[] = {
	KUNIT_CASE(pass_is_a_pass),
	KUNIT_CASE(failed_expect_goes_on),
	KUNIT_CASE(failed_assert_leaves),
	KUNIT_CASE(failed_assert_leaves_from_deep),
	KUNIT_CASE(skip_leaves_and_counts_as_nothing),
	KUNIT_CASE(skip_does_not_hide_a_failure),
	KUNIT_CASE(error_counts_as_failed),
	KUNIT_CASE(exit_runs_after_an_abort),
	KUNIT_CASE(exit_may_assert),
	KUNIT_CASE(failed_init_keeps_the_case_from_running),
	KUNIT_CASE(actions_run_backwards_after_an_abort),
	KUNIT_CASE(memory_that_is_not_there_is_null),
	{},
};

static struct kunit_suite kunit_own_suite = {
	.name = "kunit",
	.init = setup,
	.test_cases = kunit_cases,
};
kunit_test_suite(kunit_own_suite);
