/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's core.
 */
#include "kernel/sync/sched.h"

void preempt_schedule(void)
{
}
