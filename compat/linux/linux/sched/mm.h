/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched/mm.h> for foreign sources: there are no tasks with memory of their own.
 */
#ifndef COMPAT_LINUX_SCHED_MM_H
#define COMPAT_LINUX_SCHED_MM_H

#include "linux/sched.h"

#endif /* COMPAT_LINUX_SCHED_MM_H */
