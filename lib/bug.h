/* SPDX-License-Identifier: MIT */
/*
 * Checks that fail loudly. BUG is for a broken contract after which going on would do harm;
 * WARN is for one that can be survived and must be seen.
 *
 * lib/ cannot print: what a failed check does is decided above, by two hooks that the console
 * registers. Before that (and on the test host) BUG stops at a trapping instruction and WARN is
 * lost, so the console sets them first of all.
 *
 * Any context, interrupts included; the hooks must bear that.
 */
#ifndef LIB_BUG_H
#define LIB_BUG_H

#include "lib/compiler.h"
#include "lib/stdarg.h"

/* Receives a failed BUG check. Must not return: panic, or unwind to a test that expects it. */
typedef void (*bug_hook_t)(const char *file, int line, const char *func, const char *cond);
extern bug_hook_t bug_hook;

/* Receives a failed WARN check with its text, one line without '\n'. Returns to the caller. */
typedef void (*warn_hook_t)(const char *file, int line, const char *func, const char *fmt,
			    va_list args);
extern warn_hook_t warn_hook;

/*
 * What the macros call: hands the place and the condition's text to bug_hook and never returns.
 */
void bug_at(const char *file, int line, const char *func, const char *cond) __noreturn __cold;

/*
 * What the macros call: hands the place and a formatted text to warn_hook, and counts.
 */
void warn_at(const char *file, int line, const char *func, const char *fmt, ...)
	__printf(4, 5) __cold;

/*
 * True while a test has asked for the latest warning: it is not shown, and lines that would explain
 * it further are better left out.
 */
extern bool warn_expected;

/* Warnings reported since boot. Tests compare it before and after. */
extern unsigned long warn_count;

/*
 * Lets every WARN_ONCE site warn once more. A test suite that provokes such a warning calls this,
 * so that it passes also the second time in one boot.
 */
void warn_once_reset(void);
extern unsigned int warn_once_epoch; /* since the last of these */

/*
 * What WARN_ONCE calls: whether nobody has warned at this place since the last reset. *WARNED is
 * the place's own.
 */
bool warn_first(unsigned int *warned) __cold;

/* Stops: the line must not be reached. */
#define BUG() bug_at(__FILE__, __LINE__, __func__, "BUG()")

/* Stops if COND holds. COND is evaluated in every build. */
#define BUG_ON(cond)                                                                               \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			bug_at(__FILE__, __LINE__, __func__, #cond);                               \
	} while (0)

/* Reports if COND holds, with a printf-like text; the value is COND as a bool. */
#define WARN(cond, ...)                                                                            \
	__extension__({                                                                            \
		bool __warn = !!(cond);                                                            \
		if (unlikely(__warn))                                                              \
			warn_at(__FILE__, __LINE__, __func__, __VA_ARGS__);                        \
		__warn;                                                                            \
	})
#define WARN_ON(cond) WARN(cond, "%s", #cond)

/* The same, but only the first time at this place, on whichever CPU. */
#define WARN_ONCE(cond, ...)                                                                       \
	__extension__({                                                                            \
		static unsigned int __warned;                                                      \
		bool __warn_once = !!(cond);                                                       \
		if (unlikely(__warn_once) && warn_first(&__warned))                                \
			warn_at(__FILE__, __LINE__, __func__, __VA_ARGS__);                        \
		__warn_once;                                                                       \
	})
#define WARN_ON_ONCE(cond) WARN_ONCE(cond, "%s", #cond)

#endif /* LIB_BUG_H */
