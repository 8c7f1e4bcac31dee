/* SPDX-License-Identifier: MIT */
/*
 * The memory of spin locks and rwlocks, apart from their operations, so that a structure can hold
 * one without needing a machine: pure code that is also built for the host includes only this.
 *
 * All zero is an unlocked lock; spinlock.h and rwlock.h draw the words. Debug builds add who holds
 * the lock, since where, and what lockdep wants to know.
 */
#ifndef KERNEL_SYNC_SPINLOCK_TYPES_H
#define KERNEL_SYNC_SPINLOCK_TYPES_H

#include "kernel/sync/lockdep_types.h"
#include "lib/types.h"

struct task_struct;

#ifdef CONFIG_DEBUG
#define LOCK_DEBUG                                                                                 \
	struct task_struct *owner;                                                                 \
	unsigned long site;     /* where it was taken */                                           \
	unsigned int owner_cpu; /* its number plus one; 0: nobody holds the lock */                \
	struct lockdep_map dep_map;
#define LOCK_DEBUG_INIT(str) , .dep_map = {.name = (str)}
#else
#define LOCK_DEBUG
#define LOCK_DEBUG_INIT(str)
#endif

typedef struct spinlock {
	union {
		u32 word;
		struct {
			u8 locked; /* the holder's CPU plus one; 0: free */
			u8 unused;
			u16 tail; /* the last one who waits; 0: nobody */
		};
	};
	LOCK_DEBUG
} spinlock_t;
typedef spinlock_t raw_spinlock_t;

typedef struct rwlock {
	u32 count;       /* the writer's CPU plus one, who waits, and the readers */
	spinlock_t wait; /* whose turn it is to wait for `count` */
	LOCK_DEBUG
} rwlock_t;

#define __SPIN_LOCK_UNLOCKED(name)                                                                 \
	{                                                                                          \
		.word = 0 LOCK_DEBUG_INIT(#name)                                                   \
	}
#define __RAW_SPIN_LOCK_UNLOCKED(name) __SPIN_LOCK_UNLOCKED(name)
#define __RW_LOCK_UNLOCKED(name)                                                                   \
	{                                                                                          \
		.count = 0, .wait = __SPIN_LOCK_UNLOCKED(name.wait) LOCK_DEBUG_INIT(#name)         \
	}

#define DEFINE_SPINLOCK(name)     spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RWLOCK(name)       rwlock_t name = __RW_LOCK_UNLOCKED(name)

#endif
