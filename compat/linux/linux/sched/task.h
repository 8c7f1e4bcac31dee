/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched/task.h> for foreign sources: tasks.
 */
#ifndef COMPAT_LINUX_SCHED_TASK_H
#define COMPAT_LINUX_SCHED_TASK_H

#include "linux/sched.h"

#endif /* COMPAT_LINUX_SCHED_TASK_H */
