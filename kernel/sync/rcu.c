/* SPDX-License-Identifier: MIT */
/*
 * Grace periods. See rcupdate.h.
 *
 * A reader disables preemption, so a CPU is in no reader whenever it switches threads, idles, or is
 * found by its tick in code that could be preempted: it is quiescent then. A grace period takes the
 * CPUs that run, a bit each, and waits until each has been quiescent once since:
 *
 *	rcu_cpus_awaited   each CPU takes its own bit away; who takes the last one ends the period
 *	gp_begun, gp_done  numbers of the last one that has begun, and that is over;
 *	                   equal: none runs
 *	gp_wanted          the last one that anybody waits for
 *
 * They are numbered, one runs at a time. Callbacks wait in three lists of their CPU:
 *
 *	next   given since; no grace period begun yet is known to be enough
 *	wait   as one batch, for the end of grace period wait_gp
 *	done   may be called: in the softirq, BATCH at a time
 *
 * A batch that leaves `next` waits for period gp_begun + 1: one that begins after all of it was
 * given. It must be that one even if another runs right now, whose CPUs may have been quiescent
 * before the batch's objects were out of sight.
 *
 * Order: to take objects out of sight, to begin a period, to be quiescent, to end it, to call back
 * all pass through locked instructions, which are full barriers on x86.
 *
 * Locks: a CPU's list lock, then gp_lock inside; both with interrupts off, in any context but NMI;
 * nothing is woken under them: the softirq does that.
 */
#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/softirq.h"
#include "kernel/sync/spinlock.h"
#include "kernel/sync/wait.h"
#include "lib/bug.h"
#include "lib/control.h"

#define BATCH 128

struct callbacks {
	struct rcu_head *first,
		**last; /* last: where the next one is hung up; NULL: nothing ever */
};

struct rcu_cpu {
	spinlock_t lock;
	struct callbacks next, wait, done;
	unsigned long wait_gp;
	unsigned int pending; /* in the three lists and in the batch being called */
	struct rcu_head barrier;
};

static DEFINE_PER_CPU(struct rcu_cpu, rcu_cpus);

static DEFINE_SPINLOCK(gp_lock);
static unsigned long gp_begun, gp_done, gp_wanted;
u32 rcu_cpus_awaited;
static DECLARE_WAIT_QUEUE_HEAD(waiters); /* for the end of a period, or of a barrier */
void (*rcu_free_hook)(void *object);

/* --- lists of callbacks ----------------------------------------------------------------------- */

static void append(struct callbacks *list, struct rcu_head *first, struct rcu_head **last)
{
	if (!list->first)
		list->last = &list->first;
	*list->last = first;
	list->last = last;
}

static void move_all(struct callbacks *from, struct callbacks *to)
{
	if (!from->first)
		return;
	append(to, from->first, from->last);
	from->first = NULL;
}

/* --- grace periods, under gp_lock ------------------------------------------------------------- */

static void begin_if_wanted(void)
{
	unsigned int cpu;
	u32 awaited = 0;

	if (gp_begun != gp_done || (long)(gp_wanted - gp_begun) <= 0)
		return;
	WRITE_ONCE(gp_begun, gp_begun + 1);
	for_each_online_cpu(cpu) awaited |= 1u << cpu;
	if (control(rcu_no_waiting))
		awaited = 1u << smp_processor_id();
	__atomic_store_n(&rcu_cpus_awaited, awaited, __ATOMIC_SEQ_CST);
}

/* The number of a period that begins after now; it will. */
static unsigned long want_period(void)
{
	unsigned long gp, flags;

	spin_lock_irqsave(&gp_lock, flags);
	gp = gp_begun + 1;
	if ((long)(gp - gp_wanted) > 0)
		gp_wanted = gp;
	begin_if_wanted();
	spin_unlock_irqrestore(&gp_lock, flags);
	return gp;
}

static bool period_is_over(unsigned long gp)
{
	return (long)(smp_load_acquire(&gp_done) - gp) >= 0;
}

void rcu_report_quiescent(void)
{
	u32 mine = 1u << smp_processor_id();
	unsigned long flags;

	if (!(READ_ONCE(rcu_cpus_awaited) & mine))
		return;
	if (__atomic_and_fetch(&rcu_cpus_awaited, ~mine, __ATOMIC_SEQ_CST) != 0)
		return;
	spin_lock_irqsave(&gp_lock, flags);
	smp_store_release(&gp_done, gp_begun);
	begin_if_wanted();
	raise_softirq_irqoff(RCU_SOFTIRQ); /* for those who wait */
	spin_unlock_irqrestore(&gp_lock, flags);
}

/* --- callbacks -------------------------------------------------------------------------------- */

static void enqueue(struct rcu_cpu *r, struct rcu_head *head, rcu_callback_t func)
{
	unsigned long flags;

	head->func = func;
	head->next = NULL;
	spin_lock_irqsave(&r->lock, flags);
	append(&r->next, head, &head->next);
	r->pending++;
	spin_unlock_irqrestore(&r->lock, flags);
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	if (control(rcu_callback_lost)) {
		static unsigned int calls;

		if (++calls % 16 == 0)
			return;
	}
	preempt_disable();
	enqueue(this_cpu_ptr(&rcu_cpus), head, func);
	preempt_enable();
}

void call_rcu_free(struct rcu_head *head, size_t offset)
{
	BUG_ON(offset >= PAGE_SIZE);
	call_rcu(head, (rcu_callback_t)offset);
}

static void invoke(struct rcu_head *head)
{
	rcu_callback_t func = head->func;
	unsigned int before = preempt_count(), after;

	if ((uintptr_t)func < PAGE_SIZE)
		rcu_free_hook((char *)head - (uintptr_t)func);
	else
		func(head);
	after = preempt_count();
	if (likely(after == before))
		return;
	preempt_count_add(before - after);
	WARN(true, "RCU callback %ps left preempt_count at 0x%x, it was 0x%x", func, after, before);
}

static void call_batch(void)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);
	struct rcu_head *head, *batch, **end;
	unsigned int n = 0;

	spin_lock_irq(&r->lock);
	batch = r->done.first;
	for (end = &r->done.first; *end && n < BATCH; n++)
		end = &(*end)->next;
	r->done.first = *end;
	*end = NULL;
	spin_unlock_irq(&r->lock);
	if (n == 0)
		return;
	while ((head = batch) != NULL) {
		batch = head->next;
		invoke(head);
	}
	spin_lock_irq(&r->lock);
	r->pending -= n;
	if (r->done.first)
		raise_softirq_irqoff(RCU_SOFTIRQ);
	spin_unlock_irq(&r->lock);
}

static void rcu_softirq(void)
{
	if (wq_has_sleeper(&waiters))
		wake_up_all(&waiters);
	call_batch();
}

/* Moves this CPU's callbacks on as far as they can go. */
static void advance(struct rcu_cpu *r)
{
	spin_lock(&r->lock);
	if (r->wait.first && period_is_over(r->wait_gp))
		move_all(&r->wait, &r->done);
	if (!r->wait.first && r->next.first) {
		move_all(&r->next, &r->wait);
		r->wait_gp = want_period();
	}
	if (r->done.first)
		raise_softirq_irqoff(RCU_SOFTIRQ);
	spin_unlock(&r->lock);
}

void rcu_tick(bool quiescent)
{
	struct rcu_cpu *r = this_cpu_ptr(&rcu_cpus);

	if (quiescent)
		rcu_note_quiescent();
	if (READ_ONCE(r->pending))
		advance(r);
}

void rcu_init(void)
{
	open_softirq(RCU_SOFTIRQ, rcu_softirq);
}

unsigned int rcu_callbacks_pending(void)
{
	unsigned int cpu, n = 0;

	for_each_possible_cpu(cpu) n += READ_ONCE(per_cpu(rcu_cpus, cpu).pending);
	return n;
}

/* --- waiting ---------------------------------------------------------------------------------- */

unsigned long get_state_synchronize_rcu(void)
{
	smp_mb(); /* what the caller took out of sight comes before the number */
	return READ_ONCE(gp_begun) + 1;
}

unsigned long start_poll_synchronize_rcu(void)
{
	return want_period();
}

bool poll_state_synchronize_rcu(unsigned long ticket)
{
	return period_is_over(ticket);
}

/*
 * On one CPU a grace period is nothing: the caller is in no reader, and nobody else runs. So the
 * one under way is over, and so is another one: the tickets drawn up to now are for these two.
 */
static void pass_at_once(void)
{
	unsigned long flags;

	spin_lock_irqsave(&gp_lock, flags);
	__atomic_store_n(&rcu_cpus_awaited, 0, __ATOMIC_SEQ_CST);
	WRITE_ONCE(gp_begun, gp_begun + 1);
	smp_store_release(&gp_done, gp_begun);
	spin_unlock_irqrestore(&gp_lock, flags);
	if (wq_has_sleeper(&waiters))
		wake_up_all(&waiters);
}

void synchronize_rcu(void)
{
	might_sleep();
	smp_mb();
	if (num_online_cpus() > 1)
		cond_synchronize_rcu(want_period());
	else if (!control(rcu_tickets_forgotten))
		pass_at_once();
}

void cond_synchronize_rcu(unsigned long ticket)
{
	might_sleep();
	if (period_is_over(ticket))
		return;
	want_period();
	wait_event(waiters, period_is_over(ticket));
}

static atomic_t barriers_left;

static void barrier_passed(struct rcu_head *head)
{
	if (atomic_dec_and_test(&barriers_left))
		wake_up_all(&waiters);
}

/* Callbacks are called in order, so one more on each CPU comes after all that were there. */
void rcu_barrier(void)
{
	static atomic_t busy;
	unsigned int cpu;

	might_sleep();
	wait_event(waiters, !atomic_xchg(&busy, 1));
	atomic_set(&barriers_left, 1);
	for_each_online_cpu(cpu)
	{
		struct rcu_cpu *r = per_cpu_ptr(&rcu_cpus, cpu);

		atomic_inc(&barriers_left);
		enqueue(r, &r->barrier, barrier_passed);
	}
	barrier_passed(NULL);
	wait_event(waiters, atomic_read(&barriers_left) == 0);
	atomic_set(&busy, 0);
	wake_up_all(&waiters);
}
