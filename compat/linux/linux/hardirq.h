/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/hardirq.h> for foreign sources: contexts of interrupts.
 */
#ifndef COMPAT_LINUX_HARDIRQ_H
#define COMPAT_LINUX_HARDIRQ_H

#include "kernel/sync/preempt.h"

#endif /* COMPAT_LINUX_HARDIRQ_H */
