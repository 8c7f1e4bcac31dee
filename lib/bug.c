/* SPDX-License-Identifier: MIT */
/*
 * The meeting point of failed checks and those who report them: see lib/bug.h. The hooks are
 * plain pointers, set once at boot before a second CPU runs, so no lock is needed. Checks may fail
 * on several CPUs at the same instant: what counts them is atomic.
 */
#include "lib/bug.h"
#include "lib/atomic.h"
#include "lib/control.h"

bug_hook_t bug_hook;
warn_hook_t warn_hook;
unsigned long warn_count;
bool warn_expected;
unsigned int warn_once_epoch = 1;

void bug_at(const char *file, int line, const char *func, const char *cond)
{
	if (bug_hook)
		bug_hook(file, line, func, cond);
	/* No hook yet, or one that broke its promise: nothing sane is left to do. */
	__builtin_trap();
}

static void count_torn(void)
{
	unsigned long n = READ_ONCE(warn_count);

	control_meet(&warn_count);
	WRITE_ONCE(warn_count, n + 1);
}

void warn_at(const char *file, int line, const char *func, const char *fmt, ...)
{
	va_list args;

	if (control(warnings_counted_apart))
		count_torn();
	else
		__atomic_add_fetch(&warn_count, 1, __ATOMIC_SEQ_CST);
	warn_expected = false;
	if (!warn_hook)
		return;
	va_start(args, fmt);
	warn_hook(file, line, func, fmt, args);
	va_end(args);
}

void warn_once_reset(void)
{
	WRITE_ONCE(warn_once_epoch, warn_once_epoch + 1);
}

static bool warn_first_torn(unsigned int *warned, unsigned int epoch)
{
	if (READ_ONCE(*warned) == epoch)
		return false;
	control_meet(warned);
	WRITE_ONCE(*warned, epoch);
	return true;
}

/* A place has warned if it holds the number of the current epoch. */
bool warn_first(unsigned int *warned)
{
	unsigned int epoch = READ_ONCE(warn_once_epoch);

	if (control(warn_once_torn))
		return warn_first_torn(warned, epoch);
	return READ_ONCE(*warned) != epoch && xchg(warned, epoch) != epoch;
}
