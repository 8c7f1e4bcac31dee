/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/ktime.h> for foreign sources: time in nanoseconds.
 */
#ifndef COMPAT_LINUX_KTIME_H
#define COMPAT_LINUX_KTIME_H

#include "kernel/cpu/clock.h"
#include "linux/types.h"

#define ktime_get_ns() clock_ns()

#endif /* COMPAT_LINUX_KTIME_H */
