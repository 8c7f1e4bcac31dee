/* SPDX-License-Identifier: MIT */
/*
 * Softirqs. See softirq.h.
 *
 * They run in two places: at the end of the outermost interrupt (irq_exit()) and where softirqs are
 * allowed again (local_bh_enable()). A round takes the word of raised bits and calls each action;
 * what was raised meanwhile makes another round, up to MAX_ROUNDS. Then the CPU is `tired`: nothing
 * runs until the next tick, or until there is nothing else to do. So a thread always gets the rest
 * of its tick, and what was raised waits for a tick at most.
 *
 * An action must leave preempt_count as it found it; if not, that is reported with its name and
 * mended, as with interrupt handlers.
 */
#include "kernel/sync/softirq.h"
#include "boot/x86.h"
#include "lib/bitops.h"
#include "lib/bug.h"
#include "lib/control.h"

#define MAX_ROUNDS 10

DEFINE_PER_CPU(unsigned int, __softirq_pending);
static DEFINE_PER_CPU(unsigned int, tired);
static void (*actions[NR_SOFTIRQS])(void);

void open_softirq(unsigned int nr, void (*action)(void))
{
	BUG_ON(nr >= NR_SOFTIRQS);
	actions[nr] = action;
}

static void call_action(unsigned int nr)
{
	unsigned int before = preempt_count(), after;

	if (actions[nr])
		actions[nr]();
	after = preempt_count();
	if (likely(after == before))
		return;
	preempt_count_add(before - after);
	WARN(true, "softirq %u: %ps left preempt_count at 0x%x, it was 0x%x", nr, actions[nr],
	     after, before);
}

/* Interrupts are off when it is called, and when it returns. */
static noinline void run_softirqs(void)
{
	unsigned int rounds = 0, pending;

	preempt_count_add(SOFTIRQ_OFFSET);
	if (!control(irq_place_unnoted))
		note_preempt_site(SOFTIRQ_OFFSET);
	while (local_softirq_pending()) {
		if (rounds++ >= MAX_ROUNDS && !control(softirq_without_bound)) {
			this_cpu_write(tired, 1);
			break;
		}
		pending = this_cpu_xchg(__softirq_pending, 0); /* an NMI may raise one, too */
		local_irq_enable();
		for (; pending; pending &= pending - 1)
			call_action((unsigned int)__ffs(pending));
		local_irq_disable();
	}
	preempt_count_sub(SOFTIRQ_OFFSET);
}

void irq_exit(void)
{
	preempt_count_sub(HARDIRQ_OFFSET);
	if (local_softirq_pending() && !in_interrupt() && !this_cpu_read(tired))
		run_softirqs();
}

static void run_if_allowed(void)
{
	unsigned long flags;

	if (control(softirq_never_deferred) ? in_serving_softirq() || in_irq() : in_interrupt())
		return;
	local_irq_save(flags);
	if (local_softirq_pending() && !this_cpu_read(tired))
		run_softirqs();
	local_irq_restore(flags);
}

/*
 * One count of preemption is kept until the softirqs have run, so that they run on the CPU where
 * they were raised. With interrupts off they wait for the next interrupt.
 */
void local_bh_enable(void)
{
	preempt_count_sub(SOFTIRQ_DISABLE_OFFSET - PREEMPT_OFFSET);
	if (unlikely(local_softirq_pending()) && !irqs_disabled())
		run_if_allowed();
	preempt_enable();
}

void raise_softirq_irqoff(unsigned int nr)
{
	this_cpu_or(__softirq_pending, 1u << nr);
}

void raise_softirq(unsigned int nr)
{
	preempt_disable();
	this_cpu_or(__softirq_pending, 1u << nr);
	if (!irqs_disabled())
		run_if_allowed();
	preempt_enable();
}

void do_softirq(void)
{
	preempt_disable();
	this_cpu_write(tired, 0);
	run_if_allowed();
	preempt_enable();
}

void softirq_tick(void)
{
	this_cpu_write(tired, 0);
}
