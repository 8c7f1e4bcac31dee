/* SPDX-License-Identifier: MIT */
/*
 * The PKMAP window: slots for pages. kmap.h has the states of a slot and their picture,
 * pkmap_internal.h what there is besides the states; pkmap_batch.c keeps the free slots,
 * pkmap_flush.c takes idle ones back, and pkmap_wait.c has those who wait for one.
 *
 * Most maps are a lock of the page's bucket and the next of the slots that this CPU has at hand.
 * New ones it gets in the order of their numbers, from the one after the last: the search moves
 * forward from free slot to free slot, and when none is left before the window's end it has come to
 * index 0 again. That, and nothing else, is when idle slots are taken back.
 */
#include "mm/highmem.h"
#include "lib/control.h"
#include "lib/limits.h"
#include "mm/pgtable.h"
#include "mm/pkmap_debug.h"
#include "mm/pkmap_internal.h"
#include "mm/tlb.h"

int pkmap_count[LAST_PKMAP];
pte_t *pkmap_page_table;
pgprot_t kmap_prot;
DEFINE_PER_CPU(struct pkmap_counters, pkmap_counters);

DEFINE_SPINLOCK(kmap_lock);

void kmap_init(void)
{
	unsigned int color;

	page_address_init();
	pkmap_wait_init();
	pkmap_page_table = pte_table(*pmd_of(PKMAP_BASE));
	kmap_prot.val = PAGE_KERNEL.val & ~(entry_t)_PAGE_ACCESSED;
	bitmap_set(free_slots, 0, LAST_PKMAP);
	for (color = 0; color < PKMAP_COLORS; color++)
		last_pkmap_nr[color] = color;
}

/* --- colours --- */

int get_pkmap_entries_count(unsigned int color)
{
	return LAST_PKMAP / PKMAP_COLORS;
}

bool no_more_pkmaps(unsigned int nr, unsigned int color)
{
	return nr < PKMAP_COLORS;
}

/* --- references --- */

/* Gives a reference back. */
static void pkmap_put(const struct page_address_map *map)
{
	unsigned int nr = pkmap_nr(map);
	int count = READ_ONCE(pkmap_count[nr]), seen;

	for (;; count = seen) {
		BUG_ON(count < 2); /* no users, or claimed: somebody gives back what he has not */
		seen = cmpxchg(&pkmap_count[nr], count, count - 1);
		if (seen == count)
			break;
	}
	if (count == 2)
		pkmap_now_idle(nr);
}

/* A reference to the slot of @map, if it is @page's and not being taken back. */
static bool pkmap_get(const struct page_address_map *map, const struct page *page)
{
	unsigned int nr = pkmap_nr(map);
	int count = READ_ONCE(pkmap_count[nr]), seen;

	for (;; count = seen) {
		int more = pkmap_one_more(count);

		if (unlikely(more < 2) && !control(pkmap_count_wraps)) {
			BUG_ON(count == INT_MAX); /* too many references: one more would claim it */
			return false;
		}
		seen = cmpxchg(&pkmap_count[nr], count, more);
		if (seen == count)
			break;
	}
	if (unlikely(READ_ONCE(map->page) != page) && !control(pkmap_no_page_check)) {
		pkmap_put(map);
		return false;
	}
	if (count == 1)
		pkmap_count_event(revivals);
	return true;
}

/* --- mapping --- */

/* A reference to the slot of @page, if it has one. Its bucket is locked. */
static struct page_address_map *get_present(const struct page *page)
{
	struct page_address_map *map = page_address_find(page);

	return map && pkmap_get(map, page) ? map : NULL;
}

/* Slot @nr is at hand: it is @page's now, with a reference for the caller. Its bucket is locked. */
static __always_inline struct page_address_map *take_slot(struct page_address_slot *slot,
							  const struct page *page, unsigned int nr)
{
	const struct page *again = page;

	entry_set_high(pkmap_entry(nr), page_offset(page) >> (32 - FRAME_SHIFT), &kmap_prot);
	keep_value(again); /* to be computed anew: there is no register left to keep it in */
	entry_set_low(pkmap_entry(nr), page_offset(again) << FRAME_SHIFT, &kmap_prot);
	tlb_note_mapping();
	WRITE_ONCE(pkmap_count[nr], 2);
	page_address_insert(slot, page, nr);
	return &page_address_maps[nr];
}

/*
 * map_new_virtual() - gives @page, whose bucket is locked and which is not in it, one of the slots
 * that this CPU has at hand; then ends the lock, with these tags, which have the page's. False:
 * this CPU has none, and nothing was done. Preemption off.
 */
static __always_inline bool map_new_virtual(struct page_address_slot *slot, u32 tags,
					    const struct page *page, struct page_address_map **map)
{
	unsigned int nr;

	if (unlikely(!pkmap_take(get_pkmap_color(page), &nr)))
		return false;
	*map = take_slot(slot, page, nr);
	page_address_unlock(slot, tags);
	return true;
}

/*
 * What kmap_high() does at once, if @page is in its bucket already, too: NULL if this CPU has no
 * slot for it. The bucket is locked, and not any more afterwards.
 */
static struct page_address_map *map_at_hand(struct page_address_slot *slot, u32 tags,
					    const struct page *page)
{
	struct page_address_map *map = get_present(page);

	if (!map && map_new_virtual(slot, tags | page_tag(page), page, &map))
		return map;
	page_address_unlock(slot, tags);
	return map;
}

/* --- the long way --- */

/*
 * A reference to the slot that somebody else gave @page while the lock was dropped, if so.
 * kmap_lock held, and dropped if there is somebody to wake.
 */
static struct page_address_map *mapped_meanwhile(const struct page *page)
{
	struct page_address_slot *slot = page_slot(page);
	unsigned int color = get_pkmap_color(page);
	struct page_address_map *map;
	u32 tags;

	if (control(pkmap_no_recheck))
		return NULL;
	tags = page_address_lock(slot);
	map = get_present(page);
	page_address_unlock(slot, tags);
	/* If we were woken for a slot: others want it, too. */
	if (map && pkmap_waiters[color] && !control(pkmap_sharers_wake_nobody) &&
	    (pkmap_next_free(color, color) < LAST_PKMAP || pkmap_hints(color)))
		pkmap_wake_unlocked(color, 1, NULL);
	return map;
}

/*
 * This CPU gets slots at hand: the next ones, or, where the search has come to the window's end,
 * the first ones that are free after idle ones have been taken back. False: there are none, or
 * @page has one: *@map.
 */
static bool find_slots(const struct page *page, unsigned int color, struct page_address_map **map)
{
	unsigned int nr = get_next_pkmap_nr(color);

	if (no_more_pkmaps(nr, color)) {
		pkmap_count_event(wraps);
		if (flushes_under_way[color] == 0 && flush_all_zero_pkmaps())
			*map = mapped_meanwhile(page);
		if (*map)
			return false;
		pkmap_take_back(color);
		nr = pkmap_next_free(color, color);
	}
	if (nr >= LAST_PKMAP)
		return false;
	pkmap_refill(nr, color);
	return true;
}

/* This CPU has slots at hand. kmap_lock held, so nobody takes them away. */
static struct page_address_map *map_with_lock(const struct page *page)
{
	struct page_address_slot *slot = page_slot(page);
	u32 tags = page_address_lock(slot);
	struct page_address_map *map;

	if (control(pkmap_no_recheck) && map_new_virtual(slot, tags | page_tag(page), page, &map))
		return map;
	return map_at_hand(slot, tags, page);
}

/*
 * The long way to a slot: gets this CPU new ones, takes idle slots back where the search has come
 * to the window's end, or waits, until there is one. kmap_lock is dropped meanwhile, so another
 * task may have mapped @page.
 */
static noinline struct page_address_map *map_long_way(const struct page *page)
{
	unsigned int color = get_pkmap_color(page);
	struct page_address_map *map = NULL;

	lock_kmap();
	while (!map) {
		if (find_slots(page, color, &map)) {
			map = map_with_lock(page);
			if (pkmap_waiters[color])
				pkmap_share_with_waiters(page, color);
		} else if (!map) {
			pkmap_wait_for_slot(page, color);
			map = mapped_meanwhile(page);
		}
	}
	unlock_kmap();
	return map;
}

/* A reference without the lock, if @page has a slot. */
static noinline const struct page_address_map *get_registered(const struct page *page)
{
	const struct page_address_map *map;

	do {
		map = page_address_find(page);
		if (map && pkmap_get(map, page))
			return map;
	} while (map && READ_ONCE(map->page) != page); /* it became another page's: look again */
	return NULL;
}

/* The rest of kmap_high(): the page may have a slot, or this CPU has none. */
static noinline void *kmap_rest(struct page_address_slot *slot, u32 tags, struct page *page)
{
	const struct page_address_map *map = map_at_hand(slot, tags, page);

	preempt_enable();
	if (!map)
		map = map_long_way(page);
	pkmap_debug_get(map);
	return map->virtual;
}

void *__in_registers kmap_high(struct page *page)
{
	struct page_address_slot *slot = page_slot(page);
	struct page_address_map *map;
	bool tagged;
	u32 tags;

	keep_value(slot);
	preempt_disable();
	tags = page_address_lock(slot);
	if (control(page_address_no_lock))
		control_meet(slot);
	tagged = set_bit_of(&tags, page_class(page_hash(page)));
	if (unlikely(tagged) || unlikely(!map_new_virtual(slot, tags, page, &map)))
		return kmap_rest(slot, tags, page);
	preempt_enable();
	pkmap_debug_get(map);
	return map->virtual;
}

void *kmap_high_get(const struct page *page)
{
	const struct page_address_map *map = get_registered(page);

	if (!map)
		return NULL;
	pkmap_debug_get(map);
	return map->virtual;
}

void __in_registers kunmap_high(const struct page *page)
{
	const struct page_address_map *map = page_address_find(page);

	BUG_ON(!map); /* not mapped */
	pkmap_debug_put(map);
	pkmap_put(map);
}

void *__in_registers pkmap_lost(const struct page_address_map *map, struct page *page)
{
	pkmap_put(map);
	return kmap_high(page);
}
