/* SPDX-License-Identifier: MIT */
/*
 * From an interrupt vector to a device's handler.
 *
 * One handler a line. Handlers run with interrupts off, so they do not nest (the depth counter is
 * there for code that asks where it runs, and for the recovery of expected faults). The line's end
 * of interrupt is sent after its handler: edge-triggered lines latch meanwhile, and level-triggered
 * ones are quiet by then; but before irq_exit(), which may run softirqs or another task.
 *
 * The lines hang on the I/O APICs, or else on the two 8259s; a struct irq_chip is the difference.
 * Line n has vector FIRST_IRQ_VECTOR + n in both cases.
 *
 * A line that rings without a handler is counted, reported once and masked: nobody would ever calm
 * it. Whether it has none is decided under the lock, since request_irq() may be about to give it
 * one; then the interrupt may well be that handler's, and goes to it.
 *
 * Locking: irq_lock for the table and for the controllers' masks. The dispatcher takes no lock: a
 * line's handler is read once, and free_irq() waits until no CPU runs it.
 */
#include "kernel/cpu/irq.h"
#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/i8259.h"
#include "kernel/cpu/ioapic.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/spinlock.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/printf.h"

#define TIMER_IRQ       0
#define APIC_ERROR_SAYS 8 /* lines about errors of the local APICs */

struct irq_line {
	irq_handler_t fn;
	void *arg;
	const char *name;
	unsigned int cpu;
	atomic_t running; /* CPUs inside of its handler */
	bool reported;    /* that it rang without one */
};

static struct irq_line lines[NR_IRQS];
static const struct irq_chip *chip = &i8259_chip;
static DEFINE_SPINLOCK(irq_lock);
static bool refused; /* noapic */

DEFINE_PER_CPU(struct irq_cpu_stat, irq_stat);

static int set_noapic(const char *value)
{
	refused = true;
	return 0;
}
BOOT_PARAM("noapic", set_noapic, "device interrupts by the 8259s, not the I/O APICs");

/* The line had no handler a moment ago: the one that it has now, or NULL, and it is masked. */
static irq_handler_t look_again(unsigned int irq, struct irq_line *line)
{
	bool first = false;
	unsigned long flags;
	irq_handler_t fn;

	spin_lock_irqsave(&irq_lock, flags);
	fn = control(irq_looks_once) ? NULL : line->fn;
	if (!fn) {
		chip->mask(irq);
		first = !line->reported;
		line->reported = true;
	}
	spin_unlock_irqrestore(&irq_lock, flags);
	if (first)
		pr_warn("irq %u: nobody handles it, masked (reported once)\n", irq);
	return fn;
}

/*
 * Run the handler. It must leave the context as it found it: what it locked or disabled and did not
 * give back is reported by its name, and taken back, so that the interrupted code can go on.
 */
static void call_handler(unsigned int irq, const struct irq_line *line, irq_handler_t fn)
{
	unsigned int before = preempt_count_all(), after;

	fn(irq, line->arg);
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
	irq_handler_t fn;

	if (chip->spurious && chip->spurious(irq)) {
		this_cpu_inc(irq_stat.spurious);
		return;
	}
	this_cpu_ptr(&irq_stat)->lines[irq]++;
	irq_enter();
	atomic_inc(&line->running);
	fn = READ_ONCE(line->fn);
	if (unlikely(!fn))
		fn = look_again(irq, line);
	if (likely(fn))
		call_handler(irq, line, fn);
	atomic_dec(&line->running);
	chip->eoi(irq);
	irq_exit();
}

/* It has no place in service, so it must not be ended [SDM3 10.9]. */
static void spurious_interrupt(struct pt_regs *regs)
{
	this_cpu_inc(irq_stat.spurious);
}

static void apic_error_interrupt(struct pt_regs *regs)
{
	u32 error = apic_esr();

	apic_eoi();
	this_cpu_inc(irq_stat.errors);
	if (this_cpu_read(irq_stat.errors) <= APIC_ERROR_SAYS)
		pr_err("apic: CPU %u: error status 0x%02x\n", smp_processor_id(), error);
}

void irq_unexpected(unsigned int vector)
{
	if (!control(unexpected_uncounted))
		this_cpu_inc(irq_stat.unexpected);
	/* If an APIC delivered it, everything of lower priority waits for this. */
	if (apic_present() && apic_read(APIC_ISR + vector / 32 * 16) >> vector % 32 & 1)
		apic_eoi();
}

void irq_init(void)
{
	unsigned int irq;

	i8259_init(FIRST_IRQ_VECTOR);
	for (irq = 0; irq < NR_IRQS; irq++)
		trap_set_handler(FIRST_IRQ_VECTOR + irq, irq_dispatch);
	lines[I8259_CASCADE].name = "cascade";
	if (!apic_present())
		return;
	trap_set_handler(SPURIOUS_APIC_VECTOR, spurious_interrupt);
	trap_set_handler(ERROR_APIC_VECTOR, apic_error_interrupt);
	if (refused || !ioapic_init())
		return;
	apic_virtual_wire(false);
	chip = &ioapic_chip;
}

#define SUM_OVER_CPUS(field)                                                                       \
	__extension__({                                                                            \
		unsigned long __sum = 0;                                                           \
		unsigned int __cpu;                                                                \
		for_each_possible_cpu(__cpu) __sum += READ_ONCE(per_cpu(irq_stat, __cpu).field);   \
		__sum;                                                                             \
	})

/* The timer's line is dead: everything moves over. */
static void back_to_the_8259s(void)
{
	const struct irq_chip *dead = chip;
	unsigned long flags;
	unsigned int irq;

	spin_lock_irqsave(&irq_lock, flags);
	for (irq = 0; irq < NR_IRQS; irq++)
		if (dead->has(irq))
			dead->mask(irq);
	chip = &i8259_chip;
	apic_virtual_wire(true);
	for (irq = 0; irq < I8259_LINES; irq++) {
		lines[irq].cpu = 0;
		if (lines[irq].fn)
			chip->unmask(irq);
	}
	spin_unlock_irqrestore(&irq_lock, flags);
}

static bool timer_rings(void)
{
	return happens_soon(SUM_OVER_CPUS(lines[TIMER_IRQ]) != 0);
}

void irq_verify(void)
{
	if (!lines[TIMER_IRQ].fn || timer_rings())
		return;
	if (chip != &i8259_chip) {
		pr_warn("irq: the timer does not ring through the I/O APIC; back to the 8259s\n");
		back_to_the_8259s();
		if (timer_rings())
			return;
	}
	panic("irq: the timer does not ring: no interrupt arrives%s",
	      apic_present() ? "" : "; is the way from the 8259s through a local APIC shut?");
}

int request_irq(unsigned int irq, irq_handler_t fn, const char *name, void *arg)
{
	unsigned long flags;
	int err = 0;

	if (irq >= NR_IRQS || !fn)
		return -EINVAL;
	spin_lock_irqsave(&irq_lock, flags);
	if (lines[irq].name) {
		err = -EBUSY;
	} else if (!chip->has(irq)) {
		err = -EINVAL;
	} else {
		lines[irq].arg = arg;
		lines[irq].name = name ? name : "?";
		lines[irq].cpu = 0;
		smp_store_release(&lines[irq].fn, fn);
		if (chip->route)
			chip->route(irq, 0);
		chip->unmask(irq);
	}
	spin_unlock_irqrestore(&irq_lock, flags);
	return err;
}

void synchronize_irq(unsigned int irq)
{
	while (atomic_read(&lines[irq].running) > 0 && !control(irq_freed_while_running))
		cpu_relax();
}

void free_irq(unsigned int irq)
{
	unsigned long flags;

	if (WARN_ON(irq >= NR_IRQS || !lines[irq].fn))
		return;
	spin_lock_irqsave(&irq_lock, flags);
	chip->mask(irq);
	WRITE_ONCE(lines[irq].fn, NULL);
	spin_unlock_irqrestore(&irq_lock, flags);
	smp_mb();
	synchronize_irq(irq);
	WRITE_ONCE(lines[irq].name, NULL);
}

int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	unsigned int cpu = cpumask_first_and(mask, cpu_online_mask);
	unsigned long flags;
	int err = 0;

	if (irq >= NR_IRQS || !chip->has(irq) || cpu >= NR_CPUS)
		return -EINVAL;
	spin_lock_irqsave(&irq_lock, flags);
	if (chip->route)
		chip->route(irq, cpu);
	else if (!cpumask_test_cpu(0, mask))
		err = -EINVAL;
	else
		cpu = 0;
	if (!err)
		lines[irq].cpu = cpu;
	spin_unlock_irqrestore(&irq_lock, flags);
	return err;
}

unsigned int irq_cpu(unsigned int irq)
{
	return irq < NR_IRQS ? lines[irq].cpu : 0;
}

bool irq_masked(unsigned int irq)
{
	return irq >= NR_IRQS || !chip->has(irq) || chip->masked(irq);
}

const char *irq_controller(void)
{
	return chip->name;
}

unsigned long irq_count(unsigned int irq)
{
	return irq < NR_IRQS && !control(irq_count_lost) ? SUM_OVER_CPUS(lines[irq]) : 0;
}

unsigned long irq_spurious_count(void)
{
	return SUM_OVER_CPUS(spurious);
}

unsigned long irq_unexpected_count(void)
{
	return SUM_OVER_CPUS(unexpected);
}

unsigned long irq_error_count(void)
{
	return SUM_OVER_CPUS(errors) + SUM_OVER_CPUS(unexpected) + SUM_OVER_CPUS(spurious);
}

bool irq_line_info(unsigned int irq, struct irq_line_info *info)
{
	const char *name = READ_ONCE(lines[irq].name);

	if (!chip->has(irq) || (!name && irq_count(irq) == 0))
		return false;
	info->name = name ? name : "";
	chip->describe(irq, info->wiring, sizeof(info->wiring));
	return true;
}
