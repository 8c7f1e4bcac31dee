/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the PKMAP window share: highmem.c, which gives slots to pages; pkmap_batch.c,
 * where free slots are kept; pkmap_flush.c, which takes idle ones back; and pkmap_wait.c, where
 * tasks wait for one. kmap.h draws the states of a slot.
 */
#ifndef MM_PKMAP_INTERNAL_H
#define MM_PKMAP_INTERNAL_H

#include "lib/bitmap.h"
#include "mm/kmap.h"

#define PKMAP_WORDS BITS_TO_LONGS(LAST_PKMAP)

/*
 * kmap_lock guards the search for free slots and the claims. It is held for a few dozen
 * instructions a call (and a few for each slot taken back), never while another CPU is waited for.
 * Interrupt handlers never take it: kmap_high_get() and kunmap_high() need no more than the slot's
 * word. Nor does a CPU that has free slots at hand (struct pkmap_batch): all that such a kmap()
 * shares with others is its page's bucket of the hash. Order: kmap_lock, then a bucket's lock.
 *
 * Bitmaps spare the scans:
 *
 *	free_slots   a slot's bit is set while its count is 0 and no CPU has it at hand.
 *	             Under kmap_lock.
 *	idle_hints   one map for each CPU. A slot's bit is set when its count falls to 1,
 *	             *after* it has, by the CPU that gave the last reference back; flushers
 *	             clear all CPUs' bits *before* they look at the count. So every idle slot
 *	             has a bit, or the one who made it idle is about to set it; a set bit may
 *	             be stale.
 */
extern unsigned long free_slots[PKMAP_WORDS];
struct pkmap_hints {
	unsigned long map[PKMAP_WORDS];
};
DECLARE_PER_CPU(struct pkmap_hints, idle_hints);

/* Slots up to this one have been given out, to pages or to CPUs, since the search began anew. */
extern unsigned int last_pkmap_nr[PKMAP_COLORS];

/*
 * Free slots that one CPU has at hand: from `next` to before `end`, one in PKMAP_COLORS of them.
 * The CPU takes the first, with preemption off; under kmap_lock, anybody may take all of them away:
 * both by one atomic access of `next`. There are none when it is not below `end`. Only the CPU
 * itself puts new ones there, under kmap_lock, when it has none.
 */
struct pkmap_batch {
	unsigned int next, end;
};
struct pkmap_batches {
	struct pkmap_batch of[PKMAP_COLORS];
};
DECLARE_PER_CPU(struct pkmap_batches, pkmap_batches);

/* *@nr is the slot that this CPU is to use next. False: it has none at hand. Preemption off. */
static __always_inline bool pkmap_take(unsigned int color, unsigned int *nr)
{
	if (control(pkmap_take_torn)) {
		*nr = this_cpu_read(pkmap_batches.of[color].next);
		this_cpu_write(pkmap_batches.of[color].next, *nr + PKMAP_COLORS);
	} else {
		*nr = this_cpu_fetch_add_locked(pkmap_batches.of[color].next,
						(unsigned int)PKMAP_COLORS);
	}
	return *nr < this_cpu_read(pkmap_batches.of[color].end);
}

/* The bits of a bitmap's word that belong to a colour: slot nr has colour nr % PKMAP_COLORS. */
static inline unsigned long pkmap_color_bits(unsigned int color)
{
	return PKMAP_COLORS == 1 ? ~0ul : (~0ul / ((1ul << PKMAP_COLORS) - 1)) << color;
}

/* How many tasks wait for a slot of a colour. Under kmap_lock. */
extern unsigned int pkmap_waiters[PKMAP_COLORS];

/*
 * All with kmap_lock held:
 *
 * pkmap_next_free() - the first slot of @color from index @nr on that is free and at nobody's hand;
 * LAST_PKMAP if there is none.
 * pkmap_refill() - slots from @nr on, a free one, for this CPU: some of one word, or only one while
 * somebody waits, so that nobody waits for what others do not need.
 * pkmap_take_back() - no CPU has slots of @color at hand any more. True: somebody had.
 * pkmap_search_from() - the search goes on behind slot @nr, for all CPUs.
 * pkmap_position() - where the search stands as this CPU sees it: the slot that was taken last.
 */
unsigned int pkmap_next_free(unsigned int nr, unsigned int color);
void pkmap_refill(unsigned int nr, unsigned int color);
bool pkmap_take_back(unsigned int color);
void pkmap_search_from(unsigned int color, unsigned int nr);
unsigned int pkmap_position(unsigned int color);

/* How many flushes are under way that will free slots of a colour. Under kmap_lock. */
extern unsigned int flushes_under_way[PKMAP_COLORS];

/*
 * flush_all_zero_pkmaps() - takes all idle slots back. kmap_lock held, and dropped meanwhile if any
 * CPU may remember one of them, or if there is somebody to wake. False: there was none, and the
 * lock was held all the time. May sleep.
 */
bool flush_all_zero_pkmaps(void);

/*
 * pkmap_hints() - how many slots of @color may be idle.
 * pkmap_wake() - wakes the @nr tasks that wait longest for a slot of @color (0: all), or those that
 * wait for one for @page. Any context but NMI.
 * pkmap_wake_unlocked() - the same with kmap_lock held, which is dropped meanwhile.
 * pkmap_share_with_waiters() - @page has a slot now: who waits for it shares it. kmap_lock held,
 * dropped meanwhile.
 * pkmap_wait_for_slot() - sleeps until a slot of @color, or one that @page has, may be had: look
 * again then. kmap_lock held, dropped meanwhile.
 */
void pkmap_wait_init(void);
unsigned int pkmap_hints(unsigned int color);
void pkmap_wake(unsigned int color, int nr, const struct page *page);
void pkmap_wake_unlocked(unsigned int color, int nr, const struct page *page);
void pkmap_share_with_waiters(const struct page *page, unsigned int color);
void pkmap_wait_for_slot(const struct page *page, unsigned int color);

#define pkmap_count_event(what) this_cpu_inc(pkmap_counters.what)

#endif
