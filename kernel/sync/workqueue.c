/* SPDX-License-Identifier: MIT */
/*
 * Work queues. See workqueue.h.
 *
 * Each CPU has a pool: a list of works and the workers that take from it. `pending` of a work is
 * the right to put it somewhere: who turns it from 0 to 1 queues the work (or starts its timer, or
 * cancels it); it is cleared just before the function is called, so what happens after that moment,
 * perhaps unseen by the function, queues the work anew.
 *
 * That a work never runs twice at once: each pool knows what its workers are running, and a work
 * that still runs in the pool where it was queued before is queued there again; a worker passes
 * over a work that another worker of its pool is still running.
 *
 * To wait for a work is to wait until neither the list nor the workers of its pool have it with a
 * number that is not newer than the call. Works may free themselves, so a work is only looked into
 * while it is on a list; that of a worker is compared by address.
 *
 * Until there are threads, a pool has no workers, and whoever idles does the work
 * (workqueue_run()).
 */
#include "kernel/sync/workqueue.h"
#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/spinlock.h"
#include "kernel/sync/workqueue_internal.h"
#include "lib/bug.h"
#include "lib/control.h"

static DEFINE_PER_CPU(struct worker_pool, pools);
static struct worker stand_in; /* who does the work as long as there are no threads */

struct workqueue_struct system_workqueue = {.name = "events"};

void worker_pool_init(struct worker_pool *pool)
{
	*pool = (struct worker_pool){.works = LIST_HEAD_INIT(pool->works),
				     .workers = LIST_HEAD_INIT(pool->workers)};
}

/* The pool, locked; made at its first use. Interrupts are off. */
static void lock_pool(struct worker_pool *pool)
{
	spin_lock(&pool->lock);
	if (unlikely(!pool->works.next)) {
		INIT_LIST_HEAD(&pool->works);
		INIT_LIST_HEAD(&pool->workers);
	}
}

/* --- queueing --------------------------------------------------------------------------------- */

static struct worker *runner_of(struct worker_pool *pool, const struct work_struct *work)
{
	struct worker *worker;

	list_for_each_entry(worker, &pool->workers, list)
		if (worker->current_work == work)
			return worker;
	return NULL;
}

/* Locks the pool for WORK: WANTED, unless it is running where it was queued before. */
static struct worker_pool *lock_pool_for(struct work_struct *work, struct worker_pool *wanted)
{
	struct worker_pool *last = work->pool;

	if (last && last != wanted) {
		lock_pool(last);
		if (runner_of(last, work))
			return last;
		spin_unlock(&last->lock);
	}
	lock_pool(wanted);
	return wanted;
}

/* The caller has turned work->pending to 1. */
static void insert(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct worker_pool *pool = wq->own;
	unsigned long flags;

	local_irq_save(flags);
	if (!pool)
		pool = cpu == WORK_CPU_UNBOUND ? this_cpu_ptr(&pools)
					       : per_cpu_ptr(&pools, (unsigned int)cpu);
	pool = lock_pool_for(work, pool);
	work->pool = pool;
	work->wq = wq;
	work->seq = ++pool->seq;
	list_add_tail(&work->entry, &pool->works);
	spin_unlock(&pool->lock);
	local_irq_restore(flags);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	if (control(work_lost) || atomic_xchg(&work->pending, 1))
		return false;
	insert(cpu, wq, work);
	return true;
}

/* The caller has turned dwork->work.pending to 1. */
static void start_timer(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay)
{
	dwork->wq = wq;
	dwork->cpu = cpu;
	if (delay == 0) {
		insert(cpu, wq, &dwork->work);
		return;
	}
	dwork->timer.expires = jiffies + delay;
	if (cpu == WORK_CPU_UNBOUND)
		add_timer(&dwork->timer);
	else
		add_timer_on(&dwork->timer, cpu);
}

void delayed_work_timer(struct timer_list *timer)
{
	struct delayed_work *dwork = from_timer(dwork, timer, timer);

	insert(dwork->cpu, dwork->wq, &dwork->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	if (atomic_xchg(&dwork->work.pending, 1))
		return false;
	start_timer(cpu, wq, dwork, delay);
	return true;
}

/* --- running ---------------------------------------------------------------------------------- */

/* The oldest work that no other worker is running. */
static struct work_struct *next_work(struct worker_pool *pool)
{
	struct work_struct *work;

	list_for_each_entry(work, &pool->works, entry)
		if (!runner_of(pool, work))
			return work;
	return NULL;
}

static void call(struct work_struct *work, work_func_t func)
{
	func(work);
	if (likely(!in_atomic() && !irqs_disabled()))
		return;
	WARN(true, "work %ps left preempt_count at 0x%x, interrupts %s", func, preempt_count(),
	     irqs_disabled() ? "off" : "on");
	preempt_count_sub(preempt_count());
	local_irq_enable();
}

bool worker_run_one(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;
	struct work_struct *work;
	work_func_t func = NULL;

	local_irq_disable();
	lock_pool(pool);
	work = next_work(pool);
	if (work) {
		func = work->func;
		list_del_init(&work->entry);
		worker->current_work = work;
		worker->current_wq = work->wq;
		worker->current_seq = work->seq;
		pool->nr_running++;
		atomic_set(&work->pending, 0);
		smp_mb(); /* before whatever the function looks at */
	}
	spin_unlock(&pool->lock);
	local_irq_enable();
	if (!work)
		return false;
	call(work, func);
	spin_lock_irq(&pool->lock);
	worker->current_work = NULL;
	pool->nr_running--;
	spin_unlock_irq(&pool->lock);
	return true;
}

static void run_pool(struct worker_pool *pool)
{
	struct worker outer = stand_in;
	u32 last;

	if (!pool->works.next || pool->nr_workers)
		return;
	last = READ_ONCE(pool->seq);
	stand_in.pool = pool;
	spin_lock_irq(&pool->lock);
	list_add(&stand_in.list, &pool->workers);
	spin_unlock_irq(&pool->lock);
	while (!list_empty(&pool->works) &&
	       (s32)(list_first_entry(&pool->works, struct work_struct, entry)->seq - last) <= 0)
		if (!worker_run_one(&stand_in))
			break;
	spin_lock_irq(&pool->lock);
	list_del(&stand_in.list);
	spin_unlock_irq(&pool->lock);
	stand_in = outer;
}

void workqueue_run(void)
{
	unsigned int cpu;

	if (in_atomic() || irqs_disabled() || stand_in.pool)
		return;
	for_each_online_cpu(cpu) run_pool(per_cpu_ptr(&pools, cpu));
}

/* --- waiting ---------------------------------------------------------------------------------- */

static bool idle(struct worker_pool *pool)
{
	return !pool->works.next || (list_empty(&pool->works) && !READ_ONCE(pool->nr_running));
}

void workqueue_settle(void)
{
	unsigned int cpu;

	if (in_atomic() || irqs_disabled())
		return;
	for_each_online_cpu(cpu)
	{
		while (!idle(per_cpu_ptr(&pools, cpu))) {
			workqueue_run();
			cpu_relax();
		}
	}
}

/* Whether POOL still has WORK, queued not later than SEQ; if WQ, any work of that queue. */
static bool has(struct worker_pool *pool, const struct work_struct *work,
		const struct workqueue_struct *wq, u32 seq)
{
	const struct work_struct *waiting;
	const struct worker *worker;
	unsigned long flags;
	bool found = false;

	if (control(flush_returns_early))
		return false;
	spin_lock_irqsave(&pool->lock, flags);
	list_for_each_entry(worker, &pool->workers, list)
		found |= worker->current_work && (s32)(worker->current_seq - seq) <= 0 &&
			 (work ? worker->current_work == work : worker->current_wq == wq);
	list_for_each_entry(waiting, &pool->works, entry) {
		if ((s32)(waiting->seq - seq) > 0 || found)
			break;
		found = work ? waiting == work : waiting->wq == wq;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return found;
}

static void wait_until_gone(struct worker_pool *pool, const struct work_struct *work,
			    const struct workqueue_struct *wq, u32 seq)
{
	while (has(pool, work, wq, seq)) {
		workqueue_run();
		cpu_relax();
	}
}

bool flush_work(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	u32 seq;

	might_sleep();
	if (!pool)
		return false;
	seq = READ_ONCE(pool->seq);
	if (!has(pool, work, NULL, seq))
		return false;
	wait_until_gone(pool, work, NULL, seq);
	return true;
}

bool flush_delayed_work(struct delayed_work *dwork)
{
	if (del_timer_sync(&dwork->timer))
		insert(dwork->cpu, dwork->wq, &dwork->work);
	return flush_work(&dwork->work);
}

void flush_workqueue(struct workqueue_struct *wq)
{
	unsigned int cpu;

	might_sleep();
	if (wq->own) {
		wait_until_gone(wq->own, NULL, wq, READ_ONCE(wq->own->seq));
		return;
	}
	for_each_online_cpu(cpu)
	{
		struct worker_pool *pool = per_cpu_ptr(&pools, cpu);

		if (pool->works.next)
			wait_until_gone(pool, NULL, wq, READ_ONCE(pool->seq));
	}
}

/* --- taking back ------------------------------------------------------------------------------ */

/* Off the list, if it is there: `pending` is the caller's then. */
static bool take_off(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	unsigned long flags;
	bool was_there = false;

	if (!pool)
		return false;
	spin_lock_irqsave(&pool->lock, flags);
	if (work->pool == pool && !list_empty(&work->entry)) {
		list_del_init(&work->entry);
		was_there = true;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return was_there;
}

/* Makes `pending` the caller's, wherever WORK is; true if it waited. TIMER: a delayed work's. */
static bool seize(struct work_struct *work, struct timer_list *timer)
{
	for (;;) {
		if (timer && del_timer(timer))
			return true;
		if (!atomic_xchg(&work->pending, 1))
			return false;
		if (take_off(work))
			return true;
		cpu_relax(); /* on its way onto a list, or another one is cancelling it */
	}
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	bool waited = seize(&dwork->work, &dwork->timer);

	start_timer(cpu, wq, dwork, delay);
	return waited;
}

static bool cancel(struct work_struct *work, struct timer_list *timer, bool sync)
{
	bool waited = seize(work, timer);
	struct worker_pool *pool = work->pool;

	if (sync) {
		might_sleep();
		if (pool)
			wait_until_gone(pool, work, NULL, READ_ONCE(pool->seq));
	}
	atomic_set(&work->pending, 0);
	return waited;
}

bool cancel_work(struct work_struct *work)
{
	return cancel(work, NULL, false);
}

bool cancel_work_sync(struct work_struct *work)
{
	return cancel(work, NULL, true);
}

bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer, false);
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer, true);
}

unsigned int work_busy(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	unsigned int busy = work_pending(work) ? WORK_BUSY_PENDING : 0;
	unsigned long flags;

	if (!pool)
		return busy;
	spin_lock_irqsave(&pool->lock, flags);
	if (runner_of(pool, work))
		busy |= WORK_BUSY_RUNNING;
	spin_unlock_irqrestore(&pool->lock, flags);
	return busy;
}
