/* SPDX-License-Identifier: MIT */
/*
 * The main program of every host test: runs the suites that are linked in, prints KTAP, and ends
 * with 0 only if at least one case passed and none failed.
 *
 *	NAME [--seed N] [SUITE[.CASE]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/host.h"
#include "tests/kunit_run.h"

extern struct kunit_suite *const __kunit_suites_start[], *const __kunit_suites_end[];

static void print_line(struct ktap_sink *sink, const char *text)
{
	puts(text);
	fflush(stdout);
}

static int usage(const char *name)
{
	fprintf(stderr, "usage: %s [--seed N] [SUITE[.CASE]]\n", name);
	return 3;
}

int main(int argc, char **argv)
{
	struct ktap_sink sink = {.line = print_line};
	struct kunit_run run = {
		.sink = &sink,
		.suites = __kunit_suites_start,
		.nr_suites = (size_t)(__kunit_suites_end - __kunit_suites_start),
	};
	int i = 1;

	if (argc > i + 1 && strcmp(argv[i], "--seed") == 0) {
		host_seed = strtoull(argv[i + 1], NULL, 0);
		i += 2;
	}
	if (argc > i)
		run.glob = argv[i++];
	if (argc > i || (run.glob && run.glob[0] == '-'))
		return usage(argv[0]);

	host_crash_init();
	return kunit_run(&run) ? 0 : 1;
}
