/* SPDX-License-Identifier: MIT */
/*
 * Debug builds: what a mutex and a rwsem do besides.
 */
#include "kernel/sync/mutex.h"
#include "lib/control.h"

void mutex_debug_acquire(struct mutex *lock, unsigned int subclass, bool try, unsigned long site)
{
	if (!try && !control(mutex_deadlock_silent) &&
	    (READ_ONCE(lock->owner) & ~MUTEX_FLAGS) == (unsigned long)current)
		mutex_deadlock(lock, site);
	lock_acquire(&lock->dep_map, subclass, LOCK_SLEEP | (try ? LOCK_TRY : 0), site);
}

/* Who is not the owner is reported by the unlock itself. */
void mutex_debug_release(struct mutex *lock, unsigned long site)
{
	if ((READ_ONCE(lock->owner) & ~MUTEX_FLAGS) == (unsigned long)current)
		lock_release(&lock->dep_map, site);
}
