/* SPDX-License-Identifier: MIT */
/*
 * What a task may ask of the scheduler for itself or others: priority, weight, and on which CPUs it
 * runs.
 */
#include "boot/x86.h"
#include "kernel/sync/rq.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/errno.h"

/* Weights of nice -20 .. 19: a step is a factor of 1.25, so one step costs about a tenth of a CPU
 * that two tasks share. Nice 0 is 1024. */
static const unsigned int nice_weights[] = {
	88818, 71054, 56843, 45475, 36380, 29104, 23283, 18626, 14901, 11921,
	9537,  7629,  6104,  4883,  3906,  3125,  2500,  2000,  1600,  1280,
	1024,  819,   655,   524,   419,   336,   268,   215,   172,   137,
	110,   88,    70,    56,    45,    36,    29,    23,    18,    15,
};
static_assert(ARRAY_SIZE(nice_weights) == MAX_NICE - MIN_NICE + 1, "one weight a nice value");

/* Everything that decides a task's place in its queue: out of it, change, and in again. */
static void set_class(struct task_struct *task, unsigned int prio, int nice)
{
	unsigned long flags;
	struct rq *rq = rq_lock_task(task, &flags);
	bool queued = task->on_rq == RQ_QUEUED, waiting = queued && task != rq->curr;

	/* Elsewhere what curr has had since its last tick is charged at the new weight. */
	if (queued && (rq->cpu == smp_processor_id() || control(sched_clocks_compared)))
		rq_account(rq);
	if (waiting)
		rq_remove(rq, task);
	if (queued && task->rt_prio)
		rq->nr_fifo--;
	else if (queued)
		rq->load -= task->weight;

	/* As a FIFO task it was served without being charged, nor was it owed anything. */
	if (queued && task->rt_prio && !prio && !control(sched_fifo_catches_up))
		rq_limit_lag(rq, task);
	task->rt_prio = prio;
	task->nice = nice;
	task->weight = nice_weights[(control(nice_ignored) ? 0 : nice) - MIN_NICE];
	task->inverse = 0xffffffffu / task->weight;

	if (queued && prio)
		rq->nr_fifo++;
	else if (queued)
		rq->load += task->weight;
	if (waiting) {
		rq_insert(rq, task, false);
		rq_check_preempt(rq, task);
	} else if (queued && rq->nr_running > 1) {
		rq_resched(rq); /* it may be lower than others now */
	}
	rq_unlock(rq);
	preempt_disable();
	local_irq_restore(flags);
	preempt_enable();
}

void sched_set_fifo_prio(struct task_struct *task, unsigned int prio)
{
	set_class(task, clamp(prio, 1u, MAX_RT_PRIO - 1u), task->nice);
}

void sched_set_fifo(struct task_struct *task)
{
	sched_set_fifo_prio(task, MAX_RT_PRIO / 2);
}

void sched_set_fifo_low(struct task_struct *task)
{
	sched_set_fifo_prio(task, 1);
}

void sched_set_normal(struct task_struct *task, int nice)
{
	set_class(task, 0, clamp(nice, MIN_NICE, MAX_NICE));
}

void set_user_nice(struct task_struct *task, long nice)
{
	set_class(task, task->rt_prio, (int)clamp(nice, (long)MIN_NICE, (long)MAX_NICE));
}

/* The running task goes away from this CPU, if it may not be here. */
static void leave_cpu(void)
{
	preempt_disable();
	set_need_resched();
	preempt_enable();
}

/* Does @task run where it must not? */
static bool misplaced(struct task_struct *task)
{
	unsigned long flags;
	struct rq *rq = rq_lock_task(task, &flags);
	bool wrong = task->on_rq != RQ_NONE && !task->migration_disabled &&
		     (task->on_rq == RQ_MOVING || !task_allowed_on(task, rq->cpu));

	rq_unlock_irqrestore(rq, flags);
	return wrong;
}

/* Takes a waiting task to another CPU; @rq is locked, and released here. */
static void send_away(struct rq *rq, struct task_struct *task, unsigned long flags)
{
	rq_detach(rq, task, RQ_MOVING);
	task->adrift = true;
	task->vruntime -= rq->min_vruntime;
	task->cpu = sched_choose_cpu(task, true);
	task->nr_migrations++;
	rq_unlock(rq);
	sched_place(task);
	local_irq_restore(flags);
}

int set_cpus_allowed_ptr(struct task_struct *task, const struct cpumask *mask)
{
	unsigned long flags;
	struct rq *rq;

	might_sleep();
	if (task->flags & PF_NO_SETAFFINITY || !(mask->bits[0] & READ_ONCE(sched_cpus)))
		return -EINVAL;
	rq = rq_lock_task(task, &flags);
	cpumask_copy(&task->cpus_mask, mask);
	if (task_allowed_on(task, rq->cpu) || task->migration_disabled ||
	    task->on_rq != RQ_QUEUED) {
		rq_unlock_irqrestore(rq, flags);
	} else if (task != rq->curr) {
		send_away(rq, task, flags);
	} else {
		rq_resched(rq);
		rq_unlock_irqrestore(rq, flags);
	}
	while (misplaced(task)) {
		if (task == current)
			leave_cpu();
		else
			yield();
		cpu_relax();
	}
	return 0;
}

void migrate_disable(void)
{
	if (!control(migrate_disable_ignored))
		current->migration_disabled++;
	barrier();
}

void migrate_enable(void)
{
	barrier();
	if (control(migrate_disable_ignored))
		return;
	if (WARN_ON_ONCE(!current->migration_disabled))
		return;
	if (--current->migration_disabled == 0 &&
	    unlikely(!task_allowed_on(current, task_cpu(current))))
		leave_cpu();
}
