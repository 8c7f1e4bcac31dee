/* SPDX-License-Identifier: MIT */
/*
 * The threads behind work queues, and queues that are made at run time. See workqueue.c.
 */
#ifndef PROC_WORKQUEUE_H
#define PROC_WORKQUEUE_H

#include "kernel/sync/workqueue.h"

/* Flags, with Linux's values. All but WQ_ORDERED are accepted and change nothing. */
#define WQ_UNBOUND         (1 << 1)
#define WQ_FREEZABLE       (1 << 2)
#define WQ_MEM_RECLAIM     (1 << 3)
#define WQ_HIGHPRI         (1 << 4)
#define WQ_CPU_INTENSIVE   (1 << 5)
#define WQ_POWER_EFFICIENT (1 << 7)
#define WQ_ORDERED         (1 << 17)

/* workqueue_start() - worker threads for all CPUs that run. Once. */
void workqueue_start(void);

/*
 * alloc_workqueue() - a queue of its own name, which can be flushed and destroyed on its own; its
 * works are done by the CPUs' workers. @max_active is not a limit here.
 * alloc_ordered_workqueue() - one whose works run one after the other, in their order, on a thread
 * of its own.
 *
 * @fmt, a printf format, is only read during the call. NULL: no memory. May sleep.
 */
struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
	__printf(1, 4);
#define alloc_ordered_workqueue(fmt, flags, ...)                                                   \
	alloc_workqueue(fmt, WQ_UNBOUND | WQ_ORDERED | (flags), 1, ##__VA_ARGS__)
#define create_workqueue(name)              alloc_workqueue("%s", 0, 1, name)
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", 0, name)

/*
 * destroy_workqueue() - frees @wq when its last work has ended, which it waits for. Nobody may
 * queue any more. May sleep.
 */
void destroy_workqueue(struct workqueue_struct *wq);

#define drain_workqueue(wq) flush_workqueue(wq)

#endif
