/* SPDX-License-Identifier: MIT */
/*
 * The meeting point of failed checks and those who report them: see lib/bug.h. The hooks are
 * plain pointers, set once at boot before a second CPU runs, so no lock is needed.
 */
#include "lib/bug.h"

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

void warn_at(const char *file, int line, const char *func, const char *fmt, ...)
{
	va_list args;

	warn_count++;
	warn_expected = false;
	if (!warn_hook)
		return;
	va_start(args, fmt);
	warn_hook(file, line, func, fmt, args);
	va_end(args);
}

void warn_once_reset(void)
{
	warn_once_epoch++;
}
