/* SPDX-License-Identifier: MIT */
/*
 * One run queue: see rq.h. Nothing here looks at another CPU.
 */
#include "kernel/sync/rq.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/tsc.h"
#include "kernel/cpu/tsc_sync.h"
#include "lib/control.h"

DEFINE_PER_CPU(struct rq, runqueues);

u64 sched_clock_ms = 1000000;

bool sched_clock_is_tsc;

u64 sched_clock(void)
{
	if (likely(sched_clock_is_tsc))
		return tsc_read();
	return tsc_khz ? tsc_unsynced() : clock_ns();
}

static struct task_struct *fair_task(const struct avl_node *node)
{
	return container_of(node, struct task_struct, fair);
}

/* @delta of real time, as vruntime of @task. */
static u64 as_vruntime(const struct task_struct *task, u64 delta)
{
	if (likely(task->weight == NICE_0_LOAD))
		return delta;
	/* Ticks are closer than 2^32 units; who runs through a longer stall is charged so much. */
	return min(delta, (u64)U32_MAX) * task->inverse >> 22;
}

static void advance_min_vruntime(struct rq *rq)
{
	u64 least = rq->curr->vruntime;

	if (rq->first && (s64)(fair_task(rq->first)->vruntime - least) < 0)
		least = fair_task(rq->first)->vruntime;
	if ((s64)(least - rq->min_vruntime) > 0)
		rq->min_vruntime = least;
}

__in_registers void rq_account(struct rq *rq)
{
	struct task_struct *curr = rq->curr;
	u64 now = sched_clock();
	s64 delta = (s64)(now - rq->clock);

	rq->clock = now;
	if (delta <= 0)
		return;
	if (curr == rq->idle) {
		rq->idle_time += (u64)delta;
		return;
	}
	curr->sum_exec_runtime += (u64)delta;
	if (curr->rt_prio)
		return;
	if (control(sched_unfair))
		delta >>= 6 * (curr->pid % 2);
	curr->vruntime += as_vruntime(curr, (u64)delta);
	advance_min_vruntime(rq);
}

static void fair_insert(struct rq *rq, struct task_struct *task)
{
	struct avl_node **link = &rq->fair.root, *parent = NULL;
	bool first = true;

	rq->nr_waiting++;
	if (!*link) {
		task->fair = (struct avl_node){.height = 1};
		rq->fair.root = rq->first = &task->fair;
		return;
	}
	while (*link) {
		bool later;

		parent = *link;
		later = (s64)(task->vruntime - fair_task(parent)->vruntime) >= 0;
		first = first && !later;
		link = &parent->child[later];
	}
	avl_insert(&rq->fair, &task->fair, parent, link);
	if (first)
		rq->first = &task->fair;
}

static void fair_remove(struct rq *rq, struct task_struct *task)
{
	if (--rq->nr_waiting == 0) {
		rq->fair.root = rq->first = NULL;
		return;
	}
	if (rq->first == &task->fair)
		rq->first = avl_next(&task->fair);
	avl_erase(&rq->fair, &task->fair);
}

__in_registers void rq_insert(struct rq *rq, struct task_struct *task, bool in_front)
{
	if (!task->rt_prio) {
		fair_insert(rq, task);
		return;
	}
	if (in_front)
		list_add(&task->fifo, &rq->fifo[task->rt_prio]);
	else
		list_add_tail(&task->fifo, &rq->fifo[task->rt_prio]);
	__set_bit(task->rt_prio, rq->fifo_bits);
}

__in_registers void rq_remove(struct rq *rq, struct task_struct *task)
{
	if (!task->rt_prio) {
		fair_remove(rq, task);
		return;
	}
	list_del_init(&task->fifo);
	if (list_empty(&rq->fifo[task->rt_prio]))
		__clear_bit(task->rt_prio, rq->fifo_bits);
}

/* Who waits may be fetched by CPUs with nothing to do: they find the queue by its bit. */
static void note_waiting(struct rq *rq)
{
	bool waiting = rq->nr_running > 1;

	if (waiting == rq->noted)
		return;
	rq->noted = waiting;
	if (waiting)
		atomic_or((int)(1u << rq->cpu), &sched_busy);
	else
		atomic_and((int)~(1u << rq->cpu), &sched_busy);
}

__in_registers void rq_attach(struct rq *rq, struct task_struct *task)
{
	if (task->adrift) {
		task->vruntime += rq->min_vruntime;
		task->adrift = false;
	}
	if (!task->rt_prio)
		rq_limit_lag(rq, task);
	task->on_rq = RQ_QUEUED;
	rq->nr_running++;
	if (task->rt_prio)
		rq->nr_fifo++;
	else
		rq->load += task->weight;
	rq_insert(rq, task, false);
	note_waiting(rq);
}

__in_registers void rq_detach(struct rq *rq, struct task_struct *task, unsigned int on_rq)
{
	if (task != rq->curr)
		rq_remove(rq, task);
	task->on_rq = on_rq;
	rq->nr_running--;
	if (task->rt_prio)
		rq->nr_fifo--;
	else
		rq->load -= task->weight;
	note_waiting(rq);
}

__in_registers struct task_struct *rq_pick(struct rq *rq)
{
	struct task_struct *task = NULL;

	if (unlikely(rq->nr_fifo) && !(control(sched_priority_ignored) && rq->first)) {
		unsigned long prio = find_last_bit(rq->fifo_bits, MAX_RT_PRIO);

		if (prio < MAX_RT_PRIO)
			task = list_first_entry(&rq->fifo[prio], struct task_struct, fifo);
	}
	if (likely(!task)) {
		if (!rq->first)
			return rq->idle;
		task = fair_task(rq->first);
	}
	rq_remove(rq, task);
	return task;
}

void rq_resched(struct rq *rq)
{
	if (rq->cpu == smp_processor_id()) {
		set_need_resched();
	} else if (!rq->kicked) {
		rq->kicked = true;
		rq->kicks_sent++;
		smp_send_reschedule((int)rq->cpu);
	}
}

/*
 * Who finds `kicked` set sends no other interrupt, so one that gets lost would be missed for ever.
 * At the local APIC it comes before the tick (kernel/cpu/vectors.h): however long a CPU was
 * stopped, what was sent before its tick before this one has been heard, or was lost.
 */
bool rq_kick_lost(struct rq *rq)
{
	bool lost = (int)(rq->kicks_due - rq->kicks_heard) > 0;

	if (control(lost_kick_unseen))
		return false;
	if (unlikely(rq->kicked))
		set_need_resched();
	if (unlikely(lost))
		rq->kicks_heard = rq->kicks_sent;
	rq->kicks_due = rq->kicks_sent;
	return lost;
}

__in_registers void rq_check_preempt(struct rq *rq, struct task_struct *task)
{
	struct task_struct *curr = rq->curr;

	if (curr == rq->idle ||
	    (task->rt_prio > curr->rt_prio && !control(sched_priority_ignored))) {
		rq_resched(rq);
	} else if (!(curr->rt_prio | task->rt_prio)) {
		u64 had = curr->vruntime;

		/* Since the last accounting, as at nice 0: near enough. Of another CPU nobody can
		 * tell. */
		if (rq->cpu == smp_processor_id() || control(sched_clocks_compared))
			had += sched_clock() - rq->clock;
		if ((s64)(had - task->vruntime) > (s64)WAKEUP_GRANULARITY &&
		    !control(sched_no_wakeup_preemption))
			rq_resched(rq);
	}
}
