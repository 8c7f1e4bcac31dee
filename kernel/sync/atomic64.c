/* SPDX-License-Identifier: MIT */
/*
 * The 8-byte compare-and-exchange of CPUs that have none: see atomic64.h.
 *
 * Variables share a few locks by address; two that share one only wait a little. Nothing is called
 * with a lock held.
 */
#include "kernel/sync/atomic64.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"

#define NR_LOCKS 16

static spinlock_t locks[NR_LOCKS];

s64 atomic64_cmpxchg_locked(atomic64_t *v, s64 old, s64 i)
{
	spinlock_t *lock = &locks[(uintptr_t)v / sizeof(*v) % NR_LOCKS];
	unsigned long flags;
	s64 seen;

	spin_lock_irqsave(lock, flags);
	seen = v->counter;
	if (seen == old)
		v->counter = control(atomic64_no_carry) ? (s64)((u64)old >> 32 << 32 | (u32)i) : i;
	spin_unlock_irqrestore(lock, flags);
	return seen;
}
