/* SPDX-License-Identifier: MIT */
/*
 * Suites with the mistakes of beginners: a list of cases without its {}, a suite or a case without
 * a name. Each is an error in words with a line of its own in the report, and the suites behind it
 * run.
 */
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/kunit_inner.h"

static unsigned int ran;

static void counts(struct kunit *test)
{
	ran++;
}

/* What lies behind a list without its end: anything, or the next list. */
static struct {
	struct kunit_case cases[2];
	unsigned long behind[4];
} junk = {
	{{.run_case = counts, .name = "one"}, {.run_case = counts, .name = "two"}},
	{0x5a5a5a5a, 0xa5a5a5a5, 0x12345678, 0x9abcdef0},
};
static struct {
	struct kunit_case cases[1];
	struct kunit_case other[2];
} running_on = {
	{{.run_case = counts, .name = "one"}},
	{{.run_case = counts, .name = "two"}, {}},
};
/* The first could be run, but its name is code; the other begins inside a function. */
static struct {
	struct kunit_case cases[1];
	void (*behind[8])(struct kunit *test);
} code = {{{.run_case = counts, .name = "one"}}, {counts, counts}};
static struct {
	struct kunit_case cases[1];
	const char *behind[8];
} inside = {{{.run_case = counts, .name = "one"}}, {(const char *)counts + 1, "two"}};
static struct kunit_case nameless_cases[] = {{.run_case = counts}, {}};
static struct kunit_case good_cases[] = {KUNIT_CASE(counts), {}};

static struct kunit_suite before_junk = {.name = "before_junk", .test_cases = junk.cases};
static struct kunit_suite before_list = {.name = "before_list", .test_cases = running_on.cases};
static struct kunit_suite behind = {.name = "behind", .test_cases = running_on.other};
static struct kunit_suite before_code = {.name = "before_code", .test_cases = code.cases};
static struct kunit_suite before_inside = {.name = "before_inside", .test_cases = inside.cases};
static struct kunit_suite nameless = {.test_cases = good_cases, .quick = true};
static struct kunit_suite nameless_case = {.name = "nameless_case", .test_cases = nameless_cases};
static struct kunit_suite good = {.name = "good", .test_cases = good_cases};

static struct kunit_suite *const suites[] = {&before_junk,   &before_list,   &behind,
					     &before_code,   &before_inside, &nameless,
					     &nameless_case, &good};

static int setup(struct kunit *test)
{
	ran = 0;
	test->priv = kunit_kzalloc(test, sizeof(struct kunit_inner), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void each_mistake_has_its_words(struct kunit *test)
{
	static const char *const lines[] = {
		"1..8",
		"not ok 1 before_junk # ERROR its list of cases has no end ({})",
		"not ok 2 before_list # ERROR its list of cases has no end ({})",
		"ok 3 behind",
		"not ok 4 before_code # ERROR its list of cases has no end ({})",
		"not ok 5 before_inside # ERROR its list of cases has no end ({})",
		"not ok 6 (no name) # ERROR a suite without a name (.name)",
		"not ok 7 nameless_case # ERROR a case without a name (.name)",
		"ok 8 good",
	};
	struct kunit_inner *inner = test->priv;
	size_t i;

	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), NULL);
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		KUNIT_EXPECT_TRUE_MSG(test, kunit_inner_says(inner, lines[i]), "%s\nin\n%s",
				      lines[i], inner->text);
	KUNIT_EXPECT_TRUE(test, kunit_plans_met(inner->text));
	KUNIT_EXPECT_FALSE(test, inner->good);
	KUNIT_EXPECT_EQ(test, inner->run.totals.errors, 6);
	KUNIT_EXPECT_EQ(test, inner->run.totals.passed, 2);
	KUNIT_EXPECT_EQ(test, ran, 2);
}

/* A GLOB for a case of such a suite gets the words, too; one for another suite does not. */
static void mistakes_are_reported_where_asked_for(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), "before_junk.one");
	KUNIT_EXPECT_FALSE(test, inner->good);
	KUNIT_EXPECT_EQ(test, inner->run.totals.errors, 1);
	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), "good");
	KUNIT_EXPECT_TRUE(test, inner->good);
	KUNIT_EXPECT_EQ(test, ran, 1);
}

/* Whoever asks for a suite that has no name finds out why it is not there. */
static void a_suite_not_found_may_be_the_nameless_one(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), "mine");
	KUNIT_EXPECT_STREQ(test, inner->text,
			   "# selftest: error: no test matches \"mine\" "
			   "(but there is a suite without a name)\n");
}

static void the_quick_set_shows_them(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	inner->sink.quiet = true;
	kunit_inner_suites(inner, suites, ARRAY_SIZE(suites), NULL);
	KUNIT_EXPECT_STREQ(test, inner->text, "# (no name): a suite without a name (.name)\n");
	KUNIT_EXPECT_FALSE(test, inner->good);
}

static void count_case(const struct kunit_suite *suite, const struct kunit_case *test_case,
		       void *arg)
{
	unsigned int *named = arg;

	*named += suite->name && test_case->name;
}

static void lists_leave_them_out(struct kunit *test)
{
	struct kunit_run run = {.suites = suites, .nr_suites = ARRAY_SIZE(suites)};
	unsigned int named = 0;

	KUNIT_EXPECT_EQ(test, kunit_for_each_case(&run, count_case, &named), 2);
	KUNIT_EXPECT_EQ(test, named, 2);
}

static struct kunit_case mistakes_cases[] = {
	KUNIT_CASE(each_mistake_has_its_words),
	KUNIT_CASE(mistakes_are_reported_where_asked_for),
	KUNIT_CASE(a_suite_not_found_may_be_the_nameless_one),
	KUNIT_CASE(the_quick_set_shows_them),
	KUNIT_CASE(lists_leave_them_out),
	{},
};

static struct kunit_suite mistakes = {
	.name = "kunit_mistakes",
	.init = setup,
	.test_cases = mistakes_cases,
};
kunit_test_suite(mistakes);
