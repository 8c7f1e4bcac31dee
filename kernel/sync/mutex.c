/* SPDX-License-Identifier: MIT */
/*
 * The slow halves of mutex.h.
 *
 * Under wait_lock the list and the flags agree: MUTEX_WAITERS is set from before the first waiter
 * looks at the owner for the last time until the list is empty. So an unlock either sees the flag
 * and comes here, or has freed the mutex before that look.
 *
 * A waiter ends its wait with wait_lock in hand, so whoever wakes it under that lock may touch its
 * task.
 */
#include "kernel/sync/mutex.h"
#include "kernel/console/panic.h"
#include "kernel/sync/preempt.h"
#include "lib/control.h"
#include "lib/errno.h"

struct mutex_waiter {
	struct list_head list;
	struct task_struct *task;
};

static struct task_struct *owner_task(unsigned long owner)
{
	return (struct task_struct *)(owner & ~MUTEX_FLAGS);
}

static const char *owner_name(unsigned long owner)
{
	return owner_task(owner) ? owner_task(owner)->comm : "none";
}

/*
 * Under wait_lock, by a waiter: takes the mutex if it is free, or was handed over. @impatient: asks
 * for it to be handed over.
 */
static bool try_as_waiter(struct mutex *lock, bool impatient)
{
	unsigned long me = (unsigned long)current, owner = READ_ONCE(lock->owner), wanted;

	do {
		if (owner_task(owner) == current) {
			/* Handed over; the owner's word is ours alone but for the flags. */
			__atomic_fetch_and(&lock->owner, ~MUTEX_HANDOFF, __ATOMIC_ACQUIRE);
			return true;
		}
		if (!owner_task(owner) || control(mutex_excludes_nobody))
			wanted = me | (owner & MUTEX_WAITERS);
		else if (impatient && !(owner & MUTEX_HANDOFF))
			wanted = owner | MUTEX_HANDOFF;
		else
			return false;
	} while (!__atomic_compare_exchange_n(&lock->owner, &owner, wanted, false, __ATOMIC_ACQUIRE,
					      __ATOMIC_RELAXED));
	return owner_task(wanted) == current;
}

void mutex_deadlock(struct mutex *lock, unsigned long site)
{
	char place[LOCK_PLACE_SIZE], first[LOCK_PLACE_SIZE];

	panic("mutex %s (0x%08lx): deadlock: task %s (pid %d) takes it at %s, and holds it "
	      "already; first taken at %s",
	      lock->name ?: "?", (unsigned long)lock, current->comm, current->pid,
	      lock_place(place, (void *)site), lock_place(first, mutex_site(lock)));
}

int __sched mutex_lock_wait(struct mutex *lock, unsigned int state, unsigned long site)
{
	struct mutex_waiter waiter = {.task = current};
	bool woken = false;
	int ret = 0;

	if (owner_task(READ_ONCE(lock->owner)) == current && control(mutex_deadlock_silent))
		return 0;
	if (owner_task(READ_ONCE(lock->owner)) == current)
		mutex_deadlock(lock, site ?: (unsigned long)__builtin_return_address(0));
	spin_lock(&lock->wait_lock);
	list_add_tail(&waiter.list, &lock->wait_list);
	__atomic_fetch_or(&lock->owner, MUTEX_WAITERS, __ATOMIC_SEQ_CST);
	current->blocked_on = lock;
	for (;;) {
		bool first = lock->wait_list.next == &waiter.list;

		set_current_state(state);
		if (try_as_waiter(lock, first && woken))
			break;
		if (signal_pending_state(state, current)) {
			ret = -EINTR;
			break;
		}
		spin_unlock(&lock->wait_lock);
		schedule();
		woken = true;
		spin_lock(&lock->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	current->blocked_on = NULL;
	list_del(&waiter.list);
	if (list_empty(&lock->wait_list))
		__atomic_fetch_and(&lock->owner, ~MUTEX_FLAGS, __ATOMIC_RELAXED);
	spin_unlock(&lock->wait_lock);
	return ret;
}

static void __cold report_not_owner(struct mutex *lock, unsigned long owner, void *site)
{
	char place[LOCK_PLACE_SIZE], taken[LOCK_PLACE_SIZE];

	WARN(!control(mutex_unlock_silent),
	     "mutex %s (0x%08lx): task %s (pid %d) unlocks it at %s, but the owner is %s, taken at "
	     "%s",
	     lock->name ?: "?", (unsigned long)lock, current->comm, current->pid,
	     lock_place(place, site), owner_name(owner),
	     lock_place(taken, owner_task(owner) ? mutex_site(lock) : NULL));
}

void __sched mutex_unlock_wake(struct mutex *lock)
{
	unsigned long owner = READ_ONCE(lock->owner);
	struct mutex_waiter *first;

	if (owner_task(owner) != current) {
		report_not_owner(lock, owner, __builtin_return_address(0));
		return;
	}
	/* Free it at once, so that others can have it before the first waiter is awake... */
	while (!(owner & MUTEX_HANDOFF) &&
	       !__atomic_compare_exchange_n(&lock->owner, &owner, owner & MUTEX_FLAGS, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	spin_lock(&lock->wait_lock);
	first = list_first_entry_or_null(&lock->wait_list, struct mutex_waiter, list);
	/* ... unless it must go to him. Nobody else changes an owner that is us. */
	if (owner & MUTEX_HANDOFF)
		__atomic_store_n(&lock->owner,
				 first ? (unsigned long)first->task | MUTEX_WAITERS : 0,
				 __ATOMIC_RELEASE);
	if (first)
		wake_up_process(first->task);
	spin_unlock(&lock->wait_lock);
}

void mutex_destroy(struct mutex *lock)
{
	WARN(mutex_is_locked(lock), "mutex %s (0x%08lx): destroyed while %s holds it",
	     lock->name ?: "?", (unsigned long)lock, owner_name(READ_ONCE(lock->owner)));
}
