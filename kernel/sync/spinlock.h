/* SPDX-License-Identifier: MIT */
/*
 * Spin locks: ticket locks, so that CPUs get a lock in the order in which they asked for it.
 *
 *	 31         16 15          0
 *	+-------------+-------------+
 *	|    next     |    owner    |    a CPU draws `next` and waits until `owner` has come to it;
 *	+-------------+-------------+    equal: the lock is free
 *
 * Holding one disables preemption. A lock that is also taken in interrupt handlers must be taken
 * with interrupts off everywhere (_irqsave, or _irq where they are known to be on).
 * Unlocking a lock that nobody holds is reported in every build, and does nothing.
 */
#ifndef KERNEL_SYNC_SPINLOCK_H
#define KERNEL_SYNC_SPINLOCK_H

#include "boot/x86.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock_types.h"
#include "lib/bug.h"

#define SPIN_LOCK_ONE_TICKET 0x10000u

#define __SPIN_LOCK_UNLOCKED                                                                       \
	{                                                                                          \
		.ticket = 0                                                                        \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->ticket = 0;
}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	u32 ticket = READ_ONCE(lock->ticket);

	return (u16)ticket != ticket >> 16;
}

/* Waits until @mine is served: out of line, the rare case. */
void spin_lock_wait(spinlock_t *lock, u16 mine);
/* Reports an unlock of a lock that nobody holds. */
void spin_unlock_unheld(spinlock_t *lock) __cold;

static __always_inline void arch_spin_lock(spinlock_t *lock)
{
	u32 drawn = __atomic_fetch_add(&lock->ticket, SPIN_LOCK_ONE_TICKET, __ATOMIC_ACQUIRE);

	if (unlikely((u16)drawn != drawn >> 16))
		spin_lock_wait(lock, (u16)(drawn >> 16));
}

static __always_inline void arch_spin_unlock(spinlock_t *lock)
{
	if (unlikely(!spin_is_locked(lock))) {
		spin_unlock_unheld(lock);
		return;
	}
	/* Only the holder writes this half, so the increment need not be atomic. */
	__atomic_store_n(&lock->owner, (u16)(lock->owner + 1), __ATOMIC_RELEASE);
}

static __always_inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	arch_spin_lock(lock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	arch_spin_unlock(lock);
	preempt_enable();
}

/* True if the lock was free and is ours now; never waits. */
static inline bool spin_trylock(spinlock_t *lock)
{
	u32 seen = READ_ONCE(lock->ticket);

	preempt_disable();
	if ((u16)seen == seen >> 16 &&
	    __atomic_compare_exchange_n(&lock->ticket, &seen, seen + SPIN_LOCK_ONE_TICKET, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return true;
	preempt_enable();
	return false;
}

static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock(lock);
	local_irq_enable();
}

/* @flags: an unsigned long of the caller. */
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		spin_lock(lock);                                                                   \
	} while (0)

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	spin_unlock(lock);
	local_irq_restore(flags);
}

#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))

#endif
