/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched.h> for foreign sources: tasks, states, sleeping and waking.
 */
#ifndef COMPAT_LINUX_SCHED_H
#define COMPAT_LINUX_SCHED_H

#include "kernel/sync/sched.h"

#endif /* COMPAT_LINUX_SCHED_H */
