/* SPDX-License-Identifier: MIT */
/*
 * Read/write semaphores: see rwsem.h.
 *
 * RWSEM_WAITERS is set, under wait_lock, before the first waiter looks whether it could have the
 * lock after all; so a release either sees it and serves the queue, or came before that look. The
 * queue is served under wait_lock only. A waiter is given the lock by whoever serves, and ends its
 * wait with wait_lock in hand: its task may be touched under that lock.
 */
#include "kernel/sync/rwsem.h"
#include "lib/control.h"
#include "lib/errno.h"

struct rwsem_waiter {
	struct list_head list;
	struct task_struct *task;
	bool writes;
	bool served;
};

/* Adds @add to the count if none of @unless is set in it. */
static bool count_add_unless(struct rw_semaphore *sem, unsigned int unless, unsigned int add)
{
	unsigned int count = READ_ONCE(sem->count);

	do {
		if (count & unless)
			return false;
	} while (!__atomic_compare_exchange_n(&sem->count, &count, count + add, false,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return true;
}

/* A writer wants nobody at all; who serves the queue does not mind that there is one. */
static bool take(struct rw_semaphore *sem, bool writes, bool queue_too)
{
	unsigned int unless = writes ? ~RWSEM_WAITERS : RWSEM_WRITER;

	if (queue_too && !(control(rwsem_writers_starve) && !writes))
		unless |= RWSEM_WAITERS;
	if (control(rwsem_excludes_nobody))
		unless &= RWSEM_WAITERS;
	return count_add_unless(sem, unless, writes ? RWSEM_WRITER : RWSEM_READER);
}

/* Under wait_lock: gives the lock to as many in the queue as can have it. */
static void serve(struct rw_semaphore *sem)
{
	struct rwsem_waiter *waiter, *next;

	list_for_each_entry_safe(waiter, next, &sem->wait_list, list) {
		bool writes = waiter->writes;

		if (!take(sem, writes, false))
			break;
		if (writes)
			sem->owner = waiter->task;
		list_del(&waiter->list);
		waiter->served = true;
		wake_up_process(waiter->task);
		if (writes)
			break;
	}
	if (list_empty(&sem->wait_list))
		__atomic_fetch_and(&sem->count, ~RWSEM_WAITERS, __ATOMIC_RELAXED);
}

static int __sched wait_turn(struct rw_semaphore *sem, bool writes, unsigned int state)
{
	struct rwsem_waiter waiter = {.task = current, .writes = writes};
	int ret = 0;

	spin_lock(&sem->wait_lock);
	list_add_tail(&waiter.list, &sem->wait_list);
	__atomic_fetch_or(&sem->count, RWSEM_WAITERS, __ATOMIC_SEQ_CST);
	serve(sem);
	current->blocked_on = sem;
	while (!waiter.served) {
		if (signal_pending_state(state, current)) {
			ret = -EINTR;
			list_del(&waiter.list);
			serve(sem); /* those behind may have waited for us only */
			break;
		}
		__set_current_state(state); /* who serves needs the lock, so no barrier */
		spin_unlock(&sem->wait_lock);
		schedule();
		spin_lock(&sem->wait_lock);
	}
	__set_current_state(TASK_RUNNING);
	current->blocked_on = NULL;
	spin_unlock(&sem->wait_lock);
	return ret;
}

int __sched __down_read(struct rw_semaphore *sem, unsigned int state, unsigned int subclass,
			unsigned long site)
{
	int ret = 0;

	rwsem_acquire(sem, subclass, LOCK_SLEEP | LOCK_READ, site);
	if (!take(sem, false, true))
		ret = wait_turn(sem, false, state);
	if (ret)
		rwsem_release(sem, site);
	return ret;
}

int __sched __down_write(struct rw_semaphore *sem, unsigned int state, unsigned int subclass,
			 unsigned long site)
{
	int ret = 0;

	rwsem_acquire(sem, subclass, LOCK_SLEEP, site);
	if (take(sem, true, true))
		sem->owner = current;
	else
		ret = wait_turn(sem, true, state);
	if (ret)
		rwsem_release(sem, site);
	return ret;
}

int down_read_trylock(struct rw_semaphore *sem)
{
	if (!take(sem, false, true))
		return 0;
	rwsem_acquire(sem, 0, LOCK_SLEEP | LOCK_READ | LOCK_TRY, debug_ip());
	return 1;
}

int down_write_trylock(struct rw_semaphore *sem)
{
	if (!take(sem, true, true))
		return 0;
	sem->owner = current;
	rwsem_acquire(sem, 0, LOCK_SLEEP | LOCK_TRY, debug_ip());
	return 1;
}

static void __sched serve_locked(struct rw_semaphore *sem)
{
	spin_lock(&sem->wait_lock);
	serve(sem);
	spin_unlock(&sem->wait_lock);
}

static bool __cold report_unheld(struct rw_semaphore *sem, const char *what, void *site)
{
	char place[LOCK_PLACE_SIZE];

	WARN(true, "rwsem %s (0x%08lx): task %s (pid %d) calls %s at %s, but does not hold it",
	     sem->name ?: "?", (unsigned long)sem, current->comm, current->pid, what,
	     lock_place(place, site));
	return true;
}

void up_read(struct rw_semaphore *sem)
{
	unsigned int count;

	if (unlikely(READ_ONCE(sem->count) < RWSEM_READER) &&
	    report_unheld(sem, "up_read", __builtin_return_address(0)))
		return;
	rwsem_release(sem, debug_ip());
	count = __atomic_sub_fetch(&sem->count, RWSEM_READER, __ATOMIC_RELEASE);
	if (unlikely(count & RWSEM_WAITERS) && count < RWSEM_READER)
		serve_locked(sem);
}

void up_write(struct rw_semaphore *sem)
{
	unsigned int count;

	if (unlikely(sem->owner != current) &&
	    report_unheld(sem, "up_write", __builtin_return_address(0)))
		return;
	rwsem_release(sem, debug_ip());
	sem->owner = NULL;
	count = __atomic_sub_fetch(&sem->count, RWSEM_WRITER, __ATOMIC_RELEASE);
	if (unlikely(count & RWSEM_WAITERS))
		serve_locked(sem);
}

void downgrade_write(struct rw_semaphore *sem)
{
	unsigned int count;

	if (unlikely(sem->owner != current) &&
	    report_unheld(sem, "downgrade_write", __builtin_return_address(0)))
		return;
	rwsem_release(sem, debug_ip());
	rwsem_acquire(sem, 0, LOCK_SLEEP | LOCK_READ | LOCK_TRY, debug_ip());
	sem->owner = NULL;
	count = __atomic_add_fetch(&sem->count, RWSEM_READER - RWSEM_WRITER, __ATOMIC_RELEASE);
	if (unlikely(count & RWSEM_WAITERS))
		serve_locked(sem);
}
