/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/timer.h> for foreign sources: functions that are called later.
 */
#ifndef COMPAT_LINUX_TIMER_H
#define COMPAT_LINUX_TIMER_H

#include "kernel/sync/timer.h"
#include "linux/ktime.h"
#include "linux/types.h"

#endif /* COMPAT_LINUX_TIMER_H */
