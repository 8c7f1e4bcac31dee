/* SPDX-License-Identifier: MIT */
/*
 * Work queues: what must be done by a thread, handed over by anybody.
 *
 * A work is a function with a place to hang it up by, usually part of a larger object. Queued in
 * any context, it is called once, soon, by a worker thread of this CPU (or of the one asked for):
 * there it may sleep. Queued while it waits already, nothing happens; queued while it runs, it will
 * run once more. It never runs twice at once. Its memory is its own again when it is called: it may
 * queue itself, and free what holds it. A work made in that memory with another function has
 * nothing to do with it. Names and meanings are Linux's.
 *
 * A delayed work is queued by a timer.
 *
 * Works of one CPU are begun in the order in which they were queued; several may be under way at a
 * time. Only an ordered queue (alloc_ordered_workqueue(), proc/workqueue.h) ends one before the
 * next.
 */
#ifndef KERNEL_SYNC_WORKQUEUE_H
#define KERNEL_SYNC_WORKQUEUE_H

#include "boot/layout.h"
#include "kernel/sync/spinlock_types.h"
#include "kernel/sync/timer.h"
#include "lib/atomic.h"
#include "lib/list.h"

struct work_struct;
struct worker_pool;
struct workqueue_struct;
typedef void (*work_func_t)(struct work_struct *work);

/* What work_struct.pending may be. */
enum {
	WORK_IDLE,       /* not queued; perhaps running */
	WORK_PENDING,    /* queued, on a timer, or on its way there */
	WORK_CANCELLING, /* somebody sleeps in cancel_work_sync(): nobody may queue it */
};

struct work_struct {
	struct list_head entry; /* in its pool's list; empty: not there */
	work_func_t func;
	atomic_t pending;            /* WORK_IDLE, ... */
	u32 seq;                     /* number of this queueing, in its pool */
	struct worker_pool *pool;    /* where it was queued last */
	struct workqueue_struct *wq; /* as what */
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
	int cpu;
};

#define WORK_CPU_UNBOUND NR_CPUS /* wherever it is queued */

#define __WORK_INITIALIZER(name, fn)                                                               \
	{                                                                                          \
		.entry = LIST_HEAD_INIT((name).entry), .func = (fn)                                \
	}
#define DECLARE_WORK(name, fn) struct work_struct name = __WORK_INITIALIZER(name, fn)
#define INIT_WORK(work, fn)                                                                        \
	do {                                                                                       \
		*(work) = (struct work_struct)__WORK_INITIALIZER(*(work), fn);                     \
	} while (0)
#define INIT_WORK_ONSTACK(work, fn) INIT_WORK(work, fn)
#define destroy_work_on_stack(work)                                                                \
	do {                                                                                       \
	} while (0)

void delayed_work_timer(struct timer_list *timer);
#define DECLARE_DELAYED_WORK(name, fn)                                                             \
	struct delayed_work name = {                                                               \
		.work = __WORK_INITIALIZER((name).work, fn),                                       \
		.timer = __TIMER_INITIALIZER(delayed_work_timer, TIMER_IRQSAFE),                   \
	}
#define INIT_DELAYED_WORK(dwork, fn)                                                               \
	do {                                                                                       \
		INIT_WORK(&(dwork)->work, fn);                                                     \
		timer_setup(&(dwork)->timer, delayed_work_timer, TIMER_IRQSAFE);                   \
	} while (0)

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

#define work_pending(work)          (atomic_read(&(work)->pending) != WORK_IDLE)
#define delayed_work_pending(dwork) work_pending(&(dwork)->work)

/* The queue of schedule_work(), and others that Linux has and that are the same here. */
extern struct workqueue_struct system_workqueue;
#define system_wq           (&system_workqueue)
#define system_highpri_wq   (&system_workqueue)
#define system_long_wq      (&system_workqueue)
#define system_unbound_wq   (&system_workqueue)
#define system_freezable_wq (&system_workqueue)

/*
 * queue_work() - hand @work over. False if it waits already. Any context but NMI.
 * queue_work_on() - to the worker threads of @cpu, which must run.
 * queue_delayed_work(), _on() - in @delay ticks (0: at once). False if it waits already.
 * mod_delayed_work(), _on() - the same, or change when it is to run; true if it waited already.
 * While a thread is in cancel_*work_sync() of the same work, none of them queues it: the first
 * three return false, the last one true, as in Linux. queue_*() and mod_*(): any context but NMI;
 * nothing is waited for but other CPUs' few steps.
 */
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay);
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay);

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				    unsigned long delay)
{
	return mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

#define schedule_work(work)                 queue_work(system_wq, work)
#define schedule_work_on(cpu, work)         queue_work_on(cpu, system_wq, work)
#define schedule_delayed_work(dwork, delay) queue_delayed_work(system_wq, dwork, delay)
#define schedule_delayed_work_on(cpu, dwork, delay)                                                \
	queue_delayed_work_on(cpu, system_wq, dwork, delay)

/*
 * flush_work() - wait until @work, if it waits or runs, has ended; queueings after the call do not
 *	count. True if there was anything to wait for. flush_delayed_work() has it run at once.
 * cancel_work_sync() - take @work back if it waits, and wait until it is not running; it cannot
 *	queue itself meanwhile. True if it waited. cancel_delayed_work_sync() the same.
 *	Several threads may be at it; each returns when it is over.
 * cancel_work(), cancel_delayed_work() - do not wait for its end. False, and nothing is done, while
 *	a thread is in one of the two above.
 * flush_workqueue() - wait for all that was queued on @wq before.
 * All but cancel_work() and cancel_delayed_work() may sleep. Not from the work itself: reported.
 */
bool flush_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work_sync(struct delayed_work *dwork);
void flush_workqueue(struct workqueue_struct *wq);
#define flush_scheduled_work() flush_workqueue(system_wq)

/* work_busy() - a guess: is it waiting, is it running? Bits. */
#define WORK_BUSY_PENDING 1
#define WORK_BUSY_RUNNING 2
unsigned int work_busy(struct work_struct *work);

/* workqueue_init() - the pools. Once, before any work is queued. */
void workqueue_init(void);

/*
 * workqueue_run() - as long as there are no worker threads, whoever idles does their work: runs
 * what is queued now. Does nothing in atomic context, and where there are threads.
 * workqueue_settle() - returns when no work waits or runs anywhere, those included that were queued
 * meanwhile. May sleep; does nothing in atomic context. For tests.
 */
void workqueue_run(void);
void workqueue_settle(void);

#endif
