/* SPDX-License-Identifier: MIT */
/*
 * The report of a test run, as KTAP version 1: whole lines, each handed to a sink at once, so that
 * nothing can come between the parts of one. The sink is the console, or a buffer where the
 * framework tests itself.
 *
 *	KTAP version 1
 *	1..1
 *	    KTAP version 1
 *	    # Subtest: list
 *	    1..2
 *	    ok 1 list_test_add
 *	    # list_test_cut: EXPECTATION FAILED at lib/list_test.c:31
 *	    not ok 2 list_test_cut
 *	not ok 1 list
 *
 * A quiet sink (the set that runs at every boot) drops structure and information and keeps
 * only what went wrong. Any context.
 */
#ifndef TESTS_KTAP_H
#define TESTS_KTAP_H

#include "lib/compiler.h"
#include "lib/stdarg.h"
#include "tests/kunit.h"

#define KTAP_LINE_SIZE 256 /* longest line with its NUL; the rest of a longer one is cut */

/* Structure: versions, plans, results. Information and problems are diagnostics. */
enum ktap_kind { KTAP_STRUCTURE, KTAP_INFORMATION, KTAP_PROBLEM };

struct ktap_sink {
	/* Takes one line without its '\n'. */
	void (*line)(struct ktap_sink *sink, const char *text);
	bool quiet;
};

/*
 * Writes one line at INDENT spaces. Diagnostics get `# ` in front, and become several lines where
 * the text holds a '\n'; in structure a control character becomes a space.
 */
void ktap_printf(struct ktap_sink *sink, enum ktap_kind kind, unsigned int indent, const char *fmt,
		 ...) __printf(4, 5);
void ktap_vprintf(struct ktap_sink *sink, enum ktap_kind kind, unsigned int indent, const char *fmt,
		  va_list args);

/* Writes the result line number NUMBER: `[not ]ok NUMBER name[ # SKIP why| # ERROR why]`. */
void ktap_result(struct ktap_sink *sink, unsigned int indent, enum kunit_status status,
		 unsigned int number, const char *name, const char *comment);

/* Writes how long NAME took, NS nanoseconds: `# name.seconds: 0.001234`. */
void ktap_seconds(struct ktap_sink *sink, unsigned int indent, const char *name, u64 ns);

#endif /* TESTS_KTAP_H */
