/* SPDX-License-Identifier: MIT */
/*
 * From an interrupt vector to a device's handler.
 *
 * One handler a line. Handlers run with interrupts off, so they do not nest (the depth counter is
 * there for code that asks where it runs, and for the recovery of expected faults). The line's end
 * of interrupt is sent after its handler: edge-triggered lines latch meanwhile, and level-triggered
 * ones are quiet by then.
 *
 * A line that rings without a handler is counted, reported once and masked: nobody would ever calm
 * it.
 *
 * Locking: the table is changed with interrupts off on the one CPU.
 */
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/i8259.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/traps.h"
#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"

struct irq_line {
	irq_handler_t fn;
	void *arg;
	const char *name;
	unsigned long count;
};

static struct irq_line lines[NR_IRQS];
static unsigned long spurious;

static_assert(NR_IRQS >= I8259_LINES, "one table entry a line");

static void unhandled(unsigned int irq)
{
	i8259_mask(irq);
	pr_warn("irq %u: nobody handles it, masked\n", irq);
}

/*
 * Run the handler. It must leave the context as it found it: what it locked or disabled and did not
 * give back is reported by its name, and taken back, so that the interrupted code can go on.
 */
static void call_handler(unsigned int irq, const struct irq_line *line)
{
	unsigned int before = preempt_count_all(), after;

	line->fn(irq, line->arg);
	after = preempt_count_all();
	if (unlikely(after != before) && !control(irq_imbalance_unseen)) {
		preempt_count_set(before);
		WARN(true, "irq %u: the handler of %s left preempt_count at 0x%x, it was 0x%x", irq,
		     line->name, after, before);
	}
}

static void irq_dispatch(struct pt_regs *regs)
{
	unsigned int irq = regs->vector - FIRST_IRQ_VECTOR;
	struct irq_line *line = &lines[irq];

	if (i8259_spurious(irq)) {
		spurious++;
		return;
	}
	if (!control(irq_count_lost))
		line->count++;
	irq_enter();
	if (line->fn)
		call_handler(irq, line);
	else
		unhandled(irq);
	i8259_eoi(irq); /* first: the end of the outermost handler lets interrupts in */
	irq_exit();
}

void irq_init(void)
{
	unsigned int irq;

	i8259_init(FIRST_IRQ_VECTOR);
	for (irq = 0; irq < I8259_LINES; irq++)
		trap_set_handler(FIRST_IRQ_VECTOR + irq, irq_dispatch);
	lines[I8259_CASCADE].name = "cascade";
}

int request_irq(unsigned int irq, irq_handler_t fn, const char *name, void *arg)
{
	unsigned long flags;
	int err = 0;

	if (irq >= I8259_LINES || !fn)
		return -EINVAL;
	local_irq_save(flags);
	if (lines[irq].name) {
		err = -EBUSY;
	} else {
		lines[irq].fn = fn;
		lines[irq].arg = arg;
		lines[irq].name = name ? name : "?";
		i8259_unmask(irq);
	}
	local_irq_restore(flags);
	return err;
}

void free_irq(unsigned int irq)
{
	unsigned long flags;

	if (WARN_ON(irq >= NR_IRQS || !lines[irq].fn))
		return;
	local_irq_save(flags);
	i8259_mask(irq);
	lines[irq].fn = NULL;
	lines[irq].name = NULL;
	local_irq_restore(flags);
}

unsigned long irq_count(unsigned int irq)
{
	return irq < NR_IRQS ? lines[irq].count : 0;
}

unsigned long irq_spurious_count(void)
{
	return spurious;
}

void irq_report(void (*print)(const char *fmt, ...))
{
	unsigned int irq;

	print("%11s%-8s", "", "CPU0");
	for (irq = 0; irq < NR_IRQS; irq++)
		if (lines[irq].name || lines[irq].count)
			print("%3u: %10lu  %8s %3s  %s", irq, lines[irq].count, "XT-PIC", "",
			      lines[irq].name ? lines[irq].name : "");
	print("NMI: %10lu   Non-maskable interrupts", nmi_count);
	print("MCE: %10lu   Machine check exceptions", mce_count);
	print("ERR: %10lu", spurious);
	print("MIS: %10lu", 0ul);
}
