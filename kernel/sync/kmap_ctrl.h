/* SPDX-License-Identifier: MIT */
/*
 * Temporary maps as the scheduler sees them: what a CPU's slots say now, and what a task that does
 * not run keeps of them.
 *
 * Each CPU has KM_TYPE_NR fixmap pages; mapping d of CPU c (0 is the outermost) has fixmap index
 * FIX_KMAP_BEGIN + d * KM_INCR + KM_INCR - 1 + KM_TYPE_NR * c. Which of them are in use is one
 * per-CPU word:
 *
 *	31                     12 11       0
 *	+------------------------+----------+
 *	| address of the         | slots    |    no map open: the address where a map before the
 *	| innermost map's page   | left     |    first one would lie, and KM_MAX_DEPTH left
 *	+------------------------+----------+
 *
 * so that one subtraction takes a slot, one addition gives it back, and one comparison with an
 * address says whether that is the innermost map's (mm/kmap_slots.h).
 *
 * The word and the entries belong to the task that runs. A switch takes the entries of the task
 * that leaves out of the tables and out of the TLB, and puts those of the one that comes back at
 * the same addresses; a task with open maps therefore stays on its CPU (migrate_disable()). Tasks
 * without maps, nearly all, cost the switch two comparisons.
 */
#ifndef KERNEL_SYNC_KMAP_CTRL_H
#define KERNEL_SYNC_KMAP_CTRL_H

#include "boot/pgentry.h"
#include "kernel/cpu/percpu.h"
#include "lib/compiler.h"

/* How many maps a task, with the interrupts on top of it, can hold at once. */
#define KM_MAX_DEPTH (KM_TYPE_NR / KM_INCR)

/* What the word changes by for one map. */
#define KMAP_SLOT_STEP (KM_INCR * PAGE_SIZE + 1)

/* The word of a CPU without open maps. */
#define KMAP_SLOTS_NONE(cpu)                                                                       \
	(FIX_TO_VIRT(FIX_KMAP_BEGIN - 1 + KM_TYPE_NR * (unsigned long)(cpu)) + KM_MAX_DEPTH)

DECLARE_PER_CPU(unsigned long, kmap_slots_pcp);

/* Open maps on this CPU: the running task's, and those of interrupts on top of it. */
static __always_inline unsigned int kmap_depth(void)
{
	return KM_MAX_DEPTH - (u8)this_cpu_read(kmap_slots_pcp);
}

/* In struct task_struct; all zero for a new task. Valid only while the task does not run. */
struct kmap_ctrl {
	unsigned int depth;
	entry_t entry[KM_MAX_DEPTH]; /* as they were in the tables, half-written ones included */
};

/* The work of kmap_switch(). */
void kmap_switch_slots(struct kmap_ctrl *prev, struct kmap_ctrl *next);

/*
 * kmap_switch() - this CPU stops running the task of @prev and goes on with that of @next. Called
 * by the scheduler with interrupts off, while no interrupt handler's map is open.
 */
static __always_inline void kmap_switch(struct kmap_ctrl *prev, struct kmap_ctrl *next)
{
	if (unlikely(kmap_depth() | next->depth))
		kmap_switch_slots(prev, next);
}

/*
 * kmap_exit_check() - the running task ends: warns if it left maps open, and closes them, so that
 * its CPU stays usable.
 */
void kmap_exit_check(void);

#endif
