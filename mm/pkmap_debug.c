/* SPDX-License-Identifier: MIT */
/*
 * Holders of PKMAP slots: see pkmap_debug.h.
 *
 * A holder is written down after he has got his reference and crossed out before he gives it back,
 * so the book may run ahead of a count for a moment, never behind it. Who gives a reference back
 * need not be who took it: then the book crosses out somebody else's line, and what it says of such
 * a slot is a hint. References taken in interrupts are nobody's: they are never waited for.
 *
 * The book knows a few holders of each slot by name. How many references a task has altogether is
 * counted in the task, without a limit: who stands in a queue has all of them when the sum over
 * those who sleep there is the sum over the slots.
 */
#include "mm/pkmap_debug.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/wait.h"
#include "lib/div64.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/pkmap_internal.h"

#define REPORTED_SLOTS 8 /* the rest is counted */

/* One reference, if `since` is not 0. */
struct pkmap_holder {
	const struct task_struct *task; /* to compare only: it may be gone; NULL: an interrupt's */
	u64 since;                      /* clock_ns() */
	int pid;
	char comm[TASK_COMM_LEN];
	unsigned long sites[PKMAP_HOLDER_SITES];
};

struct pkmap_book {
	struct pkmap_holder holders[PKMAP_HOLDERS];
	unsigned int others; /* references that found no free line */
};

static struct pkmap_book books[PKMAP_DEBUG ? LAST_PKMAP : 1];
static DEFINE_SPINLOCK(book_lock);
static bool reported;

struct site_list {
	unsigned long *sites;
	unsigned int nr;
};

static bool add_site(unsigned long address, void *arg)
{
	struct site_list *list = arg;

	list->sites[list->nr++] = address;
	return list->nr < PKMAP_HOLDER_SITES;
}

void __pkmap_debug_get(unsigned int nr, unsigned long frame)
{
	struct pkmap_book *book = &books[nr];
	struct pkmap_holder *line = NULL;
	struct site_list list;
	unsigned long flags;

	if (in_nmi())
		return;
	if (!in_interrupt())
		current->pkmap_held[nr % PKMAP_COLORS]++;
	spin_lock_irqsave(&book_lock, flags);
	for (unsigned int i = 0; i < PKMAP_HOLDERS && !line; i++)
		if (!book->holders[i].since)
			line = &book->holders[i];
	if (line) {
		memset(line, 0, sizeof(*line));
		list = (struct site_list){line->sites, 0};
		walk_stack(frame, add_site, &list);
		line->task = in_interrupt() ? NULL : current;
		line->pid = current->pid;
		strscpy(line->comm, in_interrupt() ? "interrupt" : current->comm,
			sizeof(line->comm));
		line->since = clock_ns() | 1;
	} else {
		book->others++;
	}
	spin_unlock_irqrestore(&book_lock, flags);
}

void __pkmap_debug_put(unsigned int nr)
{
	const struct task_struct *task = in_interrupt() ? NULL : current;
	struct pkmap_book *book = &books[nr];
	struct pkmap_holder *line = NULL;
	unsigned long flags;

	if (in_nmi())
		return;
	if (task)
		current->pkmap_held[nr % PKMAP_COLORS]--;
	spin_lock_irqsave(&book_lock, flags);
	for (unsigned int i = 0; i < PKMAP_HOLDERS; i++) {
		struct pkmap_holder *holder = &book->holders[i];

		if (holder->since && (!line || (holder->task == task && line->task != task)))
			line = holder;
	}
	if (book->others && (!line || line->task != task))
		book->others--;
	else if (line)
		line->since = 0;
	spin_unlock_irqrestore(&book_lock, flags);
}

void pkmap_debug_show_holders(pkmap_print_t print, unsigned int nr)
{
	struct pkmap_book book;
	unsigned long flags;

	if (!PKMAP_DEBUG)
		return;
	spin_lock_irqsave(&book_lock, flags);
	book = books[nr];
	spin_unlock_irqrestore(&book_lock, flags);
	for (unsigned int i = 0; i < PKMAP_HOLDERS; i++) {
		const struct pkmap_holder *holder = &book.holders[i];

		if (holder->since)
			print("      held by pid %d (%s) for %u ms: %pB < %pB < %pB", holder->pid,
			      holder->comm,
			      (unsigned int)div_u64(clock_ns() - holder->since, 1000000),
			      (void *)holder->sites[0], (void *)holder->sites[1],
			      (void *)holder->sites[2]);
	}
	if (book.others)
		print("      and %u times more", book.others);
}

/* Does @task sleep in a queue for slots? */
static bool waits_for_a_slot(const struct task_struct *task)
{
	const struct wait_queue_entry *entry;
	unsigned long flags;
	bool found = false;

	for (unsigned int color = 0; color < PKMAP_COLORS && !found; color++) {
		struct wait_queue_head *queue = get_pkmap_wait_queue_head(color);

		spin_lock_irqsave(&queue->lock, flags);
		list_for_each_entry(entry, &queue->head, entry) {
			found = entry->private == task && !task_is_running(task);
			if (found)
				break;
		}
		spin_unlock_irqrestore(&queue->lock, flags);
	}
	return found;
}

/* Is one of the slot's known holders somebody who still runs, or an interrupt? */
static bool may_be_given_back(unsigned int nr)
{
	for (unsigned int i = 0; i < PKMAP_HOLDERS; i++) {
		const struct pkmap_holder *holder = &books[nr].holders[i];

		if (READ_ONCE(holder->since) && (!holder->task || !waits_for_a_slot(holder->task)))
			return true;
	}
	return false;
}

/* References to slots of @color that tasks have who sleep in a queue for slots of any colour. */
static int held_by_waiters(unsigned int color)
{
	const struct wait_queue_entry *entry;
	unsigned long flags;
	int sum = 0;

	for (unsigned int i = 0; i < PKMAP_COLORS; i++) {
		struct wait_queue_head *queue = get_pkmap_wait_queue_head(i);

		spin_lock_irqsave(&queue->lock, flags);
		list_for_each_entry(entry, &queue->head, entry) {
			const struct task_struct *task = entry->private;

			if (task && !task_is_running(task))
				sum += READ_ONCE(task->pkmap_held[color]);
		}
		spin_unlock_irqrestore(&queue->lock, flags);
	}
	return sum;
}

/* Are all slots of @color in use, and all references to them had by tasks that wait for one? */
static bool all_are_stuck(unsigned int color)
{
	int references = 0;

	for (unsigned int nr = color; nr < LAST_PKMAP; nr += PKMAP_COLORS) {
		if (pkmap_count[nr] < 2 || may_be_given_back(nr))
			return false;
		references += pkmap_count[nr] - 1;
	}
	return held_by_waiters(color) >= references;
}

static void print_line(const char *fmt, ...)
{
	char line[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	printk("%s\n", line);
}

void __pkmap_debug_blocked(unsigned int color)
{
	const unsigned int slots = (unsigned int)get_pkmap_entries_count(color);
	unsigned int i;

	if (!all_are_stuck(color)) {
		reported = false;
		return;
	}
	if (reported)
		return;
	reported = true;
	WARN(true,
	     "kmap: all %u slots are held by tasks that wait for one: they will wait for ever, unless "
	     "somebody else unmaps a page",
	     slots);
	for (i = 0; i < slots && i < REPORTED_SLOTS; i++) {
		print_line("  slot %u", color + i * PKMAP_COLORS);
		pkmap_debug_show_holders(print_line, color + i * PKMAP_COLORS);
	}
	if (i < slots)
		print_line("  and %u slots more", slots - i);
}
