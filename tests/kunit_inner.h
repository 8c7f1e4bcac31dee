/* SPDX-License-Identifier: MIT */
/*
 * For the framework's tests of itself: a run inside a test, whose report goes to a buffer, and a
 * judge of such a report. The suites that it runs are not registered, and most of their cases fail
 * on purpose; the outer test passes only if each of those failures was reported as one.
 */
#ifndef TESTS_KUNIT_INNER_H
#define TESTS_KUNIT_INNER_H

#include "tests/kunit_run.h"

#define INNER_TEXT 3072

struct kunit_inner {
	struct ktap_sink sink;
	struct kunit_run run;
	bool good; /* what kunit_run() returned */
	bool cut;  /* the report did not fit into text */
	size_t length;
	char text[INNER_TEXT]; /* without the lines that say seconds */
};

/*
 * Runs what GLOB (NULL: all) names of the NR suites at SUITES; INNER, from kunit_kzalloc(), has the
 * report.
 */
void kunit_inner_suites(struct kunit_inner *inner, struct kunit_suite *const *suites, size_t nr,
			const char *glob);

/* The same for a suite named "inner" with these functions; any of them may be NULL. */
void kunit_inner_case(struct kunit_inner *inner, void (*init)(struct kunit *test),
		      void (*fn)(struct kunit *test), void (*exit)(struct kunit *test));

/* Whether LINE, without its indent, is a line of the report. '\n' may join several in sequence. */
bool kunit_inner_says(const struct kunit_inner *inner, const char *line);

/*
 * Whether every plan of the report TEXT is met: as many results at its level as it says, numbered
 * from 1. An empty report is not complete.
 */
bool kunit_plans_met(const char *text);

#endif /* TESTS_KUNIT_INNER_H */
