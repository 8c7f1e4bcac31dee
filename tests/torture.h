/* SPDX-License-Identifier: MIT */
/*
 * How long a torture goes on.
 *
 * A torture is a slow case that keeps at something as long as it is told to, and looks at the time
 * between its rounds:
 *
 *	struct torture t = torture_begin();
 *
 *	while (torture_goes_on(&t))
 *		one_round();
 *
 * torture=SECONDS is for all of them together, 5 without it: each gets an equal share, so that a
 * machine's tests take as long with one torture more. torture=SECONDS,each: SECONDS for every one.
 */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "kernel/cpu/clock.h"
#include "lib/compiler.h"
#include "lib/types.h"

struct torture {
	u64 end; /* clock_ns() */
};

/*
 * torture_begin() - a torture's share of the time, from now on. Each place that calls it leaves a
 * byte in a section, whose size is the number of tortures. torture_begin_part(): a 1/N of it.
 */
#define torture_begin() torture_begin_part(1)
#define torture_begin_part(n)                                                                      \
	__extension__({                                                                            \
		static const char __torture __used __section(".tortures") = 1;                     \
		torture_share(n);                                                                  \
	})

struct torture torture_share(unsigned int n);

/* Is there time to be thorough? A minute or more, as in the larger tiers and over night. */
bool torture_is_long(void);

static inline bool torture_goes_on(const struct torture *t)
{
	return clock_ns() < t->end;
}

/* For a test that sleeps while others work: the ticks that are left. */
long torture_ticks_left(const struct torture *t);

#endif /* TESTS_TORTURE_H */
