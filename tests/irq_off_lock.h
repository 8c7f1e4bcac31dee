/* SPDX-License-Identifier: MIT */
/*
 * For functions that wait for other CPUs: they must not be called with a lock held that somebody
 * takes with interrupts off, since he may be who is waited for. Debug builds say so.
 */
#ifndef TESTS_IRQ_OFF_LOCK_H
#define TESTS_IRQ_OFF_LOCK_H

#include "kernel/sync/lockdep.h"
#include "kernel/sync/spinlock.h"
#include "tests/kunit.h"

/* Somebody takes the lock with interrupts off; here it is held with interrupts on. */
static inline void call_under_irq_off_lock(spinlock_t *lock, void (*fn)(void))
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	spin_unlock_irqrestore(lock, flags);
	spin_lock(lock);
	fn();
	spin_unlock(lock);
}

/* A call of @fn is reported. What lockdep has found of a class it says once: so it is a new one. */
static inline void expect_irq_off_lock_report(struct kunit *test, void (*fn)(void))
{
	static struct lock_class_key key;
	static spinlock_t lock;

	if (!lockdep_enabled())
		kunit_skip(test, "only debug builds know who takes a lock how");
	warn_once_reset();
	spin_lock_init(&lock);
	lockdep_set_class_and_name(&lock, &key, "irq_off_lock");
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*irq_off_lock is held*",
				call_under_irq_off_lock(&lock, fn));
	lockdep_unregister_key(&key); /* the next run finds it anew */
}

#endif
