/* SPDX-License-Identifier: MIT */
/*
 * Wait queues: see wait.h.
 *
 * The list, from its head: entries with priority, those that are not exclusive (the latest first),
 * the exclusive ones in the order in which they came. A wake-up walks it once, so it reaches all
 * that are not exclusive before it counts.
 *
 * An entry lies on the stack of who waits. autoremove_wake_function() unlinks it in the wake-up,
 * and then finish_wait() needs no lock: list_empty_careful() sees the entry unlinked only after the
 * waker's last access to it. Whoever frees the *queue* after waiting must know by other means that
 * the waker is done with it; a completion does (completion.h).
 */
#include "kernel/sync/wait.h"
#include "lib/control.h"

void __add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	struct list_head *at = &wq->head;

	if (!(entry->flags & WQ_FLAG_PRIORITY))
		while (at->next != &wq->head &&
		       list_entry(at->next, struct wait_queue_entry, entry)->flags &
			       WQ_FLAG_PRIORITY)
			at = at->next;
	list_add(&entry->entry, at);
}

void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags &= ~(unsigned int)WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq->lock, flags);
	__add_wait_queue(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	__add_wait_queue_entry_tail_exclusive(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void add_wait_queue_priority(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	entry->flags |= WQ_FLAG_EXCLUSIVE | WQ_FLAG_PRIORITY;
	spin_lock_irqsave(&wq->lock, flags);
	__add_wait_queue(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	__remove_wait_queue(wq, entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

/* ---- waking ---- */

/* Under the lock. @nr exclusive waiters; 0: all of them. */
static void wake_entries(struct wait_queue_head *wq, unsigned int mode, int nr, int flags,
			 void *key)
{
	struct wait_queue_entry *entry, *next;

	if (control(wake_up_wakes_all))
		nr = 0;
	list_for_each_entry_safe(entry, next, &wq->head, entry) {
		unsigned int kind = entry->flags; /* the entry may be gone after func */
		int woke = entry->func(entry, mode, flags, key);

		if (woke < 0 || (woke && (kind & WQ_FLAG_EXCLUSIVE) && --nr == 0))
			break;
	}
}

void __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr, void *key)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	wake_entries(wq, mode, nr, 0, key);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void __wake_up_sync(struct wait_queue_head *wq, unsigned int mode)
{
	unsigned long flags;

	spin_lock_irqsave(&wq->lock, flags);
	wake_entries(wq, mode, 1, WF_SYNC, NULL);
	spin_unlock_irqrestore(&wq->lock, flags);
}

void __wake_up_locked(struct wait_queue_head *wq, unsigned int mode, int nr)
{
	wake_entries(wq, mode, nr, 0, NULL);
}

void __wake_up_locked_key(struct wait_queue_head *wq, unsigned int mode, void *key)
{
	wake_entries(wq, mode, 1, 0, key);
}

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	return wake_up_state(entry->private, mode);
}

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags,
			     void *key)
{
	int woke = default_wake_function(entry, mode, flags, key);

	if (woke)
		list_del_init_careful(&entry->entry);
	return woke;
}

/* ---- waiting ---- */

/* set_current_state() is a full barrier: what the caller looks at next, it looks at afterwards. */
void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state)
{
	unsigned long flags;

	entry->flags &= ~(unsigned int)WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq->lock, flags);
	if (list_empty(&entry->entry))
		__add_wait_queue(wq, entry);
	set_current_state(state);
	spin_unlock_irqrestore(&wq->lock, flags);
}

bool prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *entry,
			       int state)
{
	unsigned long flags;
	bool first = false;

	entry->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq->lock, flags);
	if (list_empty(&entry->entry)) {
		first = list_empty(&wq->head);
		__add_wait_queue_entry_tail(wq, entry);
	}
	set_current_state(state);
	spin_unlock_irqrestore(&wq->lock, flags);
	return first;
}

/*
 * One who is interrupted leaves the queue under the lock. Either a wake-up had not reached him, and
 * goes to the next; or it had, and then the condition is looked at once more after this.
 */
long prepare_to_wait_event(struct wait_queue_head *wq, struct wait_queue_entry *entry, int state)
{
	unsigned long flags;
	long result = 0;

	spin_lock_irqsave(&wq->lock, flags);
	if (signal_pending_state((unsigned int)state, current)) {
		list_del_init(&entry->entry);
		result = -ERESTARTSYS;
	} else {
		if (list_empty(&entry->entry)) {
			if (entry->flags & WQ_FLAG_EXCLUSIVE)
				__add_wait_queue_entry_tail(wq, entry);
			else
				__add_wait_queue(wq, entry);
		}
		set_current_state(state);
	}
	spin_unlock_irqrestore(&wq->lock, flags);
	return result;
}

void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *entry)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&entry->entry))
		return;
	spin_lock_irqsave(&wq->lock, flags);
	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&wq->lock, flags);
}

/*
 * The flag and the state are written and read in opposite orders by the two, with a full barrier
 * between: one of them sees what the other has done.
 */
long __sched wait_woken(struct wait_queue_entry *entry, unsigned int mode, long timeout)
{
	set_current_state((int)mode);
	if (!(READ_ONCE(entry->flags) & WQ_FLAG_WOKEN))
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	__atomic_fetch_and(&entry->flags, ~(unsigned int)WQ_FLAG_WOKEN, __ATOMIC_SEQ_CST);
	return timeout;
}

int woken_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	__atomic_fetch_or(&entry->flags, WQ_FLAG_WOKEN, __ATOMIC_SEQ_CST);
	return default_wake_function(entry, mode, flags, key);
}
