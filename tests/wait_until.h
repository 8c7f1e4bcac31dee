/* SPDX-License-Identifier: MIT */
/*
 * How tests wait: for a condition, not for a time. The limit is only there so that what never
 * happens ends as a failure instead of a hang; it is generous, since a host may be slow. Where
 * something is broken on purpose (break=) it is short: there, what never happens is the rule.
 */
#ifndef TESTS_WAIT_UNTIL_H
#define TESTS_WAIT_UNTIL_H

#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/sched.h"

#define WAIT_LIMIT_NS        10000000000ull
#define WAIT_LIMIT_BROKEN_NS 2000000000ull

extern u64 wait_limit_ns;

/* Spins until COND holds, and is true if it does. What it waits for must run by itself. */
#define wait_until(cond)                                                                           \
	__extension__({                                                                            \
		u64 __limit = clock_ns() + wait_limit_ns;                                          \
		while (!(cond) && clock_ns() < __limit)                                            \
			cpu_relax();                                                               \
		(cond);                                                                            \
	})

/* The same, asleep for a tick between two looks: threads of lower rank come to run. */
#define wait_until_sleeping(cond)                                                                  \
	__extension__({                                                                            \
		u64 __limit = clock_ns() + wait_limit_ns;                                          \
		while (!(cond) && clock_ns() < __limit)                                            \
			schedule_timeout_uninterruptible(1);                                       \
		(cond);                                                                            \
	})

/* The same, in a state that nobody takes for a hang. */
#define wait_until_idle(cond)                                                                      \
	__extension__({                                                                            \
		u64 __limit = clock_ns() + wait_limit_ns;                                          \
		while (!(cond) && clock_ns() < __limit)                                            \
			schedule_timeout_idle(1);                                                  \
		(cond);                                                                            \
	})

#endif
