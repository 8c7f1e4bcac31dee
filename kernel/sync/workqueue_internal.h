/* SPDX-License-Identifier: MIT */
/*
 * Pools of worker threads, as kernel/sync/workqueue.c and proc/workqueue.c share them.
 */
#ifndef KERNEL_SYNC_WORKQUEUE_INTERNAL_H
#define KERNEL_SYNC_WORKQUEUE_INTERNAL_H

#include "kernel/sync/workqueue.h"

struct worker {
	struct list_head list; /* of its pool */
	struct worker_pool *pool;
	struct work_struct
		*current_work; /* NULL: none. Perhaps freed already: only to be compared */
	struct workqueue_struct *current_wq;
	u32 current_seq;
};

struct worker_pool {
	spinlock_t lock; /* guards all of it, and the works in it; interrupts off */
	struct list_head works;
	struct list_head workers;
	u32 seq;
	unsigned int nr_workers, nr_running; /* threads; those that are in a work */
};

struct workqueue_struct {
	const char *name;
	unsigned int flags;
	struct worker_pool *own; /* of an ordered queue; NULL: each CPU's */
};

void worker_pool_init(struct worker_pool *pool);

/* Takes the oldest work of the worker's pool and runs it; false if there is none. */
bool worker_run_one(struct worker *worker);

#endif
