/* SPDX-License-Identifier: MIT */
/*
 * What the scheduler's core will define; weak, until it does.
 */
#include "kernel/sync/sched.h"

__weak bool wake_up_state(struct task_struct *task, unsigned int state)
{
	return false;
}

__weak bool wake_up_process(struct task_struct *task)
{
	return false;
}

__weak void schedule(void)
{
}

__weak long schedule_timeout(long timeout)
{
	return 0;
}
