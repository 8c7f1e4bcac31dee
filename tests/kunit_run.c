/* SPDX-License-Identifier: MIT */
/*
 * The runner: see tests/kunit_run.h. The GLOB is split at its first dot into a glob for suites and
 * one for cases, as KUnit's filter_glob; a suite is part of the run if one of its cases is. A suite
 * without any case is chosen by its name and reported as an error, since it surely was meant to
 * test something; one whose tables are wrong, too, and none of its cases is looked at.
 */
#include "tests/kunit_run.h"

#include "lib/glob.h"
#include "lib/string.h"
#include "tests/kunit_port.h"

struct kunit_run *kunit_current_run;

/* A GLOB taken apart. */
struct filter {
	char suite[96];
	char test_case[96]; /* "" without a dot */
	bool quick_only;
};

static bool make_filter(const struct kunit_run *run, struct filter *filter)
{
	const char *glob = run->glob ? run->glob : "";
	const char *dot = strchr(glob, '.');
	size_t length = dot ? (size_t)(dot - glob) : strlen(glob);

	if (length >= sizeof(filter->suite) || (dot && strlen(dot) > sizeof(filter->test_case)))
		return false;
	memcpy(filter->suite, glob, length);
	filter->suite[length] = '\0';
	strscpy(filter->test_case, dot ? dot + 1 : "", sizeof(filter->test_case));
	filter->quick_only = run->quick_only;
	return true;
}

static bool has_name(const struct kunit_suite *suite)
{
	return kunit_port_is_constant(suite->name);
}

static const char *name_of(const struct kunit_suite *suite)
{
	return has_name(suite) ? suite->name : "(no name)";
}

/* Whether another suite's list begins at TEST_CASE. */
static bool begins_a_list(const struct kunit_run *run, const struct kunit_case *test_case)
{
	size_t i;

	for (i = 0; i < run->nr_suites; i++)
		if (run->suites[i]->test_cases == test_case)
			return true;
	return false;
}

/*
 * What is wrong with SUITE's tables, NULL if they can be used. A list without its {} goes on with
 * whatever lies behind it, which seldom looks like a case, unless it is the next list.
 */
static const char *mistake_of(const struct kunit_run *run, const struct kunit_suite *suite)
{
	const struct kunit_case *test_case;

	if (!has_name(suite))
		return "a suite without a name (.name)";
	kunit_suite_for_each_test_case(suite, test_case)
	{
		if (!kunit_port_is_case(test_case) ||
		    (test_case != suite->test_cases && begins_a_list(run, test_case)))
			return "its list of cases has no end ({})";
		if (!test_case->name)
			return "a case without a name (.name)";
	}
	return NULL;
}

static bool suite_matches(const struct filter *filter, const struct kunit_suite *suite)
{
	if (filter->quick_only && !suite->quick)
		return false;
	if (suite->manual)
		return strcmp(filter->suite, name_of(suite)) == 0;
	return !filter->suite[0] || glob_match(filter->suite, name_of(suite));
}

static bool case_matches(const struct filter *filter, const struct kunit_case *test_case)
{
	if (filter->quick_only && test_case->speed == KUNIT_SPEED_SLOW)
		return false;
	return !filter->test_case[0] || glob_match(filter->test_case, test_case->name);
}

static unsigned int count_cases(const struct filter *filter, const struct kunit_suite *suite)
{
	const struct kunit_case *test_case;
	unsigned int n = 0;

	kunit_suite_for_each_test_case(suite, test_case) n += case_matches(filter, test_case);
	return n;
}

/* Whether SUITE has a place in the report. */
static bool suite_chosen(const struct kunit_run *run, const struct filter *filter,
			 const struct kunit_suite *suite)
{
	bool empty = !suite->test_cases || !suite->test_cases->run_case;

	if (!suite_matches(filter, suite))
		return false;
	if (mistake_of(run, suite))
		return true;
	return count_cases(filter, suite) || (empty && !filter->test_case[0]);
}

void kunit_totals_add(struct kunit_totals *totals, const struct kunit_totals *more)
{
	totals->passed += more->passed;
	totals->failed += more->failed;
	totals->skipped += more->skipped;
	totals->errors += more->errors;
}

static void report_totals(struct kunit_run *run, unsigned int indent, const char *name,
			  const struct kunit_totals *totals)
{
	ktap_printf(run->sink, KTAP_INFORMATION, indent, "%s: pass:%u fail:%u skip:%u total:%u",
		    name, totals->passed, totals->failed, totals->skipped,
		    totals->passed + totals->failed + totals->skipped);
}

/* Runs the chosen cases of SUITE; what they add up to is added to run->totals. */
static enum kunit_status run_cases(struct kunit_run *run, const struct filter *filter,
				   struct kunit_suite *suite, const char *cannot)
{
	struct kunit_totals before = run->totals;
	struct kunit_totals mine;
	const struct kunit_case *test_case;
	unsigned int number = 0;

	ktap_printf(run->sink, KTAP_STRUCTURE, 4, "KTAP version 1");
	ktap_printf(run->sink, KTAP_INFORMATION, 4, "Subtest: %s", suite->name);
	ktap_printf(run->sink, KTAP_STRUCTURE, 4, "1..%u", count_cases(filter, suite));
	kunit_suite_for_each_test_case(suite, test_case) if (case_matches(filter, test_case))
		kunit_run_case(run, test_case, ++number, cannot);

	mine = (struct kunit_totals){.passed = run->totals.passed - before.passed,
				     .failed = run->totals.failed - before.failed,
				     .skipped = run->totals.skipped - before.skipped};
	report_totals(run, 0, suite->name, &mine);
	if (mine.failed)
		return KUNIT_FAILURE;
	return mine.passed ? KUNIT_SUCCESS : KUNIT_SKIPPED;
}

/* *WHY becomes the reason of KUNIT_ERROR. */
static enum kunit_status run_suite(struct kunit_run *run, const struct filter *filter,
				   struct kunit_suite *suite, const char **why)
{
	enum kunit_status status;
	int error = 0;

	run->suite = suite;
	*why = mistake_of(run, suite);
	if (!*why && !count_cases(filter, suite))
		*why = "no test cases";
	if (*why) {
		run->totals.failed++;
		run->totals.errors++;
		ktap_printf(run->sink, KTAP_PROBLEM, 0, "%s: %s", name_of(suite), *why);
		return KUNIT_ERROR;
	}
	if (suite->suite_init)
		error = suite->suite_init(suite);
	if (error)
		kunit_err(suite, "failed to initialize (%d)", error);
	status = run_cases(run, filter, suite, error ? "suite_init failed" : NULL);
	if (suite->suite_exit && !error)
		suite->suite_exit(suite);
	return status;
}

static void report_no_match(struct kunit_run *run)
{
	const char *hint = "";
	size_t i;

	for (i = 0; i < run->nr_suites; i++)
		if (!has_name(run->suites[i]))
			hint = " (but there is a suite without a name)";
	ktap_printf(run->sink, KTAP_PROBLEM, 0, "selftest: error: no test matches \"%s\"%s",
		    run->glob ? run->glob : "", hint);
}

bool kunit_run(struct kunit_run *run)
{
	struct kunit_run *outer = kunit_current_run;
	struct kunit_totals *totals = &run->totals;
	struct filter filter;
	unsigned int chosen = 0, number = 0;
	size_t i;

	*totals = (struct kunit_totals){0};
	if (make_filter(run, &filter))
		for (i = 0; i < run->nr_suites; i++)
			chosen += suite_chosen(run, &filter, run->suites[i]);
	if (!chosen && run->quick_only)
		return true;
	if (!chosen) {
		report_no_match(run);
		return false;
	}
	kunit_current_run = run;
	ktap_printf(run->sink, KTAP_STRUCTURE, 0, "KTAP version 1");
	ktap_printf(run->sink, KTAP_STRUCTURE, 0, "1..%u", chosen);
	for (i = 0; i < run->nr_suites; i++) {
		enum kunit_status status;
		const char *why;

		if (!suite_chosen(run, &filter, run->suites[i]))
			continue;
		status = run_suite(run, &filter, run->suites[i], &why);
		ktap_result(run->sink, 0, status, ++number, name_of(run->suites[i]),
			    why ? why : "all cases were skipped");
	}
	kunit_current_run = outer;
	report_totals(run, 0, "Totals", totals);
	if (!totals->passed && !totals->failed)
		ktap_printf(run->sink, KTAP_PROBLEM, 0,
			    "selftest: error: all tests that match \"%s\" were skipped",
			    run->glob ? run->glob : "");
	return totals->passed && !totals->failed;
}

unsigned int kunit_for_each_case(const struct kunit_run *run,
				 void (*fn)(const struct kunit_suite *suite,
					    const struct kunit_case *test_case, void *arg),
				 void *arg)
{
	const struct kunit_case *test_case;
	struct filter filter;
	unsigned int n = 0;
	size_t i;

	if (!make_filter(run, &filter))
		return 0;
	for (i = 0; i < run->nr_suites; i++) {
		if (!suite_matches(&filter, run->suites[i]) || mistake_of(run, run->suites[i]))
			continue;
		kunit_suite_for_each_test_case(run->suites[i], test_case)
		{
			if (!case_matches(&filter, test_case))
				continue;
			fn(run->suites[i], test_case, arg);
			n++;
		}
	}
	return n;
}
