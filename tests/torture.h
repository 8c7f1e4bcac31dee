/* SPDX-License-Identifier: MIT */
/*
 * How long a torture goes on.
 *
 * A torture is a slow case that keeps at something as long as it is told to: torture=SECONDS on the
 * kernel command line, 5 without. It should look at the time between its rounds:
 *
 *	struct torture t = torture_begin();
 *
 *	while (torture_goes_on(&t))
 *		one_round();
 */
#ifndef TESTS_TORTURE_H
#define TESTS_TORTURE_H

#include "kernel/cpu/clock.h"
#include "lib/types.h"

/* What torture= says. */
unsigned int torture_seconds(void);

struct torture {
	u64 end; /* clock_ns() */
};

/* torture_begin() - for torture_seconds() from now on; torture_begin_share(): a 1/N of it. */
struct torture torture_begin(void);
struct torture torture_begin_share(unsigned int n);

static inline bool torture_goes_on(const struct torture *t)
{
	return clock_ns() < t->end;
}

#endif /* TESTS_TORTURE_H */
