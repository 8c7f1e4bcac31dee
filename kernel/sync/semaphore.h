/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores. Names and meanings are Linux 6.1's.
 *
 * down() takes one of `count` and sleeps if there is none; up() gives one back, to the one who has
 * waited longest if there is one. Any task or interrupt handler may call up(); a semaphore has no
 * owner, so it knows no misuse either: a mutex is the better lock.
 */
#ifndef KERNEL_SYNC_SEMAPHORE_H
#define KERNEL_SYNC_SEMAPHORE_H

#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"

struct semaphore {
	spinlock_t lock;
	unsigned int count;
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n)                                                           \
	{                                                                                          \
		.lock = __SPIN_LOCK_UNLOCKED((name).lock), .count = (n),                           \
		.wait_list = LIST_HEAD_INIT((name).wait_list)                                      \
	}
#define DEFINE_SEMAPHORE(name) struct semaphore name = __SEMAPHORE_INITIALIZER(name, 1)

#define sema_init(sem, n)                                                                          \
	do {                                                                                       \
		spin_lock_init(&(sem)->lock);                                                      \
		(sem)->count = (unsigned int)(n);                                                  \
		INIT_LIST_HEAD(&(sem)->wait_list);                                                 \
	} while (0)

/* What the macros call: 0, -EINTR, or -ETIME after @timeout ticks. */
int __down(struct semaphore *sem, unsigned int state, long timeout);

#define __down_checked(sem, state, timeout)                                                        \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__down(sem, state, timeout);                                                       \
	})

/* Thread context. down_timeout(): 0 or -ETIME; the other two: 0 or -EINTR. */
#define down(sem)                  ((void)__down_checked(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT))
#define down_interruptible(sem)    __down_checked(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT)
#define down_killable(sem)         __down_checked(sem, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT)
#define down_timeout(sem, timeout) __down_checked(sem, TASK_UNINTERRUPTIBLE, timeout)

/* Any context but NMI. down_trylock() returns 0 if it took one, 1 if there is none, as Linux's. */
int __must_check down_trylock(struct semaphore *sem);
void up(struct semaphore *sem);

#endif
