/* SPDX-License-Identifier: MIT */
/*
 * Device interrupts: who handles which line, and how often it rang. See irq.c and i8259.c.
 */
#ifndef KERNEL_CPU_IRQ_H
#define KERNEL_CPU_IRQ_H

#include "kernel/cpu/vectors.h"
#include "kernel/sync/preempt.h"
#include "lib/types.h"

typedef void (*irq_handler_t)(unsigned int irq, void *arg);

/*
 * irq_init() - take over the interrupt controllers, with every line masked.
 * Once, after traps_init(), interrupts off; they may be turned on afterwards.
 */
void irq_init(void);

/*
 * request_irq() - have @fn(@irq, @arg) called at each interrupt of line @irq (0..15), and unmask
 * it. The handler runs with interrupts off. @name must stay; it is what `interrupts` shows. Returns
 * 0; -EINVAL for a bad line or no handler; -EBUSY if the line is taken (2 is the cascade's).
 */
int request_irq(unsigned int irq, irq_handler_t fn, const char *name, void *arg);

/* free_irq() - mask the line and forget its handler; it never runs afterwards. A free line: WARN.
 */
void free_irq(unsigned int irq);

/* irq_count() - interrupts of @irq since boot, with or without a handler; 0 for a bad line. */
unsigned long irq_count(unsigned int irq);

/* irq_spurious_count() - interrupts that no line would own up to [8259A, "spurious"]. */
unsigned long irq_spurious_count(void);

/* irq_depth() - interrupt handlers this CPU is inside of; 0: thread context. in_irq() is
 * preempt.h's. */
static inline unsigned int irq_depth(void)
{
	return in_irq() / HARDIRQ_OFFSET;
}

/*
 * irq_report() - the table of /proc/interrupts, calling @print once a line, without '\n'.
 */
void irq_report(void (*print)(const char *fmt, ...));

#endif
