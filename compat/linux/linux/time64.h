/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/time64.h> for foreign sources: units of time.
 */
#ifndef COMPAT_LINUX_TIME64_H
#define COMPAT_LINUX_TIME64_H

#include "kernel/sync/jiffies.h"

#endif /* COMPAT_LINUX_TIME64_H */
