/* SPDX-License-Identifier: MIT */
/*
 * One case from the outside: init, the case, exit, clean-up, the frame of invariants, its
 * parameters, its time and its line in the report.
 *
 * Each of init, case and exit is entered by kunit_call(), so that an abort in one of them ends only
 * that one. The invariants are compared after the clean-up: what kunit_kmalloc() and the actions
 * hold is not a leak. With parameters the case is a level of KTAP of its own, and each parameter is
 * framed, and judged, by itself.
 */
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/invariant.h"
#include "tests/kunit.h"
#include "tests/kunit_port.h"
#include "tests/kunit_run.h"

#define CASE_INDENT  4 /* a case's result line */
#define PARAM_INDENT 8 /* a parameter's */

/* Runs in runs: the framework's own tests need two, and a stack has no room for the frames. */
#define MAX_DEPTH 3
static struct invariant_frame frames[MAX_DEPTH];
static unsigned int depth;

static void run_init(struct kunit *test)
{
	int error = 0;

	if (test->run->suite->init)
		error = test->run->suite->init(test);
	if (error) {
		kunit_err(test, "failed to initialize: %d", error);
		kunit_set_failure(test);
	}
	/* The case must run only if this line is reached and nothing is wrong yet. */
	test->init_done = !error;
}

static void run_body(struct kunit *test)
{
	test->run->test_case->run_case(test);
}

static void run_exit(struct kunit *test)
{
	if (test->run->suite->exit)
		test->run->suite->exit(test);
}

static void invariant_broken(void *arg, const char *name, const char *why)
{
	struct kunit *test = arg;

	kunit_err(test, "INVARIANT %s BROKEN: %s", name, why);
	kunit_set_failure(test);
}

/* Runs TEST once, all fields of which are set up. */
static void run_framed(struct kunit *test)
{
	struct kunit *outer = kunit_current_test;
	const unsigned int level = depth;
	unsigned long state;

	if (level == MAX_DEPTH)
		kunit_port_stop("test runs are nested too deep");
	depth = level + 1;
	kunit_port_settle();
	invariants_begin(&frames[level]);
	kunit_resources_begin(test);
	state = kunit_port_begin();
	kunit_current_test = test;

	kunit_call(test, run_init);
	if (test->init_done)
		kunit_call(test, run_body);
	kunit_call(test, run_exit);

	/* Compared before the machine's state is put right, or a leak of it would not be seen. */
	kunit_resources_end(test);
	kunit_port_settle();
	kunit_current_test = outer;
	kunit_current_run = test->run; /* an abort may have left a run in this one */
	depth = level;
	if (!control(invariants_forgotten))
		invariants_end(&frames[level], invariant_broken, test);
	kunit_port_end(state);
}

static void count(struct kunit_totals *totals, enum kunit_status status)
{
	totals->passed += status == KUNIT_SUCCESS;
	totals->failed += status == KUNIT_FAILURE || status == KUNIT_ERROR;
	totals->errors += status == KUNIT_ERROR;
	totals->skipped += status == KUNIT_SKIPPED;
}

static unsigned int nr_cases(const struct kunit_totals *totals)
{
	return totals->passed + totals->failed + totals->skipped;
}

/* A quiet run has no result lines: the failed ones are named here. */
static void report_quietly(const struct kunit *test)
{
	bool error = test->status == KUNIT_ERROR;

	if (test->run->sink->quiet && (error || test->status == KUNIT_FAILURE))
		ktap_printf(test->run->sink, KTAP_PROBLEM, 0, "selftest: %s.%s %s%s",
			    test->run->suite->name, test->name, error ? "ERROR " : "failed",
			    error ? test->status_comment : "");
}

/* Sets up the rest of TEST and runs it. */
static void run_once(struct kunit_run *run, struct kunit *test, unsigned int indent)
{
	test->name = run->test_case->name;
	test->run = run;
	test->indent = indent;
	run_framed(test);
	report_quietly(test);
}

static unsigned int count_params(const struct kunit_case *test_case)
{
	char desc[KUNIT_PARAM_DESC_SIZE];
	const void *param = NULL;
	unsigned int n = 0;

	while ((param = test_case->generate_params(param, desc)))
		n++;
	return n;
}

/* The worst result of all parameters; skipped only if there is none that was not. */
static enum kunit_status run_params(struct kunit_run *run, struct kunit_totals *totals)
{
	const struct kunit_case *test_case = run->test_case;
	enum kunit_status worst = KUNIT_SUCCESS;
	char desc[KUNIT_PARAM_DESC_SIZE];
	const void *param = NULL;
	int index = 0;

	ktap_printf(run->sink, KTAP_STRUCTURE, PARAM_INDENT, "KTAP version 1");
	ktap_printf(run->sink, KTAP_INFORMATION, PARAM_INDENT, "Subtest: %s", test_case->name);
	ktap_printf(run->sink, KTAP_STRUCTURE, PARAM_INDENT, "1..%u", count_params(test_case));
	for (;;) {
		struct kunit test = {.param_index = index};

		desc[0] = '\0';
		param = test_case->generate_params(param, desc);
		if (!param)
			break;
		if (!desc[0])
			snprintf(desc, sizeof(desc), "param-%d", index);
		test.param_value = param;
		run_once(run, &test, PARAM_INDENT);
		ktap_result(run->sink, PARAM_INDENT, test.status, ++index, desc,
			    test.status_comment);
		count(totals, test.status);
		if (test.status > worst && test.status != KUNIT_SKIPPED)
			worst = test.status;
	}
	if (index && totals->skipped == nr_cases(totals))
		worst = KUNIT_SKIPPED;
	ktap_printf(run->sink, KTAP_INFORMATION, CASE_INDENT,
		    "%s: pass:%u fail:%u skip:%u total:%d", test_case->name, totals->passed,
		    totals->failed, totals->skipped, index);
	return worst;
}

enum kunit_status kunit_run_case(struct kunit_run *run, const struct kunit_case *test_case,
				 unsigned int number, const char *cannot)
{
	struct kunit test = {.name = test_case->name, .run = run, .indent = CASE_INDENT};
	struct kunit_totals totals = {0};
	u64 start = kunit_port_now();

	run->test_case = test_case;
	run->number = number;
	if (!cannot && test_case->generate_params) {
		test.status = run_params(run, &totals);
		if (nr_cases(&totals) == 0)
			cannot = "no parameters";
	} else if (!cannot) {
		run_once(run, &test, CASE_INDENT);
		count(&totals, test.status);
	}
	if (cannot) {
		kunit_mark(&test, KUNIT_ERROR, "%s", cannot);
		report_quietly(&test);
		count(&totals, test.status);
	}
	ktap_seconds(run->sink, CASE_INDENT, test.name, kunit_port_now() - start);
	ktap_result(run->sink, CASE_INDENT, test.status, number, test.name, test.status_comment);
	kunit_totals_add(&run->totals, &totals);
	return test.status;
}
