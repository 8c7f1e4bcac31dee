/* SPDX-License-Identifier: MIT */
/*
 * Semaphores: see semaphore.h. While somebody waits the count is 0, and up() hands its one to the
 * first in the list instead of adding it: nobody overtakes.
 *
 * A waiter ends its wait with the lock in hand, so up() may touch its task under the lock.
 */
#include "kernel/sync/semaphore.h"
#include "lib/control.h"
#include "lib/errno.h"

struct semaphore_waiter {
	struct list_head list;
	struct task_struct *task;
	bool has_one;
};

static int __sched wait_for_one(struct semaphore *sem, struct semaphore_waiter *waiter,
				unsigned int state, long timeout)
{
	int ret = 0;

	list_add_tail(&waiter->list, &sem->wait_list);
	while (!waiter->has_one) {
		if (signal_pending_state(state, current))
			ret = -EINTR;
		else if (timeout <= 0)
			ret = -ETIME;
		if (ret)
			break;
		__set_current_state(state); /* up() needs the lock, so no barrier */
		spin_unlock_irq(&sem->lock);
		timeout = schedule_timeout(timeout);
		spin_lock_irq(&sem->lock);
	}
	list_del(&waiter->list);
	return ret;
}

int __sched __down(struct semaphore *sem, unsigned int state, long timeout)
{
	struct semaphore_waiter waiter = {.task = current};
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&sem->lock, flags);
	if (likely(sem->count > 0))
		sem->count--;
	else
		ret = wait_for_one(sem, &waiter, state, timeout);
	spin_unlock_irqrestore(&sem->lock, flags);
	return ret;
}

int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	int none;

	spin_lock_irqsave(&sem->lock, flags);
	none = sem->count == 0;
	if (!none)
		sem->count--;
	spin_unlock_irqrestore(&sem->lock, flags);
	return none;
}

void up(struct semaphore *sem)
{
	struct semaphore_waiter *first;
	unsigned long flags;

	spin_lock_irqsave(&sem->lock, flags);
	first = list_first_entry_or_null(&sem->wait_list, struct semaphore_waiter, list);
	if (first && !control(up_wakes_nobody)) {
		list_del_init(&first->list);
		first->has_one = true;
		wake_up_process(first->task);
	} else {
		sem->count++;
	}
	spin_unlock_irqrestore(&sem->lock, flags);
}
