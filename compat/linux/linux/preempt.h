/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/preempt.h> for foreign sources: what the running context may do.
 */
#ifndef COMPAT_LINUX_PREEMPT_H
#define COMPAT_LINUX_PREEMPT_H

#include "kernel/sync/preempt.h"

#endif /* COMPAT_LINUX_PREEMPT_H */
