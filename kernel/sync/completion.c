/* SPDX-License-Identifier: MIT */
/*
 * Completions: see completion.h. Everything happens under the queue's lock.
 */
#include "kernel/sync/completion.h"
#include "lib/control.h"

void complete(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != COMPLETE_ALL && !control(complete_uncounted))
		x->done++;
	wake_up_locked(&x->wait);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

void complete_all(struct completion *x)
{
	unsigned long flags;

	spin_lock_irqsave(&x->wait.lock, flags);
	x->done = COMPLETE_ALL;
	if (control(complete_all_wakes_one))
		wake_up_locked(&x->wait);
	else
		wake_up_all_locked(&x->wait);
	spin_unlock_irqrestore(&x->wait.lock, flags);
}

/* Under the lock: uses up one complete(), if there is one. */
static bool take(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != COMPLETE_ALL)
		x->done--;
	return true;
}

long __sched __wait_for_completion(struct completion *x, long timeout, unsigned int state)
{
	DECLARE_WAITQUEUE(entry, current);
	bool taken;

	spin_lock_irq(&x->wait.lock);
	taken = take(x);
	if (taken)
		goto out;
	__add_wait_queue_entry_tail_exclusive(&x->wait, &entry);
	do {
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		__set_current_state(state); /* wakers need the lock, so no barrier */
		spin_unlock_irq(&x->wait.lock);
		timeout = schedule_timeout(timeout);
		spin_lock_irq(&x->wait.lock);
		taken = take(x);
	} while (!taken && timeout > 0);
	__remove_wait_queue(&x->wait, &entry);
out:
	spin_unlock_irq(&x->wait.lock);
	return taken && timeout < 1 ? 1 : timeout;
}

bool try_wait_for_completion(struct completion *x)
{
	unsigned long flags;
	bool taken;

	spin_lock_irqsave(&x->wait.lock, flags);
	taken = take(x);
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return taken;
}

bool completion_done(struct completion *x)
{
	unsigned long flags;
	bool done;

	spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done != 0;
	spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}
