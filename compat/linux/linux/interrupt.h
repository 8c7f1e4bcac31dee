/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/interrupt.h> for foreign sources: interrupt handlers and softirqs.
 */
#ifndef COMPAT_LINUX_INTERRUPT_H
#define COMPAT_LINUX_INTERRUPT_H

#include "kernel/cpu/irq.h"
#include "kernel/sync/softirq.h"
#include "linux/hardirq.h"
#include "linux/irqflags.h"

#endif /* COMPAT_LINUX_INTERRUPT_H */
