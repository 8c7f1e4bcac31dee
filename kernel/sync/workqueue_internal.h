/* SPDX-License-Identifier: MIT */
/*
 * Pools of worker threads, as kernel/sync/workqueue.c (how works are handed over),
 * kernel/sync/worker_pool.c (who does them) and proc/workqueue.c (how workers are made) share them.
 */
#ifndef KERNEL_SYNC_WORKQUEUE_INTERNAL_H
#define KERNEL_SYNC_WORKQUEUE_INTERNAL_H

#include "kernel/sync/wait.h"
#include "kernel/sync/workqueue.h"
#include "lib/control.h"

struct worker {
	struct list_head list; /* of its pool */
	struct worker_pool *pool;
	struct task_struct *task;
	bool idle;  /* sleeps until there is work */
	bool extra; /* made because all others were blocked: goes when it has nothing to do */
	struct work_struct *current_work; /* only to be compared: perhaps it is freed already */
	work_func_t current_func;         /* tells it from what lies there by now */
	struct workqueue_struct *current_wq;
	u32 current_seq;
};

struct worker_pool {
	spinlock_t lock; /* guards all of it, and the works in it; interrupts off */
	struct list_head works;
	struct list_head workers;
	struct wait_queue_head ended; /* those who wait for the end of some work */
	struct timer_list watch;      /* armed while there is more work than workers that run */
	u32 seq;
	u32 watched_seq; /* of the oldest work, when the watch looked */
	unsigned int nr_workers;
	unsigned int nr_running; /* workers that are in a work */
	unsigned int nr_extra;   /* made, or being made, and not gone */
	unsigned int max_workers;
	unsigned int cpu; /* its workers' CPU; NR_CPUS: any */
	bool wants_worker;
};

struct workqueue_struct {
	const char *name;
	unsigned int flags;
	struct worker_pool *own; /* of an ordered queue; NULL: each CPU's */
};

DECLARE_PER_CPU(struct worker_pool, cpu_worker_pools);

/* worker_pool_init() - an empty pool; each CPU's are made at the first use of any. */
void worker_pool_init(struct worker_pool *pool, unsigned int cpu, unsigned int max_workers);

/*
 * worker_is_in() - is @worker in @work, with @func? The pool's lock is held. What has the address
 * of a work that runs, but another function, is another work: the first one has freed itself.
 */
static inline bool worker_is_in(const struct worker *worker, const struct work_struct *work,
				work_func_t func)
{
	return worker->current_work == work &&
	       (worker->current_func == func || control(work_known_by_address));
}

/* worker_running() - the worker of @pool that is in @work, or NULL. The pool's lock is held. */
struct worker *worker_running(struct worker_pool *pool, const struct work_struct *work);

/*
 * worker_call() - sees to it that somebody comes to the works of @pool, whose lock is held: nothing
 * to do if one who is not blocked will; else an idle one is returned, whom the caller wakes when he
 * has given up the lock; and if there is none, one more is asked for. @stuck: nobody came for long.
 */
struct task_struct *worker_call(struct worker_pool *pool, bool stuck);

/* worker_add() - @worker, whose pool and task are set, takes part from now on. */
void worker_add(struct worker *worker);

/* worker_remove() - it takes part no more; its thread has ended. */
void worker_remove(struct worker *worker);

/*
 * worker_loop() - what the thread of @worker does: works, and sleeps. Returns when kthread_stop()
 * was asked for (@should_stop), or when an extra worker has nothing left to do: it belongs to no
 * pool then.
 */
void worker_loop(struct worker *worker, bool (*should_stop)(void));

/* worker_gone() - an extra worker of @pool is gone, or could not be made. */
void worker_gone(struct worker_pool *pool);

/* Called when a pool has set wants_worker; any context. */
extern void (*worker_wanted_hook)(struct worker_pool *pool);

#endif
