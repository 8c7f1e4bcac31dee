/* SPDX-License-Identifier: MIT */
/*
 * Read/write semaphores: many readers or one writer; who must wait sleeps. Names and meanings are
 * Linux 6.1's.
 *
 *	 31                    8 7       1   0
 *	+-----------------------+---------+-----+
 *	|        readers        | waiters |write|     0: free
 *	+-----------------------+---------+-----+
 *
 * Fair: once somebody waits, all others queue behind, readers too, so neither kind starves the
 * other. Whoever releases the lock hands it to the first in the queue, and to the readers right
 * behind him if that is one.
 *
 * Thread context. A task must not take for reading what it holds for reading: a writer between the
 * two would wait for the first, and the second for the writer. Every build reports a release of
 * what is not held; debug builds also a writer's by another task.
 */
#ifndef KERNEL_SYNC_RWSEM_H
#define KERNEL_SYNC_RWSEM_H

#include "kernel/sync/lockdep.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"

#define RWSEM_WRITER  1u
#define RWSEM_WAITERS 2u
#define RWSEM_READER  0x100u

struct rw_semaphore {
	unsigned int count;
	spinlock_t wait_lock;
	struct list_head wait_list;
	struct task_struct *owner; /* the writer */
	const char *name;
#ifdef CONFIG_DEBUG
	struct lockdep_map dep_map;
#endif
};

#ifdef CONFIG_DEBUG
#define RWSEM_DEBUG_INIT(str)                 , .dep_map = {.name = (str)}
#define rwsem_acquire(sem, subclass, how, ip) lock_acquire(&(sem)->dep_map, subclass, how, ip)
#define rwsem_release(sem, ip)                lock_release(&(sem)->dep_map, ip)
#else
#define RWSEM_DEBUG_INIT(str)
#define rwsem_acquire(sem, subclass, how, ip) ((void)(subclass))
#define rwsem_release(sem, ip)                ((void)0)
#endif

#define __RWSEM_INITIALIZER(sem)                                                                   \
	{                                                                                          \
		.count = 0, .wait_lock = __SPIN_LOCK_UNLOCKED(sem.wait_lock),                      \
		.wait_list = LIST_HEAD_INIT((sem).wait_list), .name = #sem RWSEM_DEBUG_INIT(#sem)  \
	}
#define DECLARE_RWSEM(sem) struct rw_semaphore sem = __RWSEM_INITIALIZER(sem)

#define init_rwsem(sem)                                                                            \
	do {                                                                                       \
		static struct lock_class_key __rwsem_key __maybe_unused;                           \
		(sem)->count = 0;                                                                  \
		spin_lock_init(&(sem)->wait_lock);                                                 \
		INIT_LIST_HEAD(&(sem)->wait_list);                                                 \
		(sem)->owner = NULL;                                                               \
		(sem)->name = #sem;                                                                \
		lockdep_init_map(&(sem)->dep_map, #sem, &__rwsem_key);                             \
	} while (0)

static inline int rwsem_is_locked(const struct rw_semaphore *sem)
{
	return (READ_ONCE(sem->count) & ~RWSEM_WAITERS) != 0;
}

static inline int rwsem_is_contended(const struct rw_semaphore *sem)
{
	return (READ_ONCE(sem->count) & RWSEM_WAITERS) != 0;
}

/* What the macros call: 0, or -EINTR. */
int __down_read(struct rw_semaphore *sem, unsigned int state, unsigned int subclass,
		unsigned long site);
int __down_write(struct rw_semaphore *sem, unsigned int state, unsigned int subclass,
		 unsigned long site);

#define __rwsem_down(kind, sem, state, subclass)                                                   \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__down_##kind(sem, state, subclass, debug_ip());                                   \
	})

#define down_read_nested(sem, subclass)                                                            \
	((void)__rwsem_down(read, sem, TASK_UNINTERRUPTIBLE, subclass))
#define down_read(sem)               down_read_nested(sem, 0)
#define down_read_interruptible(sem) __rwsem_down(read, sem, TASK_INTERRUPTIBLE, 0)
#define down_read_killable(sem)      __rwsem_down(read, sem, TASK_KILLABLE, 0)

#define down_write_nested(sem, subclass)                                                           \
	((void)__rwsem_down(write, sem, TASK_UNINTERRUPTIBLE, subclass))
#define down_write(sem)                           down_write_nested(sem, 0)
#define down_write_killable(sem)                  __rwsem_down(write, sem, TASK_KILLABLE, 0)
#define down_write_killable_nested(sem, subclass) __rwsem_down(write, sem, TASK_KILLABLE, subclass)

/* 1 if it is ours now, 0 otherwise; never waits. */
int down_read_trylock(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);

void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);

/* The writer goes on as a reader; readers who wait first come in with him. */
void downgrade_write(struct rw_semaphore *sem);

#endif
