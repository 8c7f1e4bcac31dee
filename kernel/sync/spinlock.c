/* SPDX-License-Identifier: MIT */
/*
 * The slow halves of spinlock.h.
 */
#include "kernel/sync/spinlock.h"

void spin_lock_wait(spinlock_t *lock, u16 mine)
{
	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != mine)
		cpu_relax();
}

void spin_unlock_unheld(spinlock_t *lock)
{
	WARN(true, "spin lock %pS (0x%08lx): unlocked, but nobody holds it", lock,
	     (unsigned long)lock);
}
