/* SPDX-License-Identifier: MIT */
/*
 * The monitor's `test`: runs tests with their whole KTAP report, or lists them. A run that is not
 * good fails the command, which off a terminal decides the exit status.
 */
#include "kernel/console/console.h"
#include "lib/string.h"
#include "monitor/command.h"
#include "tests/kunit_boot.h"

static void list_case(const struct kunit_suite *suite, const struct kunit_case *test_case,
		      void *arg)
{
	const char *note = "";

	if (suite->manual)
		note = " (manual)";
	else if (test_case->speed == KUNIT_SPEED_SLOW)
		note = " (slow)";
	else if (suite->quick)
		note = " (at every boot)";
	console_line("%s.%s%s", suite->name, test_case->name, note);
}

static int list(struct kunit_run *run)
{
	kunit_image_suites(run);
	if (kunit_for_each_case(run, list_case, NULL))
		return 0;
	console_line("test: no test matches \"%s\"", run->glob ? run->glob : "");
	return 1;
}

static int cmd_test(int argc, char **argv)
{
	struct kunit_run run = {.glob = NULL};
	int first = 1;
	bool listing;

	listing = argc > 1 && (strcmp(argv[1], "-l") == 0 || strcmp(argv[1], "--list") == 0);
	first += listing;
	if (argc > first + 1 || (argc > first && argv[first][0] == '-'))
		return monitor_usage("test");
	run.glob = argv[first]; /* NULL at the end of the words */
	if (listing)
		return list(&run);
	return kunit_run_image(&run) ? 0 : 1;
}

/* Completes the names of suites. */
static void complete_suite(const char *prefix, monitor_add_t add, void *arg)
{
	struct kunit_run run = {.glob = NULL};
	size_t i;

	kunit_image_suites(&run);
	for (i = 0; i < run.nr_suites; i++)
		if (run.suites[i]->name &&
		    strncmp(run.suites[i]->name, prefix, strlen(prefix)) == 0)
			add(run.suites[i]->name, arg);
}

MONITOR_COMMAND_COMPLETE(
	test, cmd_test, "[-l|--list] [GLOB]",
	"runs the self-tests, or lists them\n"
	"GLOB is SUITE[.CASE], each a shell pattern: test list*, test lib_printf.*hex*.\n"
	"Without it all suites run, but for those marked manual, which run only when\n"
	"their name is given in full. The report is KTAP. The command fails if a test\n"
	"failed, if none matches, or if all that match were skipped.",
	complete_suite);
