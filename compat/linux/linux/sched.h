/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched.h> for foreign sources: tasks, states, sleeping and waking.
 */
#ifndef COMPAT_LINUX_SCHED_H
#define COMPAT_LINUX_SCHED_H

#include "kernel/sync/sched.h"
#include "linux/jiffies.h"
#include "linux/ktime.h"
#include "linux/thread_info.h"

#endif /* COMPAT_LINUX_SCHED_H */
