/* SPDX-License-Identifier: MIT */
/*
 * Debug builds: what an rwlock does besides. A writer is known by CPU, task and place.
 */
#include "kernel/sync/rwlock.h"
#include "kernel/sync/sched.h"
#include "lib/string.h"

void rwlock_init_named(rwlock_t *lock, const char *name, const struct lock_class_key *key)
{
	memset(lock, 0, sizeof(*lock));
	lockdep_init_map(&lock->dep_map, name, key);
}

void rwlock_debug_acquire(rwlock_t *lock, unsigned int how, unsigned long site)
{
	if (!(how & LOCK_TRY))
		rwlock_check_deadlock(lock, site);
	lock_acquire(&lock->dep_map, 0, how, site);
}

void write_debug_acquired(rwlock_t *lock, unsigned long site)
{
	lock->owner = current;
	lock->site = site;
	lock->owner_cpu = this_cpu_read(cpu_token);
}

void rwlock_debug_release(rwlock_t *lock, bool write, unsigned long site)
{
	if (write) {
		WARN(lock->owner_cpu != this_cpu_read(cpu_token) || lock->owner != current,
		     "rwlock %s (0x%08lx): wrong owner: CPU %u (task %s) unlocks it, but CPU %d "
		     "(task %s) took it at %pS",
		     lock_name(lock), (unsigned long)lock, smp_processor_id(), current->comm,
		     (int)lock->owner_cpu - 1, lock->owner ? lock->owner->comm : "none",
		     lock_site(lock));
		lock->owner = NULL;
		lock->owner_cpu = 0;
	}
	lock_release(&lock->dep_map, site);
}
