/* SPDX-License-Identifier: MIT */
/*
 * Wait queues: sleep until somebody says that something has changed. Names and meanings are Linux
 * 6.1's.
 *
 *	waiter                                    waker
 *	wait_event(queue, done);                  done = true;
 *	                                          wake_up(&queue);
 *
 * A queue is a lock and a list of entries; an entry is a function that a wake-up calls, nearly
 * always the one that makes its task run. No wake-up is lost, because the waiter puts itself in
 * the queue and declares that it sleeps *before* it looks at the condition for the last time:
 *
 *	prepare_to_wait(): in the queue, state = sleeping
 *	look at the condition          <- a wake-up from here on sets the state back to running,
 *	schedule()                        and schedule() comes back at once
 *
 * Those who wait exclusively stand at the end of the list, in the order in which they came; a
 * wake-up calls all others, and as many of these as it was told to (wake_up: one).
 *
 * Waiting: thread context. Waking: any context but NMI. The waker must change the condition before
 * it wakes; a lock around both is not needed.
 */
#ifndef KERNEL_SYNC_WAIT_H
#define KERNEL_SYNC_WAIT_H

#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/list.h"

struct wait_queue_entry;

/*
 * What a wake-up calls for an entry, with the queue's lock held and interrupts off. Returns above 0
 * if it woke somebody (which counts against the number of exclusive waiters), 0 if not, below 0 to
 * end the walk.
 */
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode, int flags,
				 void *key);

#define WQ_FLAG_EXCLUSIVE 0x01 /* counted: stands at the end */
#define WQ_FLAG_WOKEN     0x02 /* wait_woken()'s memory */
#define WQ_FLAG_PRIORITY  0x10 /* stands in front of all others */

struct wait_queue_entry {
	unsigned int flags;
	void *private; /* the task, for the functions below */
	wait_queue_func_t func;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define WF_SYNC 0x10 /* of a wake-up: the waker is about to sleep */

#define __WAIT_QUEUE_HEAD_INITIALIZER(name)                                                        \
	{                                                                                          \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT((name).head)       \
	}
#define DECLARE_WAIT_QUEUE_HEAD(name)                                                              \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)

/* A queue that is not static: its lock gets a class of the place, not of the address. */
#define init_waitqueue_head(wq)                                                                    \
	do {                                                                                       \
		spin_lock_init(&(wq)->lock);                                                       \
		INIT_LIST_HEAD(&(wq)->head);                                                       \
	} while (0)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name)                                                      \
	struct wait_queue_head name;                                                               \
	init_waitqueue_head(&name)

/* ---- entries ---- */

/*
 * default_wake_function() - make the entry's task run if its state is among @mode.
 * autoremove_wake_function() - the same, and take the entry out of the queue if that woke it.
 * woken_wake_function() - for wait_woken(): remember that there was a wake-up, then the first.
 */
int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);
int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags,
			     void *key);
int woken_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);

#define __WAITQUEUE_INITIALIZER(name, task)                                                        \
	{                                                                                          \
		.private = (task), .func = default_wake_function, .entry = { NULL, NULL }          \
	}
#define DECLARE_WAITQUEUE(name, task)                                                              \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, task)

#define DEFINE_WAIT_FUNC(name, function)                                                           \
	struct wait_queue_entry name = {                                                           \
		.private = current, .func = (function), .entry = LIST_HEAD_INIT((name).entry)}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)

static inline void init_waitqueue_entry(struct wait_queue_entry *entry, struct task_struct *task)
{
	entry->flags = 0;
	entry->private = task;
	entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *entry, wait_queue_func_t func)
{
	entry->flags = 0;
	entry->private = NULL;
	entry->func = func;
}

/* For the macros below: an entry of the running task that removes itself. */
static inline void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = (unsigned int)flags;
	entry->private = current;
	entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}
#define init_wait(entry) init_wait_entry(entry, 0)

/*
 * add_wait_queue() - put @entry in the queue: in front of those there (_exclusive: at the end,
 * counted; _priority: in front of all, counted). remove_wait_queue() - take it out; it must be in.
 * The forms with __ want the queue's lock held.
 */
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void add_wait_queue_priority(struct wait_queue_head *wq, struct wait_queue_entry *entry);
void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);

void __add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry);

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *wq,
					       struct wait_queue_entry *entry)
{
	list_add_tail(&entry->entry, &wq->head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *wq,
					      struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue(wq, entry);
}

static inline void __add_wait_queue_entry_tail_exclusive(struct wait_queue_head *wq,
							 struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue_entry_tail(wq, entry);
}

static inline void __remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	list_del(&entry->entry);
}

/*
 * waitqueue_active() - is somebody in the queue? Without the lock, so only a hint, unless the
 * caller put a full barrier between changing the condition and asking: wq_has_sleeper() does.
 */
static inline int waitqueue_active(struct wait_queue_head *wq)
{
	return !list_empty(&wq->head);
}

static inline bool wq_has_single_sleeper(struct wait_queue_head *wq)
{
	return list_is_singular(&wq->head);
}

static inline bool wq_has_sleeper(struct wait_queue_head *wq)
{
	smp_mb();
	return waitqueue_active(wq);
}

/* ---- waking ---- */

/*
 * __wake_up() - call the entries: every one that is not exclusive, and those that are until @nr of
 * them were woken (0: all). Only tasks whose state is among @mode wake. @key is handed on.
 * __wake_up_sync() - one, by a caller who is about to sleep himself: the woken one need not
 * preempt.
 * __wake_up_locked(), __wake_up_locked_key() - the same by one who holds the queue's lock.
 */
void __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr, void *key);
void __wake_up_sync(struct wait_queue_head *wq, unsigned int mode);
void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode, int nr);
void __wake_up_locked_key(struct wait_queue_head *wq, unsigned int mode, void *key);

#define wake_up(wq)            __wake_up(wq, TASK_NORMAL, 1, NULL)
#define wake_up_nr(wq, nr)     __wake_up(wq, TASK_NORMAL, nr, NULL)
#define wake_up_all(wq)        __wake_up(wq, TASK_NORMAL, 0, NULL)
#define wake_up_sync(wq)       __wake_up_sync(wq, TASK_NORMAL)
#define wake_up_locked(wq)     __wake_up_locked(wq, TASK_NORMAL, 1)
#define wake_up_all_locked(wq) __wake_up_locked(wq, TASK_NORMAL, 0)

#define wake_up_interruptible(wq)        __wake_up(wq, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(wq, nr) __wake_up(wq, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(wq)    __wake_up(wq, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(wq)   __wake_up_sync(wq, TASK_INTERRUPTIBLE)

/* ---- waiting ---- */

/*
 * prepare_to_wait() - put @entry in the queue if it is not there, and set the task's state: the
 * condition is to be looked at after this. _exclusive: at the end; true if it is the first there.
 * prepare_to_wait_event() - the same for the macros: -ERESTARTSYS, and not in the queue, if the
 * task has a reason not to sleep in @state.
 * finish_wait() - running again, and out of the queue.
 */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry,
			       int state);
long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state);
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry);

/*
 * wait_woken() - for loops that must not be in a sleeping state while they look: @entry, made by
 * DEFINE_WAIT_FUNC(entry, woken_wake_function) and added by add_wait_queue(), remembers a wake-up
 * that came meanwhile. Returns what is left of @timeout.
 */
long wait_woken(struct wait_queue_entry *entry, unsigned int mode, long timeout);

/*
 * The loop of all forms: @result is the value of the whole (and the variable __wait_result inside
 * of @sleep and @condition), a negative one if the wait was interrupted.
 */
#define ___wait_event(wq, condition, state, exclusive, result, sleep)                              \
	__extension__({                                                                            \
		struct wait_queue_entry __wait_entry;                                              \
		long __wait_result = (result);                                                     \
		bool __wait_slept = false;                                                         \
                                                                                                   \
		init_wait_entry(&__wait_entry, (exclusive) ? WQ_FLAG_EXCLUSIVE : 0);               \
		for (;;) {                                                                         \
			long __wait_stop = prepare_to_wait_event(&(wq), &__wait_entry, state);     \
                                                                                                   \
			if ((__wait_slept || !control(wait_event_looks_once)) && (condition))      \
				break;                                                             \
			if (__wait_stop) {                                                         \
				__wait_result = __wait_stop;                                       \
				break;                                                             \
			}                                                                          \
			sleep;                                                                     \
			__wait_slept = true;                                                       \
		}                                                                                  \
		finish_wait(&(wq), &__wait_entry);                                                 \
		__wait_result;                                                                     \
	})

/* The condition of a wait with a time limit: also true when none is left; at least 1 on success. */
#define ___wait_cond_timeout(condition, left)                                                      \
	__extension__({                                                                            \
		bool __wait_cond = (condition);                                                    \
		if (__wait_cond && !(left))                                                        \
			(left) = 1;                                                                \
		__wait_cond || !(left);                                                            \
	})

#define __wait_simple(wq, condition, state, exclusive)                                             \
	__extension__({                                                                            \
		long __wait_simple_result = 0;                                                     \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			__wait_simple_result =                                                     \
				___wait_event(wq, condition, state, exclusive, 0, schedule());     \
		__wait_simple_result;                                                              \
	})

#define __wait_limited(wq, condition, state, timeout)                                              \
	__extension__({                                                                            \
		long __wait_left = (timeout);                                                      \
		might_sleep();                                                                     \
		if (!___wait_cond_timeout(condition, __wait_left))                                 \
			__wait_left = ___wait_event(                                               \
				wq, ___wait_cond_timeout(condition, __wait_result), state, 0,      \
				__wait_left, __wait_result = schedule_timeout(__wait_result));     \
		__wait_left;                                                                       \
	})

/* Waits until @condition holds; it is looked at again after every wake-up. */
#define wait_event(wq, condition)                ((void)__wait_simple(wq, condition, TASK_UNINTERRUPTIBLE, 0))
#define wait_event_idle(wq, condition)           ((void)__wait_simple(wq, condition, TASK_IDLE, 0))
#define wait_event_idle_exclusive(wq, condition) ((void)__wait_simple(wq, condition, TASK_IDLE, 1))
#define io_wait_event(wq, condition)             wait_event(wq, condition)

/* 0, or -ERESTARTSYS if there was a reason not to sleep on. */
#define wait_event_interruptible(wq, condition)                                                    \
	((int)__wait_simple(wq, condition, TASK_INTERRUPTIBLE, 0))
#define wait_event_interruptible_exclusive(wq, condition)                                          \
	((int)__wait_simple(wq, condition, TASK_INTERRUPTIBLE, 1))
#define wait_event_killable(wq, condition) ((int)__wait_simple(wq, condition, TASK_KILLABLE, 0))
#define wait_event_killable_exclusive(wq, condition)                                               \
	((int)__wait_simple(wq, condition, TASK_KILLABLE, 1))

/* At most @timeout ticks: 0 if @condition does not hold even then, else what is left, at least 1.
 */
#define wait_event_timeout(wq, condition, timeout)                                                 \
	__wait_limited(wq, condition, TASK_UNINTERRUPTIBLE, timeout)
#define wait_event_idle_timeout(wq, condition, timeout)                                            \
	__wait_limited(wq, condition, TASK_IDLE, timeout)
#define wait_event_interruptible_timeout(wq, condition, timeout)                                   \
	__wait_limited(wq, condition, TASK_INTERRUPTIBLE, timeout)
#define wait_event_killable_timeout(wq, condition, timeout)                                        \
	__wait_limited(wq, condition, TASK_KILLABLE, timeout)

/* @before and @after are executed around each sleep: to drop a lock, say. */
#define wait_event_cmd(wq, condition, before, after)                                               \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)___wait_event(wq, condition, TASK_UNINTERRUPTIBLE, 0, 0, before;     \
					    schedule(); after);                                    \
	} while (0)
#define wait_event_exclusive_cmd(wq, condition, before, after)                                     \
	do {                                                                                       \
		if (!(condition))                                                                  \
			(void)___wait_event(wq, condition, TASK_UNINTERRUPTIBLE, 1, 0, before;     \
					    schedule(); after);                                    \
	} while (0)

/* With @lock held and interrupts off; dropped while asleep, held again when @condition is looked at
 * and when this returns. */
#define wait_event_lock_irq_cmd(wq, condition, lock, cmd)                                          \
	wait_event_cmd(wq, condition, spin_unlock_irq(&(lock)); cmd, spin_lock_irq(&(lock)))
#define wait_event_lock_irq(wq, condition, lock)                                                   \
	wait_event_cmd(wq, condition, spin_unlock_irq(&(lock)), spin_lock_irq(&(lock)))
#define wait_event_interruptible_lock_irq(wq, condition, lock)                                     \
	__extension__({                                                                            \
		long __wait_locked = 0;                                                            \
		if (!(condition))                                                                  \
			__wait_locked = ___wait_event(wq, condition, TASK_INTERRUPTIBLE, 0, 0,     \
						      spin_unlock_irq(&(lock));                    \
						      schedule(); spin_lock_irq(&(lock)));         \
		(int)__wait_locked;                                                                \
	})

#endif
