/* SPDX-License-Identifier: MIT */
/*
 * Work queues. See workqueue.h.
 *
 * Each CPU has a pool: a list of works and the workers that take from it. `pending` of a work is
 * the right to put it somewhere: who turns it from 0 to 1 queues the work (or starts its timer, or
 * cancels it); it is cleared just before the function is called, so what happens after that moment,
 * perhaps unseen by the function, queues the work anew.
 *
 * One worker that runs is enough for a pool: another one is woken only if all others are blocked in
 * a work. A worker that blocks tells nobody; but while there is work and somebody who should do it,
 * a timer looks every other tick whether he still can, or whether nobody has come to the oldest
 * work since its last look. Then one more is asked for (proc/workqueue.c), which leaves when there
 * is nothing to do any more.
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
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue_internal.h"
#include "lib/bug.h"
#include "lib/control.h"

#define WATCH_TICKS 2
#define WORKERS_MAX 16 /* of one CPU */

DEFINE_PER_CPU(struct worker_pool, cpu_worker_pools);
static struct worker stand_in; /* who does the work as long as there are no threads */
void (*worker_wanted_hook)(struct worker_pool *pool);

struct workqueue_struct system_workqueue = {.name = "events"};

/* --- pools ------------------------------------------------------------------------------------ */

static void watch(struct timer_list *timer);

void worker_pool_init(struct worker_pool *pool, unsigned int cpu, unsigned int max_workers)
{
	*pool = (struct worker_pool){.works = LIST_HEAD_INIT(pool->works),
				     .workers = LIST_HEAD_INIT(pool->workers),
				     .max_workers = max_workers,
				     .cpu = cpu};
	spin_lock_init(&pool->lock);
	init_waitqueue_head(&pool->ended);
	timer_setup(&pool->watch, watch, TIMER_PINNED);
}

void workqueue_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		struct worker_pool *pool = per_cpu_ptr(&cpu_worker_pools, cpu);

		worker_pool_init(pool, cpu, WORKERS_MAX);
		pool->watch.cpu = (u16)cpu;
	}
}

static struct worker *runner_of(struct worker_pool *pool, const struct work_struct *work)
{
	struct worker *worker;

	list_for_each_entry(worker, &pool->workers, list)
		if (worker->current_work == work)
			return worker;
	return NULL;
}

/* The oldest work that no worker is running. */
static struct work_struct *next_work(struct worker_pool *pool)
{
	struct work_struct *work;

	list_for_each_entry(work, &pool->works, entry)
		if (!runner_of(pool, work))
			return work;
	return NULL;
}

/*
 * There is work. Somebody who is not blocked will come to it; else the one to be woken for it is
 * returned, whom the caller wakes when he has given up the pool's lock. STUCK: nobody came for
 * long.
 */
static struct task_struct *call_worker(struct worker_pool *pool, bool stuck)
{
	struct worker *worker, *idle = NULL;
	bool somebody = false;

	if (!pool->nr_workers)
		return NULL;
	list_for_each_entry(worker, &pool->workers, list) {
		if (worker->idle)
			idle = worker;
		else if (!stuck && task_is_running(worker->task))
			somebody = true;
	}
	if (!somebody && idle) {
		idle->idle = false;
		return idle->task;
	}
	if (!somebody && pool->nr_workers + pool->nr_extra < pool->max_workers &&
	    !pool->wants_worker && worker_wanted_hook) {
		pool->wants_worker = true;
		pool->nr_extra++;
		worker_wanted_hook(pool);
	}
	if (!timer_pending(&pool->watch))
		mod_timer(&pool->watch, jiffies + WATCH_TICKS);
	return NULL;
}

static void watch(struct timer_list *timer)
{
	struct worker_pool *pool = from_timer(pool, timer, watch);
	struct task_struct *task = NULL;
	struct work_struct *work;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	work = next_work(pool);
	if (work) {
		task = call_worker(pool, work->seq == pool->watched_seq);
		pool->watched_seq = work->seq;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (task)
		wake_up_process(task);
}

/* --- queueing --------------------------------------------------------------------------------- */

/* Locks the pool for WORK: WANTED, unless it is running where it was queued before. */
static struct worker_pool *lock_pool_for(struct work_struct *work, struct worker_pool *wanted)
{
	struct worker_pool *last = work->pool;

	if (last && last != wanted && !control(work_runs_twice)) {
		spin_lock(&last->lock);
		if (runner_of(last, work))
			return last;
		spin_unlock(&last->lock);
	}
	spin_lock(&wanted->lock);
	return wanted;
}

/* The caller has turned work->pending to 1. */
static void insert(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	struct worker_pool *pool = wq->own;
	struct task_struct *task;
	unsigned long flags;

	local_irq_save(flags);
	if (!pool)
		pool = cpu == WORK_CPU_UNBOUND ? this_cpu_ptr(&cpu_worker_pools)
					       : per_cpu_ptr(&cpu_worker_pools, (unsigned int)cpu);
	pool = lock_pool_for(work, pool);
	work->pool = pool;
	work->wq = wq;
	work->seq = ++pool->seq;
	list_add_tail(&work->entry, &pool->works);
	task = call_worker(pool, false);
	spin_unlock_irqrestore(&pool->lock, flags);
	if (task)
		wake_up_process(task);
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

/* Takes the oldest work of the worker's pool and runs it; false if there is none. */
static bool run_one(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;
	struct work_struct *work;
	work_func_t func = NULL;

	spin_lock_irq(&pool->lock);
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
	spin_unlock_irq(&pool->lock);
	if (!work)
		return false;
	call(work, func);
	spin_lock_irq(&pool->lock);
	worker->current_work = NULL;
	pool->nr_running--;
	spin_unlock_irq(&pool->lock);
	if (wq_has_sleeper(&pool->ended))
		wake_up_all(&pool->ended);
	return true;
}

void worker_add(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	spin_lock_irq(&pool->lock);
	list_add_tail(&worker->list, &pool->workers);
	pool->nr_workers++;
	pool->wants_worker = false;
	spin_unlock_irq(&pool->lock);
}

void worker_remove(struct worker *worker)
{
	struct worker_pool *pool = worker->pool;

	spin_lock_irq(&pool->lock);
	list_del_init(&worker->list);
	pool->nr_workers--;
	spin_unlock_irq(&pool->lock);
}

/* Nothing to do: an extra worker leaves, others sleep until they are called. True: it has left. */
static bool rest(struct worker *worker, bool (*should_stop)(void))
{
	struct worker_pool *pool = worker->pool;

	spin_lock_irq(&pool->lock);
	if (next_work(pool)) {
		spin_unlock_irq(&pool->lock);
		return false;
	}
	if (worker->extra) {
		list_del_init(&worker->list);
		pool->nr_workers--;
		spin_unlock_irq(&pool->lock);
		return true;
	}
	worker->idle = true;
	set_current_state(TASK_IDLE);
	spin_unlock_irq(&pool->lock);
	if (!should_stop())
		schedule();
	__set_current_state(TASK_RUNNING);
	spin_lock_irq(&pool->lock);
	worker->idle = false;
	spin_unlock_irq(&pool->lock);
	return false;
}

void worker_loop(struct worker *worker, bool (*should_stop)(void))
{
	while (!should_stop())
		if (!run_one(worker) && rest(worker, should_stop))
			return;
}

void worker_gone(struct worker_pool *pool)
{
	spin_lock_irq(&pool->lock);
	pool->nr_extra--;
	spin_unlock_irq(&pool->lock);
	wake_up_all(&pool->ended);
}

static void run_pool(struct worker_pool *pool)
{
	u32 last = READ_ONCE(pool->seq);

	if (pool->nr_workers)
		return;
	stand_in.pool = pool;
	spin_lock_irq(&pool->lock);
	list_add(&stand_in.list, &pool->workers);
	spin_unlock_irq(&pool->lock);
	while (!list_empty(&pool->works) &&
	       (s32)(list_first_entry(&pool->works, struct work_struct, entry)->seq - last) <= 0)
		if (!run_one(&stand_in))
			break;
	spin_lock_irq(&pool->lock);
	list_del(&stand_in.list);
	spin_unlock_irq(&pool->lock);
	stand_in.pool = NULL;
}

void workqueue_run(void)
{
	unsigned int cpu;

	if (in_atomic() || irqs_disabled() || stand_in.pool)
		return;
	for_each_online_cpu(cpu) run_pool(per_cpu_ptr(&cpu_worker_pools, cpu));
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
	wait_for_work(pool, !has(pool, work, wq, seq));
}

/* Is this the thread that is running WORK? It would wait for itself. */
static bool is_own_work(struct worker_pool *pool, const struct work_struct *work)
{
	const struct worker *worker;
	unsigned long flags;
	bool own = false;

	spin_lock_irqsave(&pool->lock, flags);
	list_for_each_entry(worker, &pool->workers, list)
		own |= worker->current_work == work && worker->task == current;
	spin_unlock_irqrestore(&pool->lock, flags);
	return own;
}

bool flush_work(struct work_struct *work)
{
	struct worker_pool *pool = READ_ONCE(work->pool);
	u32 seq;

	might_sleep();
	if (!pool)
		return false;
	seq = READ_ONCE(pool->seq);
	if (!has(pool, work, NULL, seq) ||
	    WARN(is_own_work(pool, work), "work %ps waits for its own end", work->func))
		return false;
	wait_until_gone(pool, work, NULL, seq);
	return true;
}

bool flush_delayed_work(struct delayed_work *dwork)
{
	bool waited = del_timer_sync(&dwork->timer);

	if (waited)
		insert(dwork->cpu, dwork->wq, &dwork->work);
	return flush_work(&dwork->work) || waited;
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
		struct worker_pool *pool = per_cpu_ptr(&cpu_worker_pools, cpu);

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
		/* On its way onto a list, or another one is cancelling it, which may take long. */
		if (preemptible())
			schedule_timeout_uninterruptible(1);
		cpu_relax();
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
		if (pool &&
		    !WARN(is_own_work(pool, work), "work %ps waits for its own end", work->func))
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
