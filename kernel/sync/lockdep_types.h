/* SPDX-License-Identifier: MIT */
/*
 * What a lock carries for lockdep (lockdep.h), in debug builds: the key that says to which class it
 * belongs, and its name. Apart from the operations, so that pure code can hold a lock.
 */
#ifndef KERNEL_SYNC_LOCKDEP_TYPES_H
#define KERNEL_SYNC_LOCKDEP_TYPES_H

#include "lib/types.h"

/* Classes that one key can stand for: for locks of one kind that nest. */
#define MAX_LOCKDEP_SUBCLASSES 8

/* Only the addresses matter. */
struct lock_class_key {
	u8 subkey[MAX_LOCKDEP_SUBCLASSES];
};

struct lockdep_map {
	const struct lock_class_key *key; /* NULL: the lock's own address, if it is static */
	const char *name;
	u16 class; /* of subclass 0, plus one; 0: not looked up yet */
};

/* A lock that is held. Sleeping locks are kept with the task, spinning ones with the CPU. */
struct held_lock {
	struct lockdep_map *map;
	unsigned long site; /* where it was taken */
	u16 class;          /* its index */
	u8 how;             /* LOCK_* */
	u8 context;         /* 0: thread, 1: softirq, 2: interrupt handler */
};

#define MAX_TASK_LOCKS 16

struct lockdep_task {
	unsigned int depth;
	struct held_lock held[MAX_TASK_LOCKS];
};

/* Debug builds: a task's member. */
#ifdef CONFIG_DEBUG
#define LOCKDEP_TASK struct lockdep_task lockdep;
#else
#define LOCKDEP_TASK
#endif

#endif
