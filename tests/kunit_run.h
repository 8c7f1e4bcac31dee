/* SPDX-License-Identifier: MIT */
/*
 * The runner: chooses suites and cases by a GLOB, runs them in the frame of invariants, counts and
 * reports. It knows nothing of boot parameters and the monitor (tests/kunit_boot.c does), and a run
 * may begin while another one is under way: so the framework tests itself.
 */
#ifndef TESTS_KUNIT_RUN_H
#define TESTS_KUNIT_RUN_H

#include "tests/ktap.h"
#include "tests/kunit.h"

/* Cases by result. An error counts as failed too: failed includes errors. */
struct kunit_totals {
	unsigned int passed, failed, skipped, errors;
};

/*
 * One run. The caller fills in the first part; the rest is the runner's.
 */
struct kunit_run {
	struct ktap_sink *sink;
	struct kunit_suite *const *suites;
	size_t nr_suites;
	const char *glob; /* SUITE[.CASE], each a shell glob; NULL or "" for all */
	bool quick_only;  /* only cases of quick suites that are not slow */

	struct kunit_totals totals;      /* of the cases, each parameter of one counted once */
	const struct kunit_suite *suite; /* running now */
	const struct kunit_case *test_case;
	unsigned int number; /* of the running case in its suite's plan */
};

/*
 * Runs what run->glob names, and fills in run->totals. Returns whether the run is good: at least
 * one case passed and none failed, or no suite is quick and only such were asked for. Writes a `# `
 * line that says why where no case matched or all of them were skipped.
 */
bool kunit_run(struct kunit_run *run);

/*
 * Calls FN for each case that run->glob names, in the order of kunit_run(); returns their number.
 */
unsigned int kunit_for_each_case(const struct kunit_run *run,
				 void (*fn)(const struct kunit_suite *suite,
					    const struct kunit_case *test_case, void *arg),
				 void *arg);

/* The innermost run under way, NULL outside of one. */
extern struct kunit_run *kunit_current_run;

/* ---- between the framework's files ---- */

/*
 * Runs one case of run->suite (all its parameters) with its frame, reports it as number NUMBER of
 * the suite's plan, and counts it. With CANNOT the case does not run, and is an error for that
 * reason.
 */
enum kunit_status kunit_run_case(struct kunit_run *run, const struct kunit_case *test_case,
				 unsigned int number, const char *cannot);
/* Adds MORE to TOTALS. */
void kunit_totals_add(struct kunit_totals *totals, const struct kunit_totals *more);
/* Calls FN(TEST), returning early if it aborts. */
void kunit_call(struct kunit *test, void (*fn)(struct kunit *test));

#endif /* TESTS_KUNIT_RUN_H */
