/* SPDX-License-Identifier: MIT */
/*
 * ktime_t: nanoseconds since boot, and spans of them, signed. Names and meanings are Linux's; all
 * its clocks are one here, since nothing sets a clock or sleeps with the machine.
 */
#ifndef KERNEL_SYNC_KTIME_H
#define KERNEL_SYNC_KTIME_H

#include "kernel/sync/jiffies.h"

typedef s64 ktime_t;

#define KTIME_MAX     S64_MAX
#define KTIME_SEC_MAX (KTIME_MAX / NSEC_PER_SEC)

/* Any context. Never less on any CPU than what any CPU has been told before. */
static inline ktime_t ktime_get(void)
{
	return (ktime_t)clock_ns();
}

static inline u64 ktime_get_ns(void)
{
	return clock_ns();
}

#define ktime_get_raw()          ktime_get()
#define ktime_get_boottime()     ktime_get()
#define ktime_get_raw_ns()       ktime_get_ns()
#define ktime_get_boottime_ns()  ktime_get_ns()
#define ktime_get_mono_fast_ns() ktime_get_ns()
#define local_clock()            clock_ns()

static inline u64 ktime_get_seconds(void)
{
	return div_u64(clock_ns(), NSEC_PER_SEC);
}

static inline ktime_t ktime_set(s64 seconds, unsigned long ns)
{
	return seconds * NSEC_PER_SEC + (s64)ns;
}

static inline ktime_t ns_to_ktime(u64 ns)
{
	return (ktime_t)ns;
}

static inline ktime_t ms_to_ktime(u64 ms)
{
	return (ktime_t)(ms * NSEC_PER_MSEC);
}

#define ktime_add(a, b)      ((a) + (b))
#define ktime_sub(a, b)      ((a) - (b))
#define ktime_add_ns(a, ns)  ((a) + (s64)(ns))
#define ktime_sub_ns(a, ns)  ((a) - (s64)(ns))
#define ktime_add_us(a, us)  ((a) + (s64)(us)*NSEC_PER_USEC)
#define ktime_add_ms(a, ms)  ((a) + (s64)(ms)*NSEC_PER_MSEC)
#define ktime_to_ns(t)       (t)
#define ktime_to_us(t)       div_s64(t, NSEC_PER_USEC)
#define ktime_to_ms(t)       div_s64(t, NSEC_PER_MSEC)
#define ktime_us_delta(a, b) ktime_to_us((a) - (b))
#define ktime_ms_delta(a, b) ktime_to_ms((a) - (b))
#define ktime_after(a, b)    ((a) > (b))
#define ktime_before(a, b)   ((a) < (b))

static inline int ktime_compare(ktime_t a, ktime_t b)
{
	return a < b ? -1 : a > b;
}

#endif
