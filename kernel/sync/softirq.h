/* SPDX-License-Identifier: MIT */
/*
 * Softirqs: the second half of an interrupt.
 *
 * A handler does what cannot wait and raises a softirq, a bit in a word of its CPU. The softirq's
 * function runs on that CPU as soon as the last handler has returned: with interrupts on, but
 * before any thread there goes on. Timers run so, and what call_rcu() was given.
 *
 * local_bh_disable() (kernel/sync/preempt.h) keeps them away from this CPU; what was raised
 * meanwhile runs in the local_bh_enable() that ends it.
 *
 * Their share is bounded: after some rounds what is still raised waits for the next tick, or for
 * this CPU to be idle, so that softirqs that raise themselves for ever leave time to threads.
 */
#ifndef KERNEL_SYNC_SOFTIRQ_H
#define KERNEL_SYNC_SOFTIRQ_H

#include "kernel/sync/preempt.h"

/* In the order in which they run. */
enum softirq {
	HI_SOFTIRQ,
	TIMER_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	RCU_SOFTIRQ,
	KMAP_SOFTIRQ, /* an NMI made a slot idle */
	NR_SOFTIRQS
};

DECLARE_PER_CPU(unsigned int, __softirq_pending);

/* Raised on this CPU and not run yet, a bit each. */
#define local_softirq_pending() this_cpu_read(__softirq_pending)

/*
 * open_softirq() - @action runs when @nr is raised: on the CPU where that happened, interrupts on,
 * in_serving_softirq(); never twice at once on a CPU, but on several CPUs at once. At boot.
 */
void open_softirq(unsigned int nr, void (*action)(void));

/*
 * raise_softirq() - have @nr's action run on this CPU: before this returns if the caller is a
 * thread with interrupts and softirqs on; else when the interrupt, or the section without them,
 * ends. raise_softirq_irqoff() - with interrupts off; runs with the next interrupt at the latest.
 * Any context but NMI.
 */
void raise_softirq(unsigned int nr);
void raise_softirq_irqoff(unsigned int nr);

/* do_softirq() - run now what is raised, if the context allows it: for the idle loop. */
void do_softirq(void);

/* The tick's: what was put off because there was too much of it may go on. Interrupts off. */
void softirq_tick(void);

#endif
