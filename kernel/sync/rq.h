/* SPDX-License-Identifier: MIT */
/*
 * A CPU's run queue, for the files of the scheduler.
 *
 *                      +-- curr: the task that runs; in none of the two
 *   struct rq (a CPU) -+-- fifo[1..99]: FIFO tasks that wait, a list a priority, and a bitmap
 *                      +-- fair: normal tasks that wait, a tree by vruntime; `first` is leftmost
 *
 * FIFO tasks come first, the highest priority before all; then the normal task that has had the
 * least so far; then idle. "Had" is measured as vruntime: time that passes more slowly the heavier
 * a task is, so that equal vruntime means shares in proportion to the weights. Only differences
 * count, within one queue: a task that changes queues takes along how far it is from the queue's
 * min_vruntime, and a sleeper comes back at most SLEEPER_BONUS behind it.
 *
 * Locking: rq->lock, interrupts off, guards the queue and, of each task whose ->cpu names it, the
 * state against wake-ups, on_rq, cpus_mask, weight and priority. To find a task's queue: read
 * ->cpu, lock that queue, look whether ->cpu is still the same. It is held over a switch: the task
 * that leaves takes it, the one that comes releases it. Two at once only by trylock of the second.
 */
#ifndef KERNEL_SYNC_RQ_H
#define KERNEL_SYNC_RQ_H

#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/bitmap.h"

/* on_rq */
#define RQ_NONE   0 /* sleeps, or never ran */
#define RQ_QUEUED 1 /* runs or waits */
#define RQ_MOVING 2 /* runnable, on its way to another queue: nobody else touches it */

struct rq {
	spinlock_t lock;
	unsigned int cpu;
	unsigned int nr_running; /* tasks that could run, the running one included; idle is none */
	unsigned int nr_fifo;    /* of these, FIFO */
	unsigned long load;      /* sum of the weights of the others */
	struct task_struct *curr, *idle;
	struct task_struct *leaving; /* just switched away from; must go to another CPU */
	u64 clock;                   /* sched_clock() of the last accounting */
	u64 min_vruntime;
	struct avl_tree fair;
	struct avl_node *first;
	unsigned int nr_waiting;  /* nodes in the tree */
	bool noted;               /* its bit in sched_busy_cpus is set */
	bool kicked;              /* told to reschedule, and has not done so yet */
	unsigned int kicks_sent;  /* interrupts that told it; the lock */
	unsigned int kicks_due;   /* of these, sent before its latest tick */
	unsigned int kicks_heard; /* of these, arrived; its own CPU, interrupts off */
	unsigned int balance_in;  /* ticks until the next look at the other queues */
	unsigned int uneven;      /* looks in a row at a difference that no move makes smaller */
	unsigned long nr_switches;
	u64 idle_time;
	DECLARE_BITMAP(fifo_bits, MAX_RT_PRIO);
	struct list_head fifo[MAX_RT_PRIO];
};

DECLARE_PER_CPU(struct rq, runqueues);
#define cpu_rq(n) per_cpu_ptr(&runqueues, (n))
#define this_rq() this_cpu_ptr(&runqueues)

/* CPUs that take part; those of them that idle; those where somebody waits for the CPU. */
extern unsigned long sched_cpus, sched_idle_cpus;
extern atomic_t sched_busy;
#define sched_busy_cpus ((unsigned long)(unsigned int)atomic_read(&sched_busy))

/*
 * Time as the scheduler measures it: cycles of this CPU's TSC where there is one, else nanoseconds.
 * The TSCs of two CPUs need not agree, so a queue's clock is compared on its own CPU only.
 */
u64 sched_clock(void);
extern u64 sched_clock_ms;      /* units a millisecond */
extern bool sched_clock_is_tsc; /* and nobody pretends anything about it */

#define WAKEUP_GRANULARITY sched_clock_ms       /* how far behind a woken task must be to preempt */
#define SLEEPER_BONUS      (3 * sched_clock_ms) /* what a long sleep is worth at most */

/*
 * rq_lock_task() - lock the queue of @task, interrupts off; rq_unlock_irqrestore() ends it.
 * rq_lock(), rq_unlock(): a queue whose interrupts are off already, which does not count as
 * atomic (the count must be 1 over a switch).
 */
__in_registers struct rq *rq_lock_task(struct task_struct *task, unsigned long *flags);
void rq_unlock_irqrestore(struct rq *rq, unsigned long flags);

static inline void rq_lock(struct rq *rq)
{
	arch_spin_lock(&rq->lock);
}

static inline void rq_unlock(struct rq *rq)
{
	arch_spin_unlock(&rq->lock);
}

static inline bool rq_trylock(struct rq *rq)
{
	return arch_spin_trylock(&rq->lock);
}

static inline bool rq_is_idle(const struct rq *rq)
{
	return READ_ONCE(rq->curr) == rq->idle && !READ_ONCE(rq->nr_running);
}

/* May @task run on @cpu? Its queue's lock. */
static inline bool task_allowed_on(const struct task_struct *task, unsigned int cpu)
{
	return cpumask_test_cpu(cpu, &task->cpus_mask);
}

/* --- the queue: rq.c. Its lock. --- */

/* Charges curr for the time since the last accounting. On the queue's own CPU. */
__in_registers void rq_account(struct rq *rq);

/* Puts a waiting task in, resp. takes it out: the trees and lists only. */
__in_registers void rq_insert(struct rq *rq, struct task_struct *task, bool in_front);
__in_registers void rq_remove(struct rq *rq, struct task_struct *task);

/*
 * No task has more to catch up than a sleeper that comes back: @task joins those that are served by
 * vruntime.
 */
static inline void rq_limit_lag(const struct rq *rq, struct task_struct *task)
{
	if ((s64)(task->vruntime - (rq->min_vruntime - SLEEPER_BONUS)) < 0)
		task->vruntime = rq->min_vruntime - SLEEPER_BONUS;
}

/* A task becomes one of the queue's (it waits), resp. is none any more (it waited or ran). */
__in_registers void rq_attach(struct rq *rq, struct task_struct *task);
__in_registers void rq_detach(struct rq *rq, struct task_struct *task, unsigned int on_rq);

/* The one that should run next, taken out of the waiting; idle if there is none. */
__in_registers struct task_struct *rq_pick(struct rq *rq);

/* @task has just been attached: must curr make way for it? */
__in_registers void rq_check_preempt(struct rq *rq, struct task_struct *task);

/* Has the queue's CPU reschedule soon. */
void rq_resched(struct rq *rq);

/* At this CPU's tick: follows a kick that was not heard. True if its interrupt got lost. */
bool rq_kick_lost(struct rq *rq);

/* --- other queues: balance.c --- */

/* Where a task that wakes, starts or must leave should go. Its queue's lock. */
__in_registers unsigned int sched_choose_cpu(struct task_struct *task, bool spread);

/* Pull somebody over who waits elsewhere; @rq's lock, interrupts off. True if it worked. */
__in_registers bool sched_pull(struct rq *rq);

/* The part of the tick that looks at other queues. @rq's lock. */
void sched_balance_tick(struct rq *rq);

/* Called between idle's look and its HLT, interrupts off: for a test that wants to be there. */
extern void (*idle_test_hook)(void);

/* --- sched.c --- */

/* Brings a runnable, detached @task (RQ_MOVING, ->cpu set) into its queue; interrupts off. */
void sched_place(struct task_struct *task);

/* In kernel/cpu/switch.S: stores this stack in @prev, goes on with @next's; returns who ran
 * before. */
struct task_struct *switch_stacks(struct task_struct *prev, struct task_struct *next);

#endif
