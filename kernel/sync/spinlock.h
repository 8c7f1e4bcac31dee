/* SPDX-License-Identifier: MIT */
/*
 * Spin locks: fair, since those who wait stand in a queue, and each spins on memory of its own.
 *
 *	 31            16 15     8 7      0
 *	+----------------+--------+--------+
 *	|      tail      |    0   | locked |   locked: the holder's CPU plus one; 0: free
 *	+----------------+--------+--------+   tail: the last of the queue: (CPU + 1) * 4 + context
 *
 * A free lock that nobody waits for is taken by one compare-and-exchange of the whole word; any
 * other word leads to spin_lock_wait(), which queues (spinlock.c). Only the first of the queue may
 * take the lock while there is a queue, so CPUs get it in the order in which they came. Unlocking
 * is a store to the byte. That the byte names the holder costs nothing and pays three times: who
 * takes a lock that his own CPU holds is told so instead of hanging; a lock that is waited for too
 * long is reported with its holder; and an unlock of a lock that is free is seen.
 *
 * Holding one disables preemption. A lock that is also taken in interrupt handlers must be taken
 * with interrupts off everywhere (_irqsave, or _irq where they are known to be on); one that is
 * also taken in softirqs, with _bh elsewhere.
 *
 * Every build reports an unlock of a free lock (and gives nothing back), a CPU that takes a lock
 * twice (panic), and each CPU that waits more than spin_report_ns. Debug builds besides: the owner,
 * the place, a wrong owner or CPU at unlock, and lock orders (lockdep.h).
 *
 * raw_spinlock_t is the same lock under another name: nothing here turns into a mutex.
 */
#ifndef KERNEL_SYNC_SPINLOCK_H
#define KERNEL_SYNC_SPINLOCK_H

#include "boot/x86.h"
#include "kernel/sync/lockdep.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock_types.h"
#include "lib/atomic.h"
#include "lib/bug.h"

/* How long a CPU waits before it reports the lock, in nanoseconds; once a wait. */
extern u64 spin_report_ns;

/* Looks between two pauses of one who spins: an emulator takes long for a pause. */
#define PAUSE_SPINS 16

/* Waits for the lock and takes it: out of line, the rare case. Preemption off. */
void spin_lock_wait(spinlock_t *lock);
/*
 * Reports an unlock of a lock that nobody holds, and takes the count of preemption that the unlock
 * goes on to give back.
 */
void spin_unlock_unheld(spinlock_t *lock) __cold;
/* Reports that this CPU waits, at @site, for a lock that it holds itself; panics. */
void spin_deadlock(spinlock_t *lock, unsigned long site) __noreturn __cold;

/* For reports: "function+0x12/0x34" in @buf, or "?" where @site is NULL. Returns it. */
#define LOCK_PLACE_SIZE 64
const char *lock_place(char *buf, const void *site);

/* ---- the word ---- */

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return READ_ONCE(lock->word) != 0;
}

/* Does anybody wait for it? */
static inline bool spin_is_contended(const spinlock_t *lock)
{
	return READ_ONCE(lock->tail) != 0;
}

static __always_inline bool arch_spin_trylock(spinlock_t *lock)
{
	u32 unlocked = 0;

	return __atomic_compare_exchange_n(&lock->word, &unlocked, this_cpu_read(cpu_token), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void arch_spin_lock(spinlock_t *lock)
{
	if (unlikely(!arch_spin_trylock(lock)))
		spin_lock_wait(lock);
}

static __always_inline void arch_spin_unlock(spinlock_t *lock)
{
	if (unlikely(lock->locked == 0)) /* one compare with memory */
		spin_unlock_unheld(lock);
	else
		__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

/* ---- what debug builds do besides: debug/spinlock.c ---- */

#ifdef CONFIG_DEBUG
#define lock_name(lock) ((lock)->dep_map.name ?: "?")
#define lock_site(lock) ((void *)(lock)->site)

/* Before the lock is waited for; when it is held; before it is released (false: it must not be). */
void spin_debug_acquire(spinlock_t *lock, unsigned int subclass, bool try, unsigned long site);
void spin_debug_acquired(spinlock_t *lock, unsigned long site);
bool spin_debug_release(spinlock_t *lock, unsigned long site);
/* Another task goes on with the lock on this CPU: the scheduler's, around a switch. */
void spin_debug_hand_over(spinlock_t *lock);
#else
#define lock_name(lock) "lock"
#define lock_site(lock) NULL

static __always_inline void spin_debug_acquire(spinlock_t *lock, unsigned int subclass, bool try,
					       unsigned long site)
{
}

static __always_inline void spin_debug_acquired(spinlock_t *lock, unsigned long site)
{
}

static __always_inline bool spin_debug_release(spinlock_t *lock, unsigned long site)
{
	return true;
}

static __always_inline void spin_debug_hand_over(spinlock_t *lock)
{
}
#endif

static __always_inline void __spin_lock(spinlock_t *lock, unsigned int subclass)
{
	spin_debug_acquire(lock, subclass, false, debug_ip());
	arch_spin_lock(lock);
	spin_debug_acquired(lock, debug_ip());
}

static __always_inline bool __spin_trylock(spinlock_t *lock)
{
	if (!arch_spin_trylock(lock))
		return false;
	spin_debug_acquire(lock, 0, true, debug_ip());
	spin_debug_acquired(lock, debug_ip());
	return true;
}

static __always_inline void __spin_unlock(spinlock_t *lock)
{
	if (spin_debug_release(lock, debug_ip()))
		arch_spin_unlock(lock);
}

/* ---- the interface ---- */

/* Makes @lock an unlocked lock whose class is this place in the source. */
#ifdef CONFIG_DEBUG
void spin_lock_init_named(spinlock_t *lock, const char *name, const struct lock_class_key *key);
#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		static struct lock_class_key __lock_key;                                           \
		spin_lock_init_named(lock, #lock, &__lock_key);                                    \
	} while (0)
#else
#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		(lock)->word = 0;                                                                  \
	} while (0)
#endif

static __always_inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	__spin_lock(lock, 0);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	__spin_unlock(lock);
	preempt_enable();
}

/* A lock of the same class as one that is held: @subclass, 1..7, says that the order is meant. */
static __always_inline void spin_lock_nested(spinlock_t *lock, unsigned int subclass)
{
	preempt_disable();
	__spin_lock(lock, subclass);
}

/* True if the lock was free and is ours now; never waits. */
static __always_inline bool spin_trylock(spinlock_t *lock)
{
	preempt_disable();
	if (likely(__spin_trylock(lock)))
		return true;
	preempt_enable();
	return false;
}

static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	local_irq_disable();
	spin_lock(lock);
}

/* Interrupts are on again before preemption is, so that a task that waits to run can. */
static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	__spin_unlock(lock);
	local_irq_enable();
	preempt_enable();
}

static __always_inline bool spin_trylock_irq(spinlock_t *lock)
{
	local_irq_disable();
	if (spin_trylock(lock))
		return true;
	local_irq_enable();
	return false;
}

/* @flags: an unsigned long of the caller. */
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		spin_lock(lock);                                                                   \
	} while (0)
#define spin_lock_irqsave_nested(lock, flags, subclass)                                            \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		spin_lock_nested(lock, subclass);                                                  \
	} while (0)
#define spin_trylock_irqsave(lock, flags)                                                          \
	__extension__({                                                                            \
		bool __spin_taken;                                                                 \
		local_irq_save(flags);                                                             \
		__spin_taken = spin_trylock(lock);                                                 \
		if (!__spin_taken)                                                                 \
			local_irq_restore(flags);                                                  \
		__spin_taken;                                                                      \
	})

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	__spin_unlock(lock);
	local_irq_restore(flags);
	preempt_enable();
}

static __always_inline void spin_lock_bh(spinlock_t *lock)
{
	local_bh_disable();
	spin_lock(lock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock)
{
	if (unlikely(!READ_ONCE(lock->locked))) /* what is reported next gives nothing back */
		local_bh_disable();
	spin_unlock(lock);
	local_bh_enable();
}

static __always_inline bool spin_trylock_bh(spinlock_t *lock)
{
	local_bh_disable();
	if (spin_trylock(lock))
		return true;
	local_bh_enable();
	return false;
}

#define assert_spin_locked(lock)     BUG_ON(!spin_is_locked(lock))
#define assert_raw_spin_locked(lock) assert_spin_locked(lock)
#define spin_needbreak(lock)         spin_is_contended(lock)

/* Brings an atomic to 0 and takes the lock, or only decrements it: true if the lock is held. */
static inline bool atomic_dec_and_lock(atomic_t *v, spinlock_t *lock)
{
	if (atomic_add_unless(v, -1, 1))
		return false;
	spin_lock(lock);
	if (atomic_dec_and_test(v))
		return true;
	spin_unlock(lock);
	return false;
}

#define raw_spin_lock_init(lock)                spin_lock_init(lock)
#define raw_spin_lock(lock)                     spin_lock(lock)
#define raw_spin_lock_nested(lock, subclass)    spin_lock_nested(lock, subclass)
#define raw_spin_unlock(lock)                   spin_unlock(lock)
#define raw_spin_trylock(lock)                  spin_trylock(lock)
#define raw_spin_trylock_irqsave(lock, flags)   spin_trylock_irqsave(lock, flags)
#define raw_spin_lock_irq(lock)                 spin_lock_irq(lock)
#define raw_spin_unlock_irq(lock)               spin_unlock_irq(lock)
#define raw_spin_lock_bh(lock)                  spin_lock_bh(lock)
#define raw_spin_unlock_bh(lock)                spin_unlock_bh(lock)
#define raw_spin_lock_irqsave(lock, flags)      spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)
#define raw_spin_is_locked(lock)                spin_is_locked(lock)

#endif
