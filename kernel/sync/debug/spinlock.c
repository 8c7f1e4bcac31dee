/* SPDX-License-Identifier: MIT */
/*
 * Debug builds: who holds a spin lock or an rwlock, since where, and whether it is he who lets go.
 *
 * The fields are written by the holder only, while he holds the lock; who reads them in a report
 * may see a holder that has just gone.
 */
#include "kernel/sync/spinlock.h"
#include "kernel/sync/sched.h"
#include "lib/control.h"
#include "lib/string.h"

void spin_lock_init_named(spinlock_t *lock, const char *name, const struct lock_class_key *key)
{
	memset(lock, 0, sizeof(*lock));
	lockdep_init_map(&lock->dep_map, name, key);
}

void spin_debug_acquire(spinlock_t *lock, unsigned int subclass, bool try, unsigned long site)
{
	if (!try && READ_ONCE(lock->locked) == this_cpu_read(cpu_token) &&
	    !control(spin_deadlock_silent))
		spin_deadlock(lock, site);
	lock_acquire(&lock->dep_map, subclass, try ? LOCK_TRY : 0, site);
}

void spin_debug_acquired(spinlock_t *lock, unsigned long site)
{
	lock->owner = current;
	lock->site = site;
	lock->owner_cpu = this_cpu_read(cpu_token);
}

void spin_debug_hand_over(spinlock_t *lock)
{
	lock->owner = current;
}

static const char *comm(const struct task_struct *task)
{
	return task ? task->comm : "none";
}

bool spin_debug_release(spinlock_t *lock, unsigned long site)
{
	if (READ_ONCE(lock->locked) == 0)
		return true; /* reported by the unlock itself */
	if (control(spin_owner_unchecked))
		;
	else if (lock->owner_cpu != this_cpu_read(cpu_token))
		WARN(true,
		     "spin lock %s (0x%08lx): wrong CPU: CPU %u (task %s) unlocks it at %pS, but "
		     "CPU %d (task %s) took it at %pS",
		     lock->dep_map.name ?: "?", (unsigned long)lock, smp_processor_id(),
		     comm(current), (void *)site, (int)lock->owner_cpu - 1, comm(lock->owner),
		     (void *)lock->site);
	else if (lock->owner != current)
		WARN(true,
		     "spin lock %s (0x%08lx): wrong owner: task %s unlocks it at %pS, but task %s "
		     "took it at %pS",
		     lock->dep_map.name ?: "?", (unsigned long)lock, comm(current), (void *)site,
		     comm(lock->owner), (void *)lock->site);
	lock->owner = NULL;
	lock->owner_cpu = 0;
	lock_release(&lock->dep_map, site);
	return true;
}
