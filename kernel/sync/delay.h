/* SPDX-License-Identifier: MIT */
/*
 * Waits that let others run. Short busy waits (udelay()) are in kernel/cpu/clock.h;
 * schedule_timeout() is in sched.h.
 *
 * All: thread context, may sleep; never shorter than asked for. They end at a tick, so they may be
 * up to two ticks longer, and whatever else runs.
 */
#ifndef KERNEL_SYNC_DELAY_H
#define KERNEL_SYNC_DELAY_H

#include "kernel/sync/jiffies.h"

/* msleep() - at least @ms. msleep_interruptible(): or until a wake-up; returns the ms left. */
void msleep(unsigned int ms);
unsigned long msleep_interruptible(unsigned int ms);

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

/* usleep_range() - at least @min microseconds; more than @max only if others are busy. */
void usleep_range(unsigned long min, unsigned long max);

/* fsleep() - whatever suits so many microseconds. */
void fsleep(unsigned long us);

#endif
