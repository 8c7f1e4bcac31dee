/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/timekeeping.h> for foreign sources: the clock.
 */
#ifndef COMPAT_LINUX_TIMEKEEPING_H
#define COMPAT_LINUX_TIMEKEEPING_H

#include "kernel/sync/ktime.h"

#endif /* COMPAT_LINUX_TIMEKEEPING_H */
