/* SPDX-License-Identifier: MIT */
/*
 * Test runs of the kernel: boot parameter and monitor command. Both put together a struct kunit_run
 * with the suites of the image and the console as sink; all else is the runner's
 * (tests/kunit_run.h). While tests run, what else is printed gets `# ` in front, so that it is a
 * comment to every reader of KTAP.
 */
#include "tests/kunit_boot.h"

#include "boot/cmdline.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/power.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "tests/kunit_run.h"

extern struct kunit_suite *const __kunit_suites_start[], *const __kunit_suites_end[];

static void console_sink_line(struct ktap_sink *sink, const char *text)
{
	console_line("%s", text);
}

void kunit_image_suites(struct kunit_run *run)
{
	run->suites = __kunit_suites_start;
	run->nr_suites = __kunit_suites_end - __kunit_suites_start;
}

bool kunit_run_image(struct kunit_run *run)
{
	struct ktap_sink sink = {.line = console_sink_line, .quiet = run->quick_only};
	bool was_testing = printk_test_mode(true);
	bool good;

	run->sink = &sink; // cppcheck-suppress autoVariables ; taken back below
	kunit_image_suites(run);
	good = kunit_run(run);
	run->sink = NULL;
	printk_test_mode(was_testing);
	if (!good)
		verdict_fail();
	return good;
}

static bool selftest_given;
static const char *selftest_glob; /* NULL or "": everything */

static int set_selftest(const char *value)
{
	selftest_given = true;
	selftest_glob = value;
	return 0;
}
BOOT_PARAM("selftest", set_selftest,
	   "GLOB (SUITE[.CASE]): the tests to run at boot, all without a value; off: none");

/* A panic ends the report in the middle: says at least which case it was, in its result line. */
static void report_panic(const char *reason)
{
	struct kunit_run *run = kunit_current_run;

	if (!run || !kunit_current_test)
		return;
	if (run->sink->quiet)
		ktap_printf(run->sink, KTAP_PROBLEM, 0, "selftest: %s.%s panicked",
			    run->suite->name, run->test_case->name);
	else
		ktap_result(run->sink, 4, KUNIT_FAILURE, run->number, run->test_case->name, "");
}

void kunit_run_at_boot(void)
{
	static struct panic_notifier notifier = {.call = report_panic};
	struct kunit_run run = {.glob = selftest_glob, .quick_only = !selftest_given};
	struct fault_settings settings;

	panic_notifier_register(&notifier);
	if (selftest_given && selftest_glob && strcmp(selftest_glob, "off") == 0)
		return;
	if (run.quick_only)
		fault_suspend(&settings, false); /* fail_page_alloc= is not aimed at these */
	kunit_run_image(&run);
	if (run.quick_only) {
		fault_resume(&settings);
		console_line("selftest: %u passed, %u failed", run.totals.passed,
			     run.totals.failed);
	}
}
