/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/jiffies.h> for foreign sources: ticks.
 */
#ifndef COMPAT_LINUX_JIFFIES_H
#define COMPAT_LINUX_JIFFIES_H

#include "kernel/sync/jiffies.h"
#include "linux/timex.h"

#endif /* COMPAT_LINUX_JIFFIES_H */
