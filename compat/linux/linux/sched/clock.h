/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sched/clock.h> for foreign sources: the clock that scheduling uses.
 */
#ifndef COMPAT_LINUX_SCHED_CLOCK_H
#define COMPAT_LINUX_SCHED_CLOCK_H

#include "linux/sched.h"

u64 sched_clock(void);

#endif /* COMPAT_LINUX_SCHED_CLOCK_H */
