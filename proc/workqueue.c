/* SPDX-License-Identifier: MIT */
/*
 * Workers: the threads that do the works of kernel/sync/workqueue.c.
 *
 * Each CPU's pool has one worker for good. When all workers of a pool are blocked and there is more
 * to do, the pool asks for another one; the maker, a thread of its own since making threads sleeps,
 * makes it. It leaves the pool when it finds nothing to do, and the maker buries it: so after any
 * storm there are as many threads and as much memory as before, once workqueue_settle() returns.
 *
 * An ordered queue has a pool of its own with a single worker that is never helped. Pools of queues
 * that were destroyed are kept for the next ones, since works remember where they ran last.
 */
#include "proc/workqueue.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/sync/spinlock.h"
#include "kernel/sync/workqueue_internal.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "proc/kthread.h"

#define NAME_MAX 24

/* Guarded by maker_lock. */
static DEFINE_SPINLOCK(maker_lock);
static LIST_HEAD(leaving); /* extra workers that have left their pools */
static struct task_struct *maker;
static atomic_t maker_called;

struct own_pool {
	struct worker_pool pool;
	struct own_pool *next_spare;
	struct worker *worker;
};
static struct own_pool *spares;

struct owned_queue {
	struct workqueue_struct wq;
	char name[NAME_MAX];
};

static void call_maker(void)
{
	atomic_set(&maker_called, 1);
	wake_up_process(maker);
}

/* An extra worker ends by kthread_stop() of the maker, who then knows that it is gone. */
static int worker_main(void *data)
{
	struct worker *worker = data;

	worker_loop(worker, kthread_should_stop);
	if (!worker->extra)
		return 0;
	spin_lock_irq(&maker_lock);
	list_add(&worker->list, &leaving);
	spin_unlock_irq(&maker_lock);
	call_maker();
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static struct worker *make_worker(struct worker_pool *pool, const char *name, bool extra)
{
	struct worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	if (!worker)
		return NULL;
	worker->pool = pool;
	worker->extra = extra;
	worker->task = pool->cpu < NR_CPUS
			       ? kthread_create_on_cpu(worker_main, worker, pool->cpu, name)
			       : kthread_create(worker_main, worker, "%s", name);
	if (IS_ERR(worker->task)) {
		kfree(worker);
		return NULL;
	}
	worker_add(worker);
	wake_up_process(worker->task);
	return worker;
}

static void bury(void)
{
	struct worker_pool *pool;
	struct worker *worker;

	for (;;) {
		spin_lock_irq(&maker_lock);
		worker = list_first_entry_or_null(&leaving, struct worker, list);
		if (worker)
			list_del(&worker->list);
		spin_unlock_irq(&maker_lock);
		if (!worker)
			return;
		kthread_stop(worker->task);
		pool = worker->pool;
		kfree(worker);
		worker_gone(pool); /* the last step: who waits for it shall find nothing left */
	}
}

static void make_wanted(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		struct worker_pool *pool = per_cpu_ptr(&cpu_worker_pools, cpu);

		if (!READ_ONCE(pool->wants_worker) || make_worker(pool, "kworker/%u+", true))
			continue;
		WRITE_ONCE(pool->wants_worker, false);
		worker_gone(pool);
	}
}

static int __noreturn maker_main(void *data)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (!atomic_xchg(&maker_called, 0)) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		bury();
		make_wanted();
	}
}

static void worker_wanted(struct worker_pool *pool)
{
	call_maker();
}

void workqueue_start(void)
{
	unsigned int cpu;

	maker = kthread_run(maker_main, NULL, "kworker/make");
	if (WARN(IS_ERR(maker), "no memory for the first threads"))
		return;
	worker_wanted_hook = worker_wanted;
	for_each_online_cpu(cpu)
		WARN_ON(!make_worker(per_cpu_ptr(&cpu_worker_pools, cpu), "kworker/%u", false));
}

/* --- queues ----------------------------------------------------------------------------------- */

static struct own_pool *take_pool(void)
{
	struct own_pool *own;

	spin_lock_irq(&maker_lock);
	own = spares;
	if (own)
		spares = own->next_spare;
	spin_unlock_irq(&maker_lock);
	if (own)
		return own;
	own = kzalloc(sizeof(*own), GFP_KERNEL);
	if (own)
		worker_pool_init(&own->pool, NR_CPUS, 1);
	return own;
}

static void spare_pool(struct own_pool *own)
{
	spin_lock_irq(&maker_lock);
	own->next_spare = spares;
	spares = own;
	spin_unlock_irq(&maker_lock);
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct owned_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	struct own_pool *own = NULL;
	va_list args;

	if (!queue)
		return NULL;
	va_start(args, max_active);
	vsnprintf(queue->name, sizeof(queue->name), fmt, args);
	va_end(args);
	queue->wq.name = queue->name;
	queue->wq.flags = flags;
	if (!(flags & WQ_ORDERED) || control(ordered_two_at_once))
		return &queue->wq;
	own = take_pool();
	if (own)
		own->worker = make_worker(&own->pool, queue->name, false);
	if (!own || !own->worker) {
		if (own)
			spare_pool(own);
		kfree(queue);
		return NULL;
	}
	queue->wq.own = &own->pool;
	return &queue->wq;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	struct own_pool *own;

	flush_workqueue(wq);
	if (wq->own) {
		own = container_of(wq->own, struct own_pool, pool);
		kthread_stop(own->worker->task);
		worker_remove(own->worker);
		kfree(own->worker);
		own->worker = NULL;
		spare_pool(own);
	}
	kfree(container_of(wq, struct owned_queue, wq));
}
