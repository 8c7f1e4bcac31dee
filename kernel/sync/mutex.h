/* SPDX-License-Identifier: MIT */
/*
 * Mutexes: who must wait sleeps. Names and meanings are Linux 6.1's.
 *
 *	owner:  | task, aligned to 8 | HANDOFF | WAITERS |     0: free
 *
 * A free mutex that nobody waits for is taken, and given back, by one compare-and-exchange of the
 * owner. Otherwise the slow half (mutex.c) keeps the waiters in a list, first come first served but
 * for this: one who comes along just as the mutex is free may have it, since the first waiter needs
 * time to wake up. When that has happened to the first waiter once, the mutex is handed to it.
 *
 * Only its owner may unlock it; thread context only; not to be held at the task's end. In every
 * build an unlock by anyone but the owner is reported and ignored, a mutex taken twice by one task
 * panics with its name and places, and locking in atomic context is reported with its line.
 */
#ifndef KERNEL_SYNC_MUTEX_H
#define KERNEL_SYNC_MUTEX_H

#include "kernel/sync/lockdep.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"

#define MUTEX_WAITERS 1ul /* the list is not empty: unlocking must wake */
#define MUTEX_HANDOFF 2ul /* unlocking must make the first waiter the owner */
#define MUTEX_FLAGS   7ul

struct mutex {
	unsigned long owner;
	spinlock_t wait_lock;
	struct list_head wait_list;
	const char *name;
#ifdef CONFIG_DEBUG
	unsigned long site; /* where it was taken */
	struct lockdep_map dep_map;
#endif
};

#ifdef CONFIG_DEBUG
#define MUTEX_DEBUG_INIT(str) , .dep_map = {.name = (str)}
#else
#define MUTEX_DEBUG_INIT(str)
#endif

#define __MUTEX_INITIALIZER(lock)                                                                  \
	{                                                                                          \
		.owner = 0, .wait_lock = __SPIN_LOCK_UNLOCKED(lock.wait_lock),                     \
		.wait_list = LIST_HEAD_INIT((lock).wait_list),                                     \
		.name = #lock MUTEX_DEBUG_INIT(#lock)                                              \
	}
#define DEFINE_MUTEX(lock) struct mutex lock = __MUTEX_INITIALIZER(lock)

#define mutex_init(lock)                                                                           \
	do {                                                                                       \
		static struct lock_class_key __mutex_key __maybe_unused;                           \
		(lock)->owner = 0;                                                                 \
		spin_lock_init(&(lock)->wait_lock);                                                \
		INIT_LIST_HEAD(&(lock)->wait_list);                                                \
		(lock)->name = #lock;                                                              \
		lockdep_init_map(&(lock)->dep_map, #lock, &__mutex_key);                           \
	} while (0)

/* The end of a mutex's life: nobody may hold it. */
void mutex_destroy(struct mutex *lock);

static inline bool mutex_is_locked(const struct mutex *lock)
{
	return (READ_ONCE(lock->owner) & ~MUTEX_FLAGS) != 0;
}

/* ---- the slow halves ---- */

/* Sleeps in @state until the mutex is ours: 0; -EINTR if there was a reason not to sleep on. */
int mutex_lock_wait(struct mutex *lock, unsigned int state, unsigned long site);
void mutex_unlock_wake(struct mutex *lock);
/* Reports that the running task waits for a mutex that it owns; panics. */
void mutex_deadlock(struct mutex *lock, unsigned long site) __noreturn __cold;

#ifdef CONFIG_DEBUG
void mutex_debug_acquire(struct mutex *lock, unsigned int subclass, bool try, unsigned long site);
void mutex_debug_release(struct mutex *lock, unsigned long site);
#define mutex_debug_cancel(lock, site) lock_release(&(lock)->dep_map, site)

static inline void mutex_debug_acquired(struct mutex *lock, unsigned long site)
{
	lock->site = site;
}

#define mutex_site(lock) ((void *)(lock)->site)
#else
static __always_inline void mutex_debug_acquire(struct mutex *lock, unsigned int subclass, bool try,
						unsigned long site)
{
}

static __always_inline void mutex_debug_acquired(struct mutex *lock, unsigned long site)
{
}

static __always_inline void mutex_debug_release(struct mutex *lock, unsigned long site)
{
}

#define mutex_debug_cancel(lock, site) ((void)0)
#define mutex_site(lock)               NULL
#endif

static __always_inline bool __mutex_trylock(struct mutex *lock)
{
	unsigned long unlocked = 0;

	return __atomic_compare_exchange_n(&lock->owner, &unlocked, (unsigned long)current, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline int __mutex_lock(struct mutex *lock, unsigned int state,
					unsigned int subclass)
{
	int ret = 0;

	mutex_debug_acquire(lock, subclass, false, debug_ip());
	if (unlikely(!__mutex_trylock(lock)))
		ret = mutex_lock_wait(lock, state, debug_ip());
	if (ret)
		mutex_debug_cancel(lock, debug_ip());
	else
		mutex_debug_acquired(lock, debug_ip());
	return ret;
}

/* ---- the interface ---- */

#define mutex_lock_nested(lock, subclass)                                                          \
	do {                                                                                       \
		might_sleep();                                                                     \
		__mutex_lock(lock, TASK_UNINTERRUPTIBLE, subclass);                                \
	} while (0)
#define mutex_lock(lock)    mutex_lock_nested(lock, 0)
#define mutex_lock_io(lock) mutex_lock(lock)

/* 0, or -EINTR: not locked. */
#define mutex_lock_interruptible_nested(lock, subclass)                                            \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__mutex_lock(lock, TASK_INTERRUPTIBLE, subclass);                                  \
	})
#define mutex_lock_interruptible(lock) mutex_lock_interruptible_nested(lock, 0)
#define mutex_lock_killable_nested(lock, subclass)                                                 \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__mutex_lock(lock, TASK_KILLABLE, subclass);                                       \
	})
#define mutex_lock_killable(lock) mutex_lock_killable_nested(lock, 0)

/* 1 if it was free and is ours now, 0 otherwise; never waits. Thread context. */
static inline int mutex_trylock(struct mutex *lock)
{
	if (!__mutex_trylock(lock))
		return 0;
	mutex_debug_acquire(lock, 0, true, debug_ip());
	mutex_debug_acquired(lock, debug_ip());
	return 1;
}

static __always_inline void mutex_unlock(struct mutex *lock)
{
	unsigned long owner = (unsigned long)current;

	mutex_debug_release(lock, debug_ip());
	if (unlikely(!__atomic_compare_exchange_n(&lock->owner, &owner, 0, false, __ATOMIC_RELEASE,
						  __ATOMIC_RELAXED)))
		mutex_unlock_wake(lock);
}

/* Brings an atomic to 0 and takes the mutex, or only decrements it: true if the mutex is held. */
#define atomic_dec_and_mutex_lock(v, lock)                                                         \
	__extension__({                                                                            \
		bool __mutex_held = !atomic_add_unless(v, -1, 1);                                  \
		if (__mutex_held) {                                                                \
			mutex_lock(lock);                                                          \
			if (!atomic_dec_and_test(v)) {                                             \
				mutex_unlock(lock);                                                \
				__mutex_held = false;                                              \
			}                                                                          \
		}                                                                                  \
		__mutex_held;                                                                      \
	})

#endif
