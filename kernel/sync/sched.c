/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's core: sleeping, waking, switching.
 *
 * A switch. schedule() disables preemption (the count is 1 now, on the way out and on the way back
 * in), takes the lock of this CPU's queue, takes itself out of the queue if it sleeps, picks the
 * next one and exchanges stacks. What comes after that line runs on the other task's stack: it
 * finishes the switch that this other task began when it last left the CPU, releases the lock, and
 * goes on there. A new task has a stack that looks as if it had been switched away from in
 * task_start (kernel/cpu/switch.S).
 *
 * Sleep and wake-up. Only a task itself writes a state other than TASK_RUNNING into its own
 * __state; only a wake-up, under its queue's lock, writes TASK_RUNNING into that of another. A task
 * that has announced its sleep but still runs is woken by that store alone: schedule() looks at
 * the state under the same lock and then does not take it out. A task that is out of the queue has
 * left the CPU entirely, since the lock is held until then; so it can be put into any queue.
 *
 * A preempted task stays in the queue whatever its state says: it did not ask to sleep yet.
 *
 * Somebody must run elsewhere (its set of CPUs has changed): a waiting task is moved at once; a
 * running one is told to reschedule, and the switch away from it sends it on.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/switch.h"
#include "kernel/cpu/tsc.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/rq.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/printf.h"

void (*process_switch_hook)(struct task_struct *prev, struct task_struct *next);

__in_registers struct rq *rq_lock_task(struct task_struct *task, unsigned long *flags)
{
	local_irq_save(*flags);
	for (;;) {
		struct rq *rq = cpu_rq(task_cpu(task));

		rq_lock(rq);
		if (likely(rq->cpu == task_cpu(task)))
			return rq;
		rq_unlock(rq);
	}
}

void rq_unlock_irqrestore(struct rq *rq, unsigned long flags)
{
	rq_unlock(rq);
	local_irq_restore(flags);
}

/* --- switching --- */

void sched_place(struct task_struct *task)
{
	for (;;) {
		struct rq *rq = cpu_rq(task->cpu);

		rq_lock(rq);
		/* The set may have changed while nobody's lock was held. */
		if (likely(task_allowed_on(task, rq->cpu)) || task->migration_disabled) {
			rq_attach(rq, task);
			rq_check_preempt(rq, task);
			rq_unlock(rq);
			return;
		}
		task->cpu = sched_choose_cpu(task, true);
		rq_unlock(rq);
	}
}

/* The second half of a switch, on the stack of the task that came: @prev is the one that left. */
static void finish_switch(struct task_struct *prev)
{
	struct rq *rq = this_rq();
	struct task_struct *leaving = rq->leaving;
	bool dead = prev->__state & TASK_DEAD;

	if (unlikely(preempt_count_all() != PREEMPT_OFFSET)) {
		unsigned int count = preempt_count_all();

		preempt_count_set(PREEMPT_OFFSET);
		rq_unlock(rq);
		WARN(true, "preempt_count 0x%x leaked over the switch from %s/%d to %s/%d", count,
		     prev->comm, prev->pid, current->comm, current->pid);
		rq_lock(rq);
	}
	if (unlikely(leaving)) {
		rq->leaving = NULL;
		leaving->cpu = sched_choose_cpu(leaving, true);
		leaving->nr_migrations++;
	}
	rq_unlock(rq);
	if (unlikely(leaving))
		sched_place(leaving);
	local_irq_enable();
	if (unlikely(dead))
		put_task_struct(prev);
}

/* Where a new task begins; called by task_start. Its count is 1, as that of all who are switched
 * to. */
void task_started(struct task_struct *prev)
{
	finish_switch(prev);
	preempt_enable();
	WARN(current->bound_in_vain,
	     "sched: thread %s/%d is bound to CPU %u, which does not run: it goes anywhere",
	     current->comm, current->pid, current->bound_in_vain - 1);
}

static void context_switch(struct rq *rq, struct task_struct *prev, struct task_struct *next)
{
	rq->curr = next;
	rq->nr_switches++;
	if (unlikely(next == rq->idle))
		set_bit(rq->cpu, &sched_idle_cpus);
	else if (unlikely(prev == rq->idle))
		clear_bit(rq->cpu, &sched_idle_cpus);

	prev->pagefault_disabled = this_cpu_read(__pagefault_disabled);
	this_cpu_write(__pagefault_disabled, next->pagefault_disabled);
	kmap_switch(&prev->kmap_ctrl, &next->kmap_ctrl);
	if (unlikely(prev->process || next->process))
		process_switch_hook(prev, next);
	if (control(preempt_count_leaks))
		preempt_count_add(prev->pid > 1 ? PREEMPT_OFFSET : 0);
	this_cpu_write(current_task, next);
	finish_switch(switch_stacks(prev, next));
}

/* PREEMPTED: @prev did not ask for it. Preemption off, interrupts in any state; on afterwards. */
static __sched void do_schedule(bool preempted)
{
	struct task_struct *prev, *next;
	struct rq *rq;

	local_irq_disable();
	rcu_note_quiescent();
	rq = this_rq();
	prev = current;
	rq_lock(rq);
	clear_need_resched();
	rq->kicked = false;
	rq_account(rq);
	if (prev != rq->idle) {
		if (!preempted && prev->__state != TASK_RUNNING) {
			rq_detach(rq, prev, RQ_NONE);
			prev->nvcsw++;
		} else if (unlikely(!task_allowed_on(prev, rq->cpu) && !prev->migration_disabled)) {
			rq_detach(rq, prev, RQ_MOVING);
			rq->leaving = prev;
			prev->adrift = true;
			prev->vruntime -= rq->min_vruntime;
		} else if (rq->nr_running == 1) {
			prev->yielding = false;
			rq_unlock(rq);
			local_irq_enable();
			return;
		} else {
			rq_insert(rq, prev, preempted && !prev->yielding);
			prev->yielding = false;
			prev->nivcsw += preempted;
			prev->nvcsw += !preempted;
		}
	}
	if (unlikely(!rq->nr_running))
		sched_pull(rq);
	next = rq_pick(rq);
	if (next == prev) {
		rq_unlock(rq);
		local_irq_enable();
		return;
	}
	context_switch(rq, prev, next);
}

/*
 * Called where it must not be. In an interrupt handler there is nothing that could be switched
 * away: it goes on at once. In a thread it is done all the same, and the count is as before
 * afterwards, so that what disabled preemption finds it as it left it.
 */
static __cold __sched void schedule_in_atomic(void)
{
	unsigned int count = preempt_count_all();
	bool irqs_off = irqs_disabled();
	unsigned long flags;
	char site[80] = "";

	local_irq_save(flags);
	if (preempt_disable_site() && count)
		snprintf(site, sizeof(site), "; atomic since %pS", preempt_disable_site());
	WARN(true, "BUG: scheduling while atomic: %s/%d/0x%08x, interrupts %s%s", current->comm,
	     current->pid, count, irqs_off ? "off" : "on", site);
	if (in_interrupt()) {
		current->__state = TASK_RUNNING;
		local_irq_restore(flags);
		return;
	}
	preempt_count_set(PREEMPT_OFFSET);
	do_schedule(false);
	local_irq_disable();
	preempt_count_set(count);
	local_irq_restore(flags);
}

__sched void schedule(void)
{
	if (unlikely(in_atomic() || irqs_disabled())) {
		schedule_in_atomic();
		return;
	}
	do {
		preempt_count_add(PREEMPT_OFFSET);
		do_schedule(false);
		preempt_enable_no_resched();
	} while (need_resched());
}

__sched void preempt_schedule(void)
{
	if (irqs_disabled() || control(preempt_enable_unchecked))
		return;
	do {
		preempt_count_add(PREEMPT_OFFSET);
		do_schedule(true);
		preempt_enable_no_resched();
	} while (need_resched());
}

/* At the end of an interrupt of preemptible code; interrupts off. */
__sched void preempt_schedule_irq(void)
{
	if (control(irq_exit_unchecked))
		return;
	do {
		preempt_count_add(PREEMPT_OFFSET);
		do_schedule(true);
		local_irq_disable();
		preempt_enable_no_resched();
	} while (need_resched());
}

__sched int __cond_resched(void)
{
	if (likely(this_cpu_nonzero(__preempt_count)))
		return 0;
	preempt_schedule();
	return 1;
}

/* Go to who waits, if anybody does, and come back after him. */
__sched void yield(void)
{
	struct rq *rq;

	preempt_disable();
	local_irq_disable();
	rq = this_rq();
	rq_lock(rq);
	rq_account(rq);
	current->yielding = true;
	if (!current->rt_prio && rq->first) {
		u64 next = container_of(rq->first, struct task_struct, fair)->vruntime;

		if ((s64)(next - current->vruntime) > 0)
			current->vruntime = next;
	}
	set_need_resched();
	rq_unlock(rq);
	local_irq_enable();
	preempt_enable();
}

/* --- waking --- */

bool wake_up_state(struct task_struct *task, unsigned int state)
{
	unsigned long flags;
	struct rq *rq;

	for (;;) {
		unsigned int cpu;

		rq = rq_lock_task(task, &flags);
		if (!(task->__state & state)) {
			rq_unlock_irqrestore(rq, flags);
			return false;
		}
		if (task->on_rq != RQ_NONE) {
			if (!control(sched_wakeup_lost))
				break;
			rq_unlock_irqrestore(rq, flags);
			return true;
		}
		cpu = sched_choose_cpu(task, false);
		if (likely(cpu == rq->cpu)) {
			rq_attach(rq, task);
			break;
		}
		/* To another queue, and there everything is looked at once more. */
		if (!task->adrift) {
			task->adrift = true;
			task->vruntime -= rq->min_vruntime;
		}
		task->nr_migrations++;
		task->cpu = cpu;
		rq_unlock_irqrestore(rq, flags);
	}
	task->__state = TASK_RUNNING;
	if (task != rq->curr && task->on_rq == RQ_QUEUED)
		rq_check_preempt(rq, task);
	rq_unlock(rq);
	/* Interrupts on first: a reschedule that is due now happens at the enable. */
	preempt_disable();
	local_irq_restore(flags);
	preempt_enable();
	return true;
}

bool wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL);
}

/* --- time --- */

void scheduler_tick(void)
{
	struct rq *rq = this_rq();
	struct task_struct *curr;
	bool lost;

	rq_lock(rq);
	lost = rq_kick_lost(rq);
	rq_account(rq);
	curr = rq->curr;
	if (curr != rq->idle && !curr->rt_prio && rq->first &&
	    (s64)(curr->vruntime - container_of(rq->first, struct task_struct, fair)->vruntime) > 0)
		set_need_resched();
	/* It may have had to stay for a map of mm/kmap_local.h, whose end does not look. */
	if (unlikely(!task_allowed_on(curr, rq->cpu)) && !curr->migration_disabled)
		set_need_resched();
	sched_balance_tick(rq);
	rq_unlock(rq);
	WARN_ONCE(lost, "sched: CPU %u has not heard of its work: interrupt lost? It goes on now",
		  rq->cpu);
}

void scheduler_ipi(void)
{
	struct rq *rq = this_rq();

	WRITE_ONCE(rq->kicks_heard, READ_ONCE(rq->kicks_sent));
	set_need_resched();
}

u64 task_cputime_ns(const struct task_struct *task)
{
	u64 sum = task->sum_exec_runtime;

	return tsc_khz ? tsc_to_ns(sum) : sum;
}

/* --- beginning and end --- */

void sched_exit(void)
{
	unsigned long flags;
	struct rq *rq;

	preempt_disable();
	current->flags |= PF_EXITING;
	/*
	 * Under the lock: a wake-up that saw an earlier state of ours may be about to write
	 * TASK_RUNNING, and must not write it over this one.
	 */
	rq = rq_lock_task(current, &flags);
	current->__state = TASK_DEAD;
	rq_unlock_irqrestore(rq, flags);
	do_schedule(false);
	BUG();
}
