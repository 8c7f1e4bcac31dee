/* SPDX-License-Identifier: MIT */
/*
 * Sleeping for a time: a timer whose function wakes who armed it.
 */
#include "kernel/sync/sched.h"
#include "kernel/sync/timer.h"
#include "lib/bug.h"

struct timeout {
	struct timer_list timer;
	struct task_struct *task;
};

static void wake_sleeper(struct timer_list *timer)
{
	struct timeout *timeout = from_timer(timeout, timer, timer);

	wake_up_process(timeout->task);
}

__sched long schedule_timeout(long ticks)
{
	unsigned long end = jiffies + (unsigned long)ticks;
	struct timeout timeout = {.task = current};
	long left;

	if (ticks == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return ticks;
	}
	if (WARN(ticks < 0, "schedule_timeout(%ld)", ticks)) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	timer_setup_on_stack(&timeout.timer, wake_sleeper, 0);
	mod_timer(&timeout.timer, end);
	schedule();
	del_timer_sync(&timeout.timer);
	destroy_timer_on_stack(&timeout.timer);
	left = (long)(end - jiffies);
	return left > 0 ? left : 0;
}

__sched long schedule_timeout_interruptible(long ticks)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(ticks);
}

__sched long schedule_timeout_uninterruptible(long ticks)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(ticks);
}

__sched long schedule_timeout_idle(long ticks)
{
	__set_current_state(TASK_IDLE);
	return schedule_timeout(ticks);
}
