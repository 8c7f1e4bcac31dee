/* SPDX-License-Identifier: MIT */
/*
 * Worker pools: who does what kernel/sync/workqueue.c has queued. See workqueue_internal.h.
 *
 * One worker that runs is enough for a pool: another one is woken only if all others are blocked in
 * a work. A worker that blocks tells nobody; but while there is work and somebody who should do it,
 * a timer looks every other tick whether he still can, or whether nobody has come to the oldest
 * work since its last look. Then one more is asked for (proc/workqueue.c), which leaves when there
 * is nothing to do any more.
 *
 * A worker passes over a work that another worker of its pool is still running: no work ever runs
 * twice at once.
 *
 * Until there are threads, a pool has no workers, and whoever idles does the work
 * (workqueue_run()).
 */
#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue_internal.h"
#include "lib/bug.h"

#define WATCH_TICKS 2
#define WORKERS_MAX 16 /* of one CPU */

DEFINE_PER_CPU(struct worker_pool, cpu_worker_pools);
static struct worker stand_in; /* who does the work as long as there are no threads */
void (*worker_wanted_hook)(struct worker_pool *pool);

/* --- who is called ---------------------------------------------------------------------------- */

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

struct worker *worker_running(struct worker_pool *pool, const struct work_struct *work)
{
	struct worker *worker;

	list_for_each_entry(worker, &pool->workers, list)
		if (worker_is_in(worker, work, work->func))
			return worker;
	return NULL;
}

/* The oldest work that no worker is running. */
static struct work_struct *next_work(struct worker_pool *pool)
{
	struct work_struct *work;

	list_for_each_entry(work, &pool->works, entry)
		if (!worker_running(pool, work))
			return work;
	return NULL;
}

struct task_struct *worker_call(struct worker_pool *pool, bool stuck)
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
		task = worker_call(pool, work->seq == pool->watched_seq);
		pool->watched_seq = work->seq;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (task)
		wake_up_process(task);
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
		worker->current_func = func;
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
