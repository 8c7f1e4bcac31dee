/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/interrupt.h> for foreign sources: interrupt handlers and softirqs. Handlers have
 * Linux's type, which is not that of kernel/cpu/irq.h: so the words for them have other names
 * behind them.
 */
#ifndef COMPAT_LINUX_INTERRUPT_H
#define COMPAT_LINUX_INTERRUPT_H

#include "kernel/cpu/irq.h"
#include "kernel/sync/softirq.h"
#include "compat/linux/linux/hardirq.h"
#include "compat/linux/linux/irqflags.h"

/* What a handler says: was it its device that rang? */
typedef enum irqreturn {
	IRQ_NONE = 0,
	IRQ_HANDLED = 1,
	IRQ_WAKE_THREAD = 2, /* there are no threaded handlers: reported once */
} irqreturn_t;
#define IRQ_RETVAL(handled) ((handled) ? IRQ_HANDLED : IRQ_NONE)

typedef irqreturn_t (*linux_irq_handler_t)(int irq, void *dev);
#define irq_handler_t linux_irq_handler_t

/* Accepted, without effect: how a line is triggered is the controller's business. */
#define IRQF_TRIGGER_NONE    0x00000000
#define IRQF_TRIGGER_RISING  0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH    0x00000004
#define IRQF_TRIGGER_LOW     0x00000008
#define IRQF_SHARED          0x00000080
#define IRQF_PROBE_SHARED    0x00000100
#define IRQF_NO_THREAD       0x00010000

/*
 * request_irq() - have HANDLER(IRQ, DEV) called at each interrupt of line IRQ, interrupts off.
 * Lines are not shared: -EBUSY where one is taken, with IRQF_SHARED or without. -EINVAL: no such
 * line, no handler, or IRQF_SHARED without a DEV. -ENOMEM. May sleep.
 */
int linux_request_irq(unsigned int irq, linux_irq_handler_t handler, unsigned long flags,
		      const char *name, void *dev);
#define request_irq linux_request_irq

/*
 * free_irq() - the end of it; when this returns the handler does not run any more. The name that
 * was requested; NULL, and a report, if the line is not DEV's. Not in an interrupt.
 */
const void *linux_free_irq(unsigned int irq, void *dev);
#define free_irq linux_free_irq

#endif /* COMPAT_LINUX_INTERRUPT_H */
