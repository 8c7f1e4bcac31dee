/* SPDX-License-Identifier: MIT */
/*
 * Runs that must not look like a pass from outside: one case for each way in which a test run can
 * go wrong. The suite is manual, so it runs only when named; tests/death.cfg boots each case and
 * says what run-qemu.sh has to make of it.
 */
#include "kernel/console/panic.h"
#include "kernel/cpu/power.h"
#include "tests/kunit.h"

static void passes(struct kunit *test)
{
}

static void fails(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1 + 1, 3);
}

static void asserts(struct kunit *test)
{
	KUNIT_ASSERT_TRUE_MSG(test, false, "the last line of this case");
	panic("went on after an ASSERT");
}

static void skips(struct kunit *test)
{
	kunit_skip(test, "always");
}

static void cannot_judge(struct kunit *test)
{
	kunit_error(test, "no detector");
}

static void panics(struct kunit *test)
{
	panic("in the middle of a test");
}

static void faults(struct kunit *test)
{
	__kunit_touch(8, true);
}

/* The worst: the machine ends well, by its own word, with the plan half done. */
static void ends_the_run(struct kunit *test)
{
	machine_exit(EXIT_CLEAN);
}

static struct kunit_case manual_cases[] = {
	KUNIT_CASE(passes), KUNIT_CASE(fails),        KUNIT_CASE(asserts),
	KUNIT_CASE(skips),  KUNIT_CASE(cannot_judge), KUNIT_CASE(panics),
	KUNIT_CASE(faults), KUNIT_CASE(ends_the_run), {},
};

static struct kunit_suite manual_suite = {
	.name = "kunit_manual",
	.test_cases = manual_cases,
	.manual = true,
};
kunit_test_suite(manual_suite);
