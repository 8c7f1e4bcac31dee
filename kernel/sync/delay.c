/* SPDX-License-Identifier: MIT */
/*
 * Sleeping for a time, by schedule_timeout() (kernel/sync/timeout.c).
 *
 * A sleep of n ticks that begins in the middle of a tick must last until n whole ones have passed:
 * one more is waited for. usleep_range() counts by the clock; what is shorter than a tick, and
 * must not be as long as one, it waits for actively, letting others run all the time.
 */
#include "kernel/sync/delay.h"
#include "boot/x86.h"
#include "kernel/sync/sched.h"

/* jiffies may be behind the clock when it begins: the clock decides when it ends. */
__sched void msleep(unsigned int ms)
{
	u64 end = clock_ns() + (u64)ms * NSEC_PER_MSEC, now;

	might_sleep();
	while ((now = clock_ns()) < end)
		schedule_timeout_uninterruptible((long)nsecs_to_jiffies_up(end - now) + 1);
}

__sched unsigned long msleep_interruptible(unsigned int ms)
{
	might_sleep();
	return jiffies_to_msecs(
		(unsigned long)schedule_timeout_interruptible((long)msecs_to_jiffies(ms) + 1));
}

__sched void usleep_range(unsigned long min, unsigned long max)
{
	u64 end = clock_ns() + (u64)min * NSEC_PER_USEC, now;
	bool ticks_will_do = max > min && max - min >= 2 * USEC_PER_SEC / HZ;

	might_sleep();
	while ((now = clock_ns()) < end) {
		unsigned long ticks = nsecs_to_jiffies(end - now);

		if (ticks_will_do)
			schedule_timeout_uninterruptible((long)ticks + 2);
		else if (ticks > 1)
			schedule_timeout_uninterruptible((long)ticks - 1);
		else
			cond_resched();
		cpu_relax();
	}
}

__sched void fsleep(unsigned long us)
{
	if (us <= 10)
		udelay(us);
	else if (us <= 20000)
		usleep_range(us, 2 * us);
	else
		msleep((unsigned int)DIV_ROUND_UP(us, 1000ul));
}
