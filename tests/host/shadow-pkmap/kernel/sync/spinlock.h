/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/spinlock.h where PKMAP is compiled on the host: tasks switch only
 * where they say so, and whoever does so with a lock held is caught (tests/host/pkmap_test.c).
 */
#ifndef TESTS_HOST_SHADOW_SPINLOCK_H
#define TESTS_HOST_SHADOW_SPINLOCK_H

#include "lib/bug.h"
#include "lib/types.h"

typedef struct {
	bool held;
} spinlock_t;

#define DEFINE_SPINLOCK(name) spinlock_t name

static inline void spin_lock(spinlock_t *lock)
{
	BUG_ON(lock->held);
	lock->held = true;
}

static inline void spin_unlock(spinlock_t *lock)
{
	BUG_ON(!lock->held);
	lock->held = false;
}

#endif /* TESTS_HOST_SHADOW_SPINLOCK_H */
