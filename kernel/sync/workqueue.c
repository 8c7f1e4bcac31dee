/* SPDX-License-Identifier: MIT */
/*
 * Work queues. See workqueue.h.
 *
 * Each CPU has a pool: a list of works and the workers that take from it. `pending` of a work is
 * the right to put it somewhere: who turns it from idle to pending queues the work (or starts its
 * timer, or takes it back); it is cleared just before the function is called, so what happens after
 * that moment, perhaps unseen by the function, queues the work anew.
 *
 * Between turning it and having put the work where it can be found, interrupts are off. So whoever
 * finds it pending, but nowhere, has only to look again: some other CPU is about to be done. That
 * makes it fit for interrupts. A thread that waits for a work's end as it cancels it takes long;
 * it turns `pending` to cancelling, and others neither touch the work nor wait for it, except who
 * cancels in the same way: he sleeps until it is over.
 *
 * That a work never runs twice at once: each pool knows what its workers are running, and a work
 * that still runs in the pool where it was queued before is queued there again; a worker passes
 * over a work that another worker of its pool is still running.
 *
 * To wait for a work is to wait until neither the list nor the workers of its pool have it with a
 * number that is not newer than the call. Works may free themselves, so a work is only looked into
 * while it is on a list; that of a worker is compared by address and function. (Where the same
 * function is given the same memory again while it still runs, the two count as one.)
 */
#include "kernel/sync/workqueue.h"
#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue_internal.h"
#include "lib/bug.h"
#include "lib/control.h"

struct workqueue_struct system_workqueue = {.name = "events"};

/* --- queueing --------------------------------------------------------------------------------- */

/* Locks the pool for WORK: WANTED, unless it is running where it was queued before. */
static struct worker_pool *lock_pool_for(struct work_struct *work, struct worker_pool *wanted)
{
	struct worker_pool *last = work->pool;

	if (last && last != wanted && !control(work_runs_twice)) {
		spin_lock(&last->lock);
		if (worker_running(last, work))
			return last;
		spin_unlock(&last->lock);
	}
	spin_lock(&wanted->lock);
	return wanted;
}

/* The caller has turned work->pending; interrupts off. */
static void insert(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct worker_pool *pool = wq->own;
	struct task_struct *task;

	if (!pool)
		pool = cpu == WORK_CPU_UNBOUND ? this_cpu_ptr(&cpu_worker_pools)
					       : per_cpu_ptr(&cpu_worker_pools, (unsigned int)cpu);
	pool = lock_pool_for(work, pool);
	work->pool = pool;
	work->wq = wq;
	work->seq = ++pool->seq;
	list_add_tail(&work->entry, &pool->works);
	task = worker_call(pool, false);
	spin_unlock(&pool->lock);
	if (task)
		wake_up_process(task);
}

/* Interrupts on again, if they were: who was woken meanwhile may have to run at once. */
static void irqs_back(unsigned long flags)
{
	local_irq_restore(flags);
	preempt_check_resched();
}

/* Turns `pending` from idle; returns what it was. Interrupts off. */
static int claim(struct work_struct *work)
{
	return atomic_cmpxchg(&work->pending, WORK_IDLE, WORK_PENDING);
}

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned long flags;
	bool queued;

	local_irq_save(flags);
	queued = !control(work_lost) && claim(work) == WORK_IDLE;
	if (queued)
		insert(cpu, wq, work);
	irqs_back(flags);
	return queued;
}

/* The caller has turned dwork->work.pending; interrupts off. */
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

/* Interrupts are off since the timer was taken out of the wheel (TIMER_IRQSAFE). */
void delayed_work_timer(struct timer_list *timer)
{
	struct delayed_work *dwork = from_timer(dwork, timer, timer);

	insert(dwork->cpu, dwork->wq, &dwork->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	unsigned long flags;
	bool queued;

	local_irq_save(flags);
	queued = claim(&dwork->work) == WORK_IDLE;
	if (queued)
		start_timer(cpu, wq, dwork, delay);
	irqs_back(flags);
	return queued;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static bool quiet(struct worker_pool *pool)
{
	unsigned long flags;
	bool nothing;

	spin_lock_irqsave(&pool->lock, flags);
	nothing = list_empty(&pool->works) && !pool->nr_running && !pool->nr_extra;
	spin_unlock_irqrestore(&pool->lock, flags);
	return nothing;
}

/* Sleeps until CONDITION, which an end of work of POOL makes true; without threads it works. */
#define wait_for_work(pool, condition)                                                             \
	do {                                                                                       \
		while (!(pool)->nr_workers && !(condition))                                        \
			workqueue_run();                                                           \
		wait_event((pool)->ended, condition);                                              \
	} while (0)

void workqueue_settle(void)
{
	unsigned int cpu;

	if (in_atomic() || irqs_disabled())
		return;
	for_each_online_cpu(cpu)
	{
		struct worker_pool *pool = per_cpu_ptr(&cpu_worker_pools, cpu);

		wait_for_work(pool, quiet(pool));
	}
}

/*
 * Whether POOL still has WORK, queued not later than SEQ; if WQ, any work of that queue. WORK may
 * be freed by now, so the caller says its FUNC.
 */
static bool has(struct worker_pool *pool, const struct work_struct *work, work_func_t func,
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
			 (work ? worker_is_in(worker, work, func) : worker->current_wq == wq);
	list_for_each_entry(waiting, &pool->works, entry) {
		if ((s32)(waiting->seq - seq) > 0 || found)
			break;
		found = work ? waiting == work : waiting->wq == wq;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return found;
}

static void wait_until_gone(struct worker_pool *pool, const struct work_struct *work,
			    work_func_t func, const struct workqueue_struct *wq, u32 seq)
{
	wait_for_work(pool, !has(pool, work, func, wq, seq));
}

/* Is this the thread that is running WORK? It would wait for itself. */
static bool is_own_work(struct worker_pool *pool, const struct work_struct *work, work_func_t func)
{
	const struct worker *worker;
	unsigned long flags;
	bool own = false;

	spin_lock_irqsave(&pool->lock, flags);
	list_for_each_entry(worker, &pool->workers, list)
		own |= worker_is_in(worker, work, func) && worker->task == current;
	spin_unlock_irqrestore(&pool->lock, flags);
	return own;
}

bool flush_work(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	work_func_t func = work->func;
	u32 seq;

	might_sleep();
	if (!pool)
		return false;
	seq = READ_ONCE(pool->seq);
	if (!has(pool, work, func, NULL, seq) ||
	    WARN(is_own_work(pool, work, func), "work %ps waits for its own end", func))
		return false;
	wait_until_gone(pool, work, func, NULL, seq);
	return true;
}

bool flush_delayed_work(struct delayed_work *dwork)
{
	unsigned long flags;
	bool waited;

	local_irq_save(flags);
	waited = del_timer_sync(&dwork->timer);
	if (waited)
		insert(dwork->cpu, dwork->wq, &dwork->work);
	irqs_back(flags);
	return flush_work(&dwork->work) || waited;
}

void flush_workqueue(struct workqueue_struct *wq)
{
	unsigned int cpu;

	might_sleep();
	if (wq->own) {
		wait_until_gone(wq->own, NULL, NULL, wq, READ_ONCE(wq->own->seq));
		return;
	}
	for_each_online_cpu(cpu)
	{
		struct worker_pool *pool = per_cpu_ptr(&cpu_worker_pools, cpu);

		wait_until_gone(pool, NULL, NULL, wq, READ_ONCE(pool->seq));
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

enum seized { WAS_IDLE, WAS_WAITING, IS_CANCELLED };

/*
 * Makes `pending` the caller's, wherever WORK is, unless somebody is cancelling it. TIMER: a
 * delayed work's. Interrupts off, until the caller has made something of it.
 */
static enum seized seize(struct work_struct *work, struct timer_list *timer)
{
	for (;;) {
		if (timer && del_timer(timer))
			return WAS_WAITING;
		switch (claim(work)) {
		case WORK_IDLE:
			return WAS_IDLE;
		case WORK_CANCELLING:
			return IS_CANCELLED;
		}
		if (take_off(work))
			return WAS_WAITING;
		cpu_relax(); /* another CPU is about to put it somewhere */
	}
}

bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	unsigned long flags;
	enum seized seized;

	local_irq_save(flags);
	seized = seize(&dwork->work, &dwork->timer);
	if (seized != IS_CANCELLED || control(cancelled_is_queued))
		start_timer(cpu, wq, dwork, delay);
	irqs_back(flags);
	return seized != WAS_IDLE;
}

/* Seizes WORK and leaves it in the state NEXT. */
static enum seized seize_for(struct work_struct *work, struct timer_list *timer, int next)
{
	unsigned long flags;
	enum seized seized;

	local_irq_save(flags);
	seized = seize(work, timer);
	if (seized != IS_CANCELLED)
		atomic_set(&work->pending, next);
	local_irq_restore(flags);
	return seized;
}

static bool cancel(struct work_struct *work, struct timer_list *timer)
{
	return seize_for(work, timer, WORK_IDLE) == WAS_WAITING;
}

/* Threads that want to cancel what another one is cancelling; few, so one queue is enough. */
static DECLARE_WAIT_QUEUE_HEAD(cancel_queue);

static bool cancel_sync(struct work_struct *work, struct timer_list *timer)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	enum seized seized;

	might_sleep();
	if (WARN(pool && is_own_work(pool, work, work->func), "work %ps waits for its own end",
		 work->func))
		return cancel(work, timer);
	while ((seized = seize_for(work, timer, WORK_CANCELLING)) == IS_CANCELLED)
		wait_event(cancel_queue, atomic_read(&work->pending) != WORK_CANCELLING);
	pool = work->pool;
	if (pool)
		wait_until_gone(pool, work, work->func, NULL, READ_ONCE(pool->seq));
	atomic_set(&work->pending, WORK_IDLE);
	if (wq_has_sleeper(&cancel_queue)) /* a full barrier */
		wake_up_all(&cancel_queue);
	return seized == WAS_WAITING;
}

bool cancel_work(struct work_struct *work)
{
	return cancel(work, NULL);
}

bool cancel_work_sync(struct work_struct *work)
{
	return cancel_sync(work, NULL);
}

bool cancel_delayed_work(struct delayed_work *dwork)
{
	return cancel(&dwork->work, &dwork->timer);
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return cancel_sync(&dwork->work, &dwork->timer);
}

unsigned int work_busy(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	unsigned int busy = work_pending(work) ? WORK_BUSY_PENDING : 0;
	unsigned long flags;

	if (!pool)
		return busy;
	spin_lock_irqsave(&pool->lock, flags);
	if (worker_running(pool, work))
		busy |= WORK_BUSY_RUNNING;
	spin_unlock_irqrestore(&pool->lock, flags);
	return busy;
}
