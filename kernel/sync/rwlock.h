/* SPDX-License-Identifier: MIT */
/*
 * Spinning read/write locks: many readers or one writer. Names and meanings are Linux 6.1's.
 *
 *	count:   31             9  8 7        0
 *	        +-----------------+-+----------+
 *	        |     readers     |w|  writer  |   writer: its CPU plus one; w: one waits
 *	        +-----------------+-+----------+
 *	wait:   a spin lock: whose turn it is to wait for `count`
 *
 * Fair between threads: who cannot have the lock at once queues for `wait`, readers and writers
 * alike. Only a reader in an interrupt handler or softirq comes in before a waiting writer, since
 * it may have interrupted a reader for whom that writer waits; so readers need not turn interrupts
 * off, but a thread must not take for reading what it holds for reading.
 *
 * Costs more than a spin lock; pays where readers hold it for long. The forms are spinlock.h's.
 */
#ifndef KERNEL_SYNC_RWLOCK_H
#define KERNEL_SYNC_RWLOCK_H

#include "kernel/sync/spinlock.h"

#define RWLOCK_WRITER  0xffu
#define RWLOCK_WAITING 0x100u
#define RWLOCK_READER  0x200u

/*
 * The slow halves; preemption off. The last two report, and take the count of preemption that the
 * unlock goes on to give back.
 */
void read_lock_wait(rwlock_t *lock);
void write_lock_wait(rwlock_t *lock);
void read_unlock_unheld(rwlock_t *lock) __cold;
void write_unlock_unheld(rwlock_t *lock) __cold;
/* Panics if this CPU, which wants the lock at @site, is its writer. */
void rwlock_check_deadlock(const rwlock_t *lock, unsigned long site);

#ifdef CONFIG_DEBUG
void rwlock_init_named(rwlock_t *lock, const char *name, const struct lock_class_key *key);
void rwlock_debug_acquire(rwlock_t *lock, unsigned int how, unsigned long site);
void write_debug_acquired(rwlock_t *lock, unsigned long site);
void rwlock_debug_release(rwlock_t *lock, bool write, unsigned long site);
#define rwlock_init(lock)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __lock_key;                                           \
		rwlock_init_named(lock, #lock, &__lock_key);                                       \
	} while (0)
#else
#define rwlock_debug_acquire(lock, how, site)   ((void)0)
#define write_debug_acquired(lock, site)        ((void)0)
#define rwlock_debug_release(lock, write, site) ((void)0)
#define rwlock_init(lock)                                                                          \
	do {                                                                                       \
		(lock)->count = 0;                                                                 \
		(lock)->wait.word = 0;                                                             \
	} while (0)
#endif

static __always_inline bool arch_read_trylock(rwlock_t *lock)
{
	u32 count = READ_ONCE(lock->count);

	return !(count & (RWLOCK_WRITER | RWLOCK_WAITING)) &&
	       __atomic_compare_exchange_n(&lock->count, &count, count + RWLOCK_READER, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline bool arch_write_trylock(rwlock_t *lock)
{
	u32 count = 0;

	return __atomic_compare_exchange_n(&lock->count, &count, this_cpu_read(cpu_token), false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void __read_lock(rwlock_t *lock)
{
	rwlock_debug_acquire(lock, LOCK_READ, debug_ip());
	if (unlikely(!arch_read_trylock(lock)))
		read_lock_wait(lock);
}

static __always_inline void __write_lock(rwlock_t *lock)
{
	rwlock_debug_acquire(lock, 0, debug_ip());
	if (unlikely(!arch_write_trylock(lock)))
		write_lock_wait(lock);
	write_debug_acquired(lock, debug_ip());
}

/* Does anybody hold it for reading, for writing? */
static __always_inline bool read_held(const rwlock_t *lock)
{
	return READ_ONCE(lock->count) >= RWLOCK_READER;
}

static __always_inline bool write_held(const rwlock_t *lock)
{
	return READ_ONCE(lock->count) & RWLOCK_WRITER;
}

static __always_inline void __read_unlock(rwlock_t *lock)
{
	if (unlikely(!read_held(lock))) {
		read_unlock_unheld(lock);
		return;
	}
	rwlock_debug_release(lock, false, debug_ip());
	__atomic_fetch_sub(&lock->count, RWLOCK_READER, __ATOMIC_RELEASE);
}

static __always_inline void __write_unlock(rwlock_t *lock)
{
	if (unlikely(!write_held(lock))) {
		write_unlock_unheld(lock);
		return;
	}
	rwlock_debug_release(lock, true, debug_ip());
	__atomic_fetch_and(&lock->count, ~RWLOCK_WRITER, __ATOMIC_RELEASE);
}

/* The eight forms of both kinds. */
#define RWLOCK_FORMS(kind)                                                                         \
	static __always_inline void kind##_lock(rwlock_t *lock)                                    \
	{                                                                                          \
		preempt_disable();                                                                 \
		__##kind##_lock(lock);                                                             \
	}                                                                                          \
	static __always_inline void kind##_unlock(rwlock_t *lock)                                  \
	{                                                                                          \
		__##kind##_unlock(lock);                                                           \
		preempt_enable();                                                                  \
	}                                                                                          \
	static __always_inline int kind##_trylock(rwlock_t *lock)                                  \
	{                                                                                          \
		preempt_disable();                                                                 \
		if (__##kind##_trylock(lock))                                                      \
			return 1;                                                                  \
		preempt_enable();                                                                  \
		return 0;                                                                          \
	}                                                                                          \
	static __always_inline void kind##_lock_irq(rwlock_t *lock)                                \
	{                                                                                          \
		local_irq_disable();                                                               \
		kind##_lock(lock);                                                                 \
	}                                                                                          \
	static __always_inline void kind##_unlock_irq(rwlock_t *lock)                              \
	{                                                                                          \
		__##kind##_unlock(lock);                                                           \
		local_irq_enable();                                                                \
		preempt_enable();                                                                  \
	}                                                                                          \
	static __always_inline void kind##_lock_bh(rwlock_t *lock)                                 \
	{                                                                                          \
		local_bh_disable();                                                                \
		kind##_lock(lock);                                                                 \
	}                                                                                          \
	static __always_inline void kind##_unlock_bh(rwlock_t *lock)                               \
	{                                                                                          \
		if (unlikely(!kind##_held(lock))) /* what is reported next gives nothing back */   \
			local_bh_disable();                                                        \
		kind##_unlock(lock);                                                               \
		local_bh_enable();                                                                 \
	}                                                                                          \
	static __always_inline void kind##_unlock_irqrestore(rwlock_t *lock, unsigned long flags)  \
	{                                                                                          \
		__##kind##_unlock(lock);                                                           \
		local_irq_restore(flags);                                                          \
		preempt_enable();                                                                  \
	}

static __always_inline bool __read_trylock(rwlock_t *lock)
{
	if (!arch_read_trylock(lock))
		return false;
	rwlock_debug_acquire(lock, LOCK_READ | LOCK_TRY, debug_ip());
	return true;
}

static __always_inline bool __write_trylock(rwlock_t *lock)
{
	if (!arch_write_trylock(lock))
		return false;
	rwlock_debug_acquire(lock, LOCK_TRY, debug_ip());
	write_debug_acquired(lock, debug_ip());
	return true;
}

RWLOCK_FORMS(read)
RWLOCK_FORMS(write)
#undef RWLOCK_FORMS

/* @flags: an unsigned long of the caller. */
#define read_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		read_lock(lock);                                                                   \
	} while (0)
#define write_lock_irqsave(lock, flags)                                                            \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		write_lock(lock);                                                                  \
	} while (0)
#define write_trylock_irqsave(lock, flags)                                                         \
	__extension__({                                                                            \
		bool __write_taken;                                                                \
		local_irq_save(flags);                                                             \
		__write_taken = write_trylock(lock);                                               \
		if (!__write_taken)                                                                \
			local_irq_restore(flags);                                                  \
		__write_taken;                                                                     \
	})

#define rwlock_is_contended(lock) spin_is_locked(&(lock)->wait)

#endif
