/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a PKMAP slot, and waking who waits.
 *
 * A task that finds none sleeps in its colour's queue, in which it stands before it lets go of
 * kmap_lock. Wakers do not hold it: who gives the last reference back changes count and hint, then
 * looks for sleepers; the sleeper enters the queue, then looks for hints. One of the two sees the
 * other.
 *
 * Each slot that becomes idle wakes one task, the one that waits longest: a crowd would only go to
 * sleep again. So who is woken and does not need a slot after all, because his page has got one,
 * wakes the next one in his place if there is something to be had; and who has mapped a page wakes
 * all who wait for that page.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/softirq.h"
#include "kernel/sync/wait.h"
#include "lib/control.h"
#include "mm/highmem.h"
#include "mm/pkmap_debug.h"
#include "mm/pkmap_internal.h"

unsigned int pkmap_waiters[PKMAP_COLORS];
static struct wait_queue_head wait_queues[PKMAP_COLORS];

struct wait_queue_head *get_pkmap_wait_queue_head(unsigned int color)
{
	return &wait_queues[color];
}

/* --- waking --- */

/* A task in the queue, and the page that it wants to map. */
struct pkmap_waiter {
	struct wait_queue_entry entry;
	const struct page *page;
};

static int wake_for_page(struct wait_queue_entry *entry, unsigned int mode, int flags, void *page)
{
	const struct pkmap_waiter *waiter = container_of(entry, struct pkmap_waiter, entry);

	if (page && page != waiter->page)
		return 0;
	return default_wake_function(entry, mode, flags, NULL);
}

void pkmap_wake(unsigned int color, int nr, const struct page *page)
{
	pkmap_count_event(wakes);
	__wake_up(&wait_queues[color], TASK_NORMAL, nr, (void *)(uintptr_t)page);
}

unsigned int pkmap_hints(unsigned int color)
{
	unsigned long mine = pkmap_color_bits(color);
	unsigned int n = 0, cpu;

	for_each_online_cpu(cpu)
	{
		const unsigned long *map = per_cpu_ptr(&idle_hints, cpu)->map;

		for (unsigned int word = 0; word < PKMAP_WORDS; word++)
			n += hweight_long(READ_ONCE(map[word]) & mine);
	}
	return n;
}

/* NMIs have made slots idle, and must not take the lock of a queue. */
static void wake_after_nmi(void)
{
	for (unsigned int color = 0; color < PKMAP_COLORS; color++) {
		int idle = (int)pkmap_hints(color);

		/* None: a flusher was here before, who wakes by himself; and 0 would wake all. */
		if (idle && waitqueue_active(&wait_queues[color]))
			pkmap_wake(color, idle, NULL);
	}
}

void __in_registers pkmap_now_idle(unsigned int nr)
{
	unsigned int color = nr & (PKMAP_COLORS - 1);

	this_cpu_set_bit_locked(nr, idle_hints.map);
	if (control(pkmap_eager_unmap) && !in_atomic() && !irqs_disabled())
		kmap_flush_unused();
	if (likely(!waitqueue_active(&wait_queues[color])) || control(pkmap_no_wake))
		return;
	if (unlikely(in_nmi()) && !control(pkmap_nmi_wakes))
		raise_softirq_irqoff(KMAP_SOFTIRQ);
	else
		pkmap_wake(color, 1, NULL);
}

void pkmap_wake_unlocked(unsigned int color, int nr, const struct page *page)
{
	unlock_kmap();
	pkmap_wake(color, nr, page);
	lock_kmap();
}

/*
 * What this CPU has at hand besides, since the page was mapped by somebody else in the last moment,
 * is for those who wait for any.
 */
void pkmap_share_with_waiters(const struct page *page, unsigned int color)
{
	bool more = pkmap_take_back(color);

	pkmap_wake_unlocked(color, 0, page);
	if (more && !control(pkmap_leftovers_wake_nobody))
		pkmap_wake_unlocked(color, 1, NULL);
}

/* --- waiting --- */

/* The page has a slot that will not be taken back before somebody has looked at it. */
static bool is_present(const struct page *page)
{
	struct page_address_slot *slot = page_slot(page);
	u32 tags = page_address_lock(slot);
	const struct page_address_map *map = page_address_find(page);
	bool present =
		map && READ_ONCE(pkmap_count[pkmap_nr(map)]) > 0 && !control(pkmap_no_recheck);

	page_address_unlock(slot, tags);
	return present;
}

/*
 * References are given back without the lock: who did so before we stood in the queue woke nobody,
 * but has left a hint. And a CPU that had a slot at hand may just be giving it to our page: it
 * holds the page's bucket from before it took the slot until the page is there. So first all slots
 * at hand are taken away, and then the page is looked for.
 */
void pkmap_wait_for_slot(const struct page *page, unsigned int color)
{
	struct wait_queue_head *queue = get_pkmap_wait_queue_head(color);
	struct pkmap_waiter waiter = {.entry = {.private = current, .func = wake_for_page},
				      .page = page};

	pkmap_waiters[color]++;
	pkmap_take_back(color);
	add_wait_queue_exclusive(queue, &waiter.entry);
	set_current_state(TASK_UNINTERRUPTIBLE);
	if ((flushes_under_way[color] > 0 || pkmap_hints(color) == 0 ||
	     control(pkmap_hints_not_seen)) &&
	    pkmap_next_free(color, color) == LAST_PKMAP && !is_present(page)) {
		pkmap_count_event(sleeps);
		pkmap_debug_blocked(color);
		unlock_kmap();
		schedule();
		lock_kmap();
	}
	__set_current_state(TASK_RUNNING);
	remove_wait_queue(queue, &waiter.entry);
	pkmap_waiters[color]--;
}

void pkmap_wait_init(void)
{
	open_softirq(KMAP_SOFTIRQ, wake_after_nmi);
	for (unsigned int color = 0; color < PKMAP_COLORS; color++)
		init_waitqueue_head(&wait_queues[color]);
}
