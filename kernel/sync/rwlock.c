/* SPDX-License-Identifier: MIT */
/*
 * Waiting for an rwlock: see rwlock.h.
 */
#include "kernel/sync/rwlock.h"
#include "kernel/console/panic.h"
#include "lib/control.h"

/* Adds a reader, whatever there is, and waits until no writer is. */
static void enter_as_reader(rwlock_t *lock)
{
	unsigned int spins = 0;

	__atomic_fetch_add(&lock->count, RWLOCK_READER, __ATOMIC_ACQUIRE);
	while (__atomic_load_n(&lock->count, __ATOMIC_ACQUIRE) & RWLOCK_WRITER)
		if (spins++ % PAUSE_SPINS == 0)
			cpu_relax();
}

/* This CPU is the writer already, and would wait for itself. */
void rwlock_check_deadlock(const rwlock_t *lock, unsigned long site)
{
	char place[LOCK_PLACE_SIZE];

	if ((READ_ONCE(lock->count) & RWLOCK_WRITER) == this_cpu_read(cpu_token))
		panic("rwlock %s (0x%08lx): deadlock: CPU %u takes it at %s, and holds it for "
		      "writing already",
		      lock_name(lock), (unsigned long)lock, smp_processor_id(),
		      lock_place(place, (void *)site));
}

void read_lock_wait(rwlock_t *lock)
{
	rwlock_check_deadlock(lock, (unsigned long)__builtin_return_address(0));
	if (in_interrupt()) {
		enter_as_reader(lock);
		return;
	}
	arch_spin_lock(&lock->wait);
	enter_as_reader(lock);
	arch_spin_unlock(&lock->wait);
}

void write_lock_wait(rwlock_t *lock)
{
	unsigned int spins = 0;

	rwlock_check_deadlock(lock, (unsigned long)__builtin_return_address(0));
	arch_spin_lock(&lock->wait);
	__atomic_fetch_or(&lock->count, RWLOCK_WAITING, __ATOMIC_RELAXED);
	for (;;) {
		u32 count = RWLOCK_WAITING;

		if (__atomic_compare_exchange_n(&lock->count, &count, this_cpu_read(cpu_token),
						false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			break;
		if (control(rwlock_writer_barges) && !(count & RWLOCK_WRITER)) {
			__atomic_fetch_xor(&lock->count, RWLOCK_WAITING | this_cpu_read(cpu_token),
					   __ATOMIC_ACQUIRE);
			break;
		}
		if (spins++ % PAUSE_SPINS == 0)
			cpu_relax();
	}
	arch_spin_unlock(&lock->wait);
}

static void report_unheld(const rwlock_t *lock, const char *what, void *site)
{
	char place[LOCK_PLACE_SIZE];

	WARN(true, "rwlock %s (0x%08lx): unlocked at %s, but nobody holds it for %s",
	     lock_name(lock), (unsigned long)lock, lock_place(place, site), what);
}

void read_unlock_unheld(rwlock_t *lock)
{
	report_unheld(lock, "reading", __builtin_return_address(0));
	preempt_count_add(PREEMPT_OFFSET);
}

void write_unlock_unheld(rwlock_t *lock)
{
	report_unheld(lock, "writing", __builtin_return_address(0));
	preempt_count_add(PREEMPT_OFFSET);
}
