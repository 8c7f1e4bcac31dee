/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/ktime.h> for foreign sources: time in nanoseconds.
 */
#ifndef COMPAT_LINUX_KTIME_H
#define COMPAT_LINUX_KTIME_H

#include "kernel/sync/ktime.h"
#include "linux/jiffies.h"
#include "linux/types.h"

#endif /* COMPAT_LINUX_KTIME_H */
