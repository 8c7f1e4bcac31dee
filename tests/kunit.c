/* SPDX-License-Identifier: MIT */
/*
 * One case from the inside: its status, its log, and how it is left early.
 *
 * An ASSERT, a skip and an error leave the case by a jump to the innermost kunit_call(), which runs
 * init, the case and exit each by itself. The jump is the compilers' own (__builtin_setjmp), which
 * both gcc and clang have without a library: it saves the stack and frame pointers, and the
 * compiler counts every other register as lost. In a thread that the case has made there is nothing
 * to go back to: the thread ends, and the case goes on, marked. See tests/kunit_case.c for the
 * frame around a case.
 */
#include "tests/kunit.h"

#include "lib/control.h"
#include "lib/printf.h"
#include "tests/kunit_port.h"
#include "tests/kunit_run.h"

struct kunit *kunit_current_test;

void kunit_set_failure(struct kunit *test)
{
	if (!control(failures_forgotten))
		WRITE_ONCE(test->status, KUNIT_FAILURE);
}

void kunit_mark(struct kunit *test, enum kunit_status status, const char *fmt, ...)
{
	va_list args;

	if (status <= test->status)
		return;
	va_start(args, fmt);
	vsnprintf(test->status_comment, sizeof(test->status_comment), fmt, args);
	va_end(args);
	WRITE_ONCE(test->status, status);
}

void noinline kunit_abort(struct kunit *test)
{
	struct kunit_catch *catch = test->catch;

	if (!catch)
		kunit_port_stop("a test case that does not run was aborted");
	/* A thread that the case has made: it ends, and the case goes on, failed. */
	if (catch->task != kunit_port_self())
		kunit_port_leave();
	kunit_port_unwind(catch->point);
	__builtin_longjmp(catch->env, 1);
}

void noinline kunit_call(struct kunit *test, void (*fn)(struct kunit *test))
{
	struct kunit_catch catch = {
		.outer = test->catch, .point = kunit_port_point(), .task = kunit_port_self()};

	test->catch = &catch;
	if (__builtin_setjmp(catch.env) == 0)
		fn(test);
	/* Reached by return and by jump; neither test nor catch was changed in between. */
	test->catch = catch.outer;
}

void kunit_log_test(const struct kunit *test, bool important, const char *fmt, ...)
{
	char text[KTAP_LINE_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ktap_printf(test->run->sink, important ? KTAP_PROBLEM : KTAP_INFORMATION, test->indent,
		    "%s: %s", test->name, text);
}

void kunit_log_suite(const struct kunit_suite *suite, bool important, const char *fmt, ...)
{
	char text[KTAP_LINE_SIZE];
	va_list args;

	if (!kunit_current_run)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ktap_printf(kunit_current_run->sink, important ? KTAP_PROBLEM : KTAP_INFORMATION, 4,
		    "%s: %s", suite->name, text);
}
