/* SPDX-License-Identifier: MIT */
/*
 * Jiffies: time in ticks, HZ a second, for whatever can wait a few milliseconds longer.
 *
 * `jiffies` (kernel/cpu/clock.h) is an unsigned long that wraps after 198 days; it also starts five
 * minutes before its wrap, so that what compares it wrongly breaks on the first day. Compare with
 * time_after() and its kin, which are right as long as the two are less than 2^31 ticks apart.
 * A tick is 1/HZ s of the clock, whatever the timer interrupts do: see kernel/sync/tick.c.
 */
#ifndef KERNEL_SYNC_JIFFIES_H
#define KERNEL_SYNC_JIFFIES_H

#include "kernel/cpu/clock.h"
#include "lib/compiler.h"
#include "lib/div64.h"
#include "lib/limits.h"

#define MSEC_PER_SEC  1000L
#define USEC_PER_MSEC 1000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define USEC_PER_SEC  1000000L
#define NSEC_PER_SEC  1000000000L

#define TICK_NSEC (NSEC_PER_SEC / HZ)
static_assert(NSEC_PER_SEC % HZ == 0, "a tick is a whole number of nanoseconds");

/* The longest wait that means what it says; longer ones of Linux's callers mean "for ever". */
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)

/* A is later than B (or the same), and so on. */
#define time_after(a, b)             ((long)((unsigned long)(b) - (unsigned long)(a)) < 0)
#define time_before(a, b)            time_after(b, a)
#define time_after_eq(a, b)          ((long)((unsigned long)(a) - (unsigned long)(b)) >= 0)
#define time_before_eq(a, b)         time_after_eq(b, a)
#define time_in_range(a, b, c)       (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c)  (time_after_eq(a, b) && time_before(a, c))
#define time_is_before_jiffies(a)    time_after(jiffies, a)
#define time_is_after_jiffies(a)     time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a)  time_before_eq(jiffies, a)
#define time_after64(a, b)           ((s64)((u64)(b) - (u64)(a)) < 0)
#define time_before64(a, b)          time_after64(b, a)
#define time_after_eq64(a, b)        ((s64)((u64)(a) - (u64)(b)) >= 0)
#define time_before_eq64(a, b)       time_after_eq64(b, a)

/* All 64 bits of it. Any context. */
u64 get_jiffies_64(void);

/* Spans; what comes in is rounded up, so that nobody waits too short, and cut at the longest. */
static inline unsigned long nsecs_to_jiffies_up(u64 ns)
{
	u64 ticks = div_u64(ns + TICK_NSEC - 1, TICK_NSEC);

	return ticks > MAX_JIFFY_OFFSET ? (unsigned long)MAX_JIFFY_OFFSET : (unsigned long)ticks;
}

static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return (int)ms < 0 ? (unsigned long)MAX_JIFFY_OFFSET
			   : nsecs_to_jiffies_up((u64)ms * NSEC_PER_MSEC);
}

static inline unsigned long usecs_to_jiffies(unsigned int us)
{
	return nsecs_to_jiffies_up((u64)us * NSEC_PER_USEC);
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return (unsigned int)(j * (MSEC_PER_SEC / HZ));
}

static inline unsigned int jiffies_to_usecs(unsigned long j)
{
	return (unsigned int)(j * (USEC_PER_SEC / HZ));
}

static inline u64 jiffies_to_nsecs(unsigned long j)
{
	return (u64)j * TICK_NSEC;
}

/* Rounded down: whole ticks that fit. */
static inline unsigned long nsecs_to_jiffies(u64 ns)
{
	return (unsigned long)div_u64(ns, TICK_NSEC);
}

#endif
