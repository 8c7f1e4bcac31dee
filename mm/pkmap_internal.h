/* SPDX-License-Identifier: MIT */
/*
 * What the two halves of the PKMAP window share: highmem.c, which gives slots to pages, and
 * pkmap_flush.c, which takes idle ones back. kmap.h draws the states of a slot.
 */
#ifndef MM_PKMAP_INTERNAL_H
#define MM_PKMAP_INTERNAL_H

#include "lib/bitmap.h"
#include "mm/kmap.h"

#define PKMAP_WORDS BITS_TO_LONGS(LAST_PKMAP)

/*
 * kmap_lock guards the search for slots, the claims, and the hash's writers. It is held for a few
 * dozen instructions a call (and a few for each slot taken back), never while another CPU is waited
 * for. Interrupt handlers never take it: kmap_high_get() and kunmap_high() need no more than the
 * slot's word.
 *
 * Two bitmaps spare the scans:
 *
 *   free_slots  a slot's bit is set while its count is 0. Under kmap_lock.
 *   idle_hints  set when a count falls to 1, *after* it has, by whoever gave the last reference
 * back; cleared by flushers *before* they look at the count. So every idle slot has its bit, or the
 * one who made it idle is about to set it; a set bit may be stale.
 */
extern unsigned long free_slots[PKMAP_WORDS];
extern unsigned long idle_hints[PKMAP_WORDS];

/*
 * Where the search for a free slot of each colour stands: last_pkmap_nr was given out last, or is
 * the first index after a wrap; `ahead` is what is free behind it in its own word of free_slots, so
 * that most steps are one bit of one word. Under kmap_lock.
 */
struct pkmap_search {
	unsigned long ahead;
	unsigned int base; /* the slot of bit 0 of `ahead` */
};
extern unsigned int last_pkmap_nr[PKMAP_COLORS];
extern struct pkmap_search pkmap_search[PKMAP_COLORS];

/* The bits of a bitmap's word that belong to a colour: slot nr has colour nr % PKMAP_COLORS. */
static inline unsigned long pkmap_color_bits(unsigned int color)
{
	return PKMAP_COLORS == 1 ? ~0ul : (~0ul / ((1ul << PKMAP_COLORS) - 1)) << color;
}

/* How many tasks wait for a slot of a colour. Under kmap_lock. */
extern unsigned int pkmap_waiters[PKMAP_COLORS];

/*
 * The search of @color goes on behind slot @nr; also after free_slots has changed. Nothing is
 * `ahead` while somebody waits, so that every search goes the long way, which looks after them.
 */
static inline void pkmap_search_from(unsigned int color, unsigned int nr)
{
	unsigned int word = nr / BITS_PER_LONG;

	last_pkmap_nr[color] = nr;
	pkmap_search[color].base = word * BITS_PER_LONG;
	pkmap_search[color].ahead =
		pkmap_waiters[color]
			? 0
			: free_slots[word] & pkmap_color_bits(color) & (~1ul << nr % BITS_PER_LONG);
}

/* How many flushes are under way that will free slots of a colour. Under kmap_lock. */
extern unsigned int flushes_under_way[PKMAP_COLORS];

/*
 * flush_all_zero_pkmaps() - takes all idle slots back. kmap_lock held, and dropped meanwhile if any
 * CPU may remember one of them, or if there is somebody to wake. False: there was none, and the
 * lock was held all the time. May sleep.
 */
bool flush_all_zero_pkmaps(void);

/*
 * pkmap_wake() - wakes the @nr tasks that wait longest for a slot of @color (0: all), or those that
 * wait for one for @page. Any context but NMI.
 * pkmap_hints() - how many slots of @color may be idle.
 */
void pkmap_wake(unsigned int color, int nr, const struct page *page);
unsigned int pkmap_hints(unsigned int color);

#define pkmap_count_event(what) this_cpu_inc(pkmap_counters.what)

#endif
