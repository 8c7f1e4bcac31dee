/* SPDX-License-Identifier: MIT */
/*
 * Device interrupts: who handles which line, and how often it rang on which CPU. See irq.c; the
 * controllers are in ioapic.c and i8259.c.
 */
#ifndef KERNEL_CPU_IRQ_H
#define KERNEL_CPU_IRQ_H

#include "kernel/cpu/percpu.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/preempt.h"
#include "lib/types.h"

struct cpumask;

typedef void (*irq_handler_t)(unsigned int irq, void *arg);

/*
 * irq_init() - take over the interrupt controllers, with every line masked: the I/O APICs if the
 * firmware has told of any (smp_detect() comes before) and local APICs are in use, else the 8259s.
 * Once, after traps_init(), interrupts off; they may be turned on afterwards.
 */
void irq_init(void);

/*
 * irq_verify() - see whether the timer's line comes through the I/O APIC at all; some firmware lies
 * about its wiring. If not, say so and go back to the 8259s; where it does not ring by them either,
 * panic. Interrupts on, once, a while after clock_init().
 */
void irq_verify(void);

/*
 * request_irq() - have @fn(@irq, @arg) called at each interrupt of line @irq (0 .. NR_IRQS - 1),
 * and unmask it. The handler runs with interrupts off, on one CPU: at first the boot CPU. @name
 * must stay; it is what `interrupts` shows. Returns 0; -EINVAL for a line that there is not, or no
 * handler; -EBUSY if the line is taken (2 is the cascade's).
 */
int request_irq(unsigned int irq, irq_handler_t fn, const char *name, void *arg);

/*
 * free_irq() - mask the line and forget its handler; when this returns the handler does not run
 * any more, on any CPU. A free line: WARN. Not in the line's own handler.
 */
void free_irq(unsigned int irq);

/* synchronize_irq() - no handler that ran when this was called runs any more. Interrupts on. */
void synchronize_irq(unsigned int irq);

/*
 * irq_set_affinity() - have @irq handled by one CPU of @mask that runs. 0; -EINVAL: no such line,
 * or none of those CPUs runs, or the controller reaches the boot CPU only.
 * irq_cpu() - which CPU handles it.
 */
int irq_set_affinity(unsigned int irq, const struct cpumask *mask);
unsigned int irq_cpu(unsigned int irq);

/* irq_count() - interrupts of @irq since boot, with or without a handler; 0 for a bad line. */
unsigned long irq_count(unsigned int irq);

/*
 * irq_spurious_count() - interrupts that no line would own up to [8259A, "spurious"] [SDM3 10.9].
 * irq_unexpected_count() - those at vectors that nobody registered.
 * irq_error_count() - all that is wrong: these two, and what the local APICs complained of.
 */
unsigned long irq_spurious_count(void);
unsigned long irq_unexpected_count(void);
unsigned long irq_error_count(void);

/* irq_masked() - whether @irq is masked at its controller. */
bool irq_masked(unsigned int irq);

/* irq_controller() - what the lines hang on: "IO-APIC" or "XT-PIC". */
const char *irq_controller(void);

/* irq_depth() - interrupt handlers this CPU is inside of; 0: thread context. in_irq() is
 * preempt.h's. */
static inline unsigned int irq_depth(void)
{
	return in_irq() / HARDIRQ_OFFSET;
}

/* irq_unexpected() - @vector (32 ..) rang here, and nobody wants it. For traps.c. */
void irq_unexpected(unsigned int vector);

/*
 * irq_report() - the table of /proc/interrupts, calling @print once a line, without '\n'.
 */
void irq_report(void (*print)(const char *fmt, ...));

/* For irq_report.c: what a row says of @irq; false: it has neither a handler nor a past. */
struct irq_line_info {
	const char *name; /* "": none */
	char wiring[24];
};
bool irq_line_info(unsigned int irq, struct irq_line_info *info);

/* What rang on a CPU; each CPU counts its own, interrupts off. */
struct irq_cpu_stat {
	unsigned long lines[NR_IRQS];
	unsigned long nmis;
	unsigned long spurious;   /* APIC's and 8259's */
	unsigned long unexpected; /* at a vector without a handler */
	unsigned long errors;     /* that the local APIC complained of */
	unsigned long shootdowns; /* calls that were TLB flushes */
	unsigned long machine_checks;
};
DECLARE_PER_CPU(struct irq_cpu_stat, irq_stat);

/*
 * A controller of device lines. mask, unmask and route are called with irq.c's lock held; the
 * others in the interrupt.
 */
struct irq_chip {
	const char *name;
	bool (*has)(unsigned int irq);
	void (*mask)(unsigned int irq);
	void (*unmask)(unsigned int irq);
	bool (*masked)(unsigned int irq);
	bool (*spurious)(unsigned int irq); /* true: it was nothing, and needs no eoi; or NULL */
	void (*eoi)(unsigned int irq);
	void (*route)(unsigned int irq, unsigned int cpu); /* NULL: the boot CPU only */
	/* How it is wired, as Linux prints it: "   2-edge    ". */
	void (*describe)(unsigned int irq, char *buf, size_t size);
};

#endif
