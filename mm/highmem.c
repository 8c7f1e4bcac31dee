/* SPDX-License-Identifier: MIT */
/*
 * The PKMAP window: slots for pages. kmap.h has the states of a slot and their picture,
 * pkmap_internal.h what there is besides the states; pkmap_flush.c takes idle slots back.
 *
 * Slots are handed out in the order of their numbers, from the one after the last: the search moves
 * forward from free slot to free slot, and when none is left before the window's end it has come to
 * index 0 again. That, and nothing else, is when idle slots are taken back.
 *
 * A task that finds none sleeps in its colour's queue, in which it stands before it lets go of
 * kmap_lock. Wakers do not hold it: kunmap_high() changes count and hint, then looks for sleepers;
 * the sleeper enters the queue, then looks for hints. One of the two sees the other.
 *
 * Each slot that becomes idle wakes one task, the one that waits longest: a crowd would only go to
 * sleep again. So who is woken and does not need a slot after all, because his page has got one,
 * wakes the next one in his place if there is something to be had; and who has mapped a page wakes
 * all who wait for that page.
 */
#include "mm/highmem.h"
#include "kernel/sync/wait.h"
#include "lib/control.h"
#include "mm/pgtable.h"
#include "mm/pkmap_debug.h"
#include "mm/pkmap_internal.h"
#include "mm/tlb.h"

int pkmap_count[LAST_PKMAP];
pte_t *pkmap_page_table;
pgprot_t kmap_prot;
DEFINE_PER_CPU(struct pkmap_counters, pkmap_counters);

DEFINE_SPINLOCK(kmap_lock);
unsigned long free_slots[PKMAP_WORDS], idle_hints[PKMAP_WORDS];
unsigned int last_pkmap_nr[PKMAP_COLORS];
struct pkmap_search pkmap_search[PKMAP_COLORS];
unsigned int pkmap_waiters[PKMAP_COLORS];
static struct wait_queue_head wait_queues[PKMAP_COLORS];

void kmap_init(void)
{
	unsigned int color;

	page_address_init();
	pkmap_page_table = pte_table(*pmd_of(PKMAP_BASE));
	kmap_prot.val = PAGE_KERNEL.val & ~(entry_t)_PAGE_ACCESSED;
	bitmap_set(free_slots, 0, LAST_PKMAP);
	for (color = 0; color < PKMAP_COLORS; color++) {
		pkmap_search_from(color, color);
		init_waitqueue_head(&wait_queues[color]);
	}
}

/* --- colours and the search --- */

int get_pkmap_entries_count(unsigned int color)
{
	return LAST_PKMAP / PKMAP_COLORS;
}

struct wait_queue_head *get_pkmap_wait_queue_head(unsigned int color)
{
	return &wait_queues[color];
}

/* The first free slot of the colour from index @nr on; LAST_PKMAP if there is none. */
static unsigned int next_free(unsigned int nr, unsigned int color)
{
	unsigned long bits, mask = pkmap_color_bits(color);
	unsigned int word = nr / BITS_PER_LONG;

	if (nr >= LAST_PKMAP)
		return LAST_PKMAP;
	bits = free_slots[word] & mask & (~0ul << nr % BITS_PER_LONG);
	while (!bits) {
		if (++word == PKMAP_WORDS)
			return LAST_PKMAP;
		bits = free_slots[word] & mask;
	}
	return word * BITS_PER_LONG + (unsigned int)__ffs(bits);
}

unsigned int get_next_pkmap_nr(unsigned int color)
{
	unsigned int nr = next_free(last_pkmap_nr[color] + 1, color);

	if (nr >= LAST_PKMAP)
		nr = color;
	pkmap_search_from(color, nr);
	return nr;
}

bool no_more_pkmaps(unsigned int nr, unsigned int color)
{
	return nr < PKMAP_COLORS;
}

/* --- references --- */

void __in_registers pkmap_now_idle(unsigned int nr)
{
	unsigned int color = nr & (PKMAP_COLORS - 1);

	bitmap_set_locked(nr, idle_hints);
	if (control(pkmap_eager_unmap) && !in_atomic() && !irqs_disabled())
		kmap_flush_unused();
	if (unlikely(waitqueue_active(&wait_queues[color])) && !control(pkmap_no_wake))
		pkmap_wake(color, 1, NULL);
}

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
		if (count < 1)
			return false;
		seen = cmpxchg(&pkmap_count[nr], count, count + 1);
		if (seen == count)
			break;
	}
	if (unlikely(READ_ONCE(map->page) != page)) {
		pkmap_put(map);
		return false;
	}
	if (count == 1)
		pkmap_count_event(revivals);
	return true;
}

/* --- mapping --- */

unsigned int pkmap_hints(unsigned int color)
{
	unsigned int n = 0;

	for (unsigned int word = 0; word < PKMAP_WORDS; word++)
		n += hweight_long(READ_ONCE(idle_hints[word]) & pkmap_color_bits(color));
	return n;
}

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

/*
 * Sleeps until a slot of the colour may be had. kmap_lock held, dropped meanwhile. References are
 * given back without the lock: who did so before we stood in the queue woke nobody, but has left a
 * hint.
 */
static void wait_for_slot(const struct page *page, unsigned int color)
{
	struct wait_queue_head *queue = get_pkmap_wait_queue_head(color);
	struct pkmap_waiter waiter = {.entry = {.private = current, .func = wake_for_page},
				      .page = page};

	pkmap_waiters[color]++;
	pkmap_search_from(color, last_pkmap_nr[color]);
	add_wait_queue_exclusive(queue, &waiter.entry);
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (flushes_under_way[color] > 0 || pkmap_hints(color) == 0) {
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

/* Wakes with kmap_lock held, which is dropped meanwhile. */
static void wake_unlocked(unsigned int color, int nr, const struct page *page)
{
	unlock_kmap();
	pkmap_wake(color, nr, page);
	lock_kmap();
}

/* A reference to the slot that somebody else gave @page while the lock was dropped, if so. */
static struct page_address_map *mapped_meanwhile(const struct page *page)
{
	struct page_address_map *map = page_address_find(page);
	unsigned int color;

	if (!map || control(pkmap_no_recheck))
		return NULL;
	BUG_ON(!pkmap_get(map, page)); /* registered, and kmap_lock held: it cannot be claimed */
	color = get_pkmap_color(page);
	if (pkmap_waiters[color] && (next_free(color, color) < LAST_PKMAP || pkmap_hints(color)))
		wake_unlocked(color, 1, NULL); /* if we were woken for it: others want it, too */
	return map;
}

/* Slot @nr is free: it is @page's now, with a reference for the caller. */
static __always_inline struct page_address_map *take_slot(unsigned int nr, const struct page *page)
{
	u32 pfn = (u32)page_to_pfn(page);

	bitmap_clear_plain(nr, free_slots);
	entry_set_halves(pkmap_entry(nr), pfn >> (32 - PAGE_SHIFT), pfn << PAGE_SHIFT, kmap_prot);
	tlb_note_mapping();
	WRITE_ONCE(pkmap_count[nr], 2);
	page_address_insert(page, nr);
	return &page_address_maps[nr];
}

/*
 * The long way to a slot: searches in other words, takes idle slots back where the search has come
 * to the window's end, or waits, until there is a slot. kmap_lock is dropped meanwhile, so another
 * task may have mapped @page.
 */
static noinline struct page_address_map *map_long_way(const struct page *page, unsigned int color)
{
	struct page_address_map *map = NULL;
	unsigned int nr;

	for (;;) {
		nr = get_next_pkmap_nr(color);
		if (!no_more_pkmaps(nr, color))
			break;
		pkmap_count_event(wraps);
		if (flushes_under_way[color] == 0 && flush_all_zero_pkmaps())
			map = mapped_meanwhile(page);
		if (map)
			return map;
		nr = next_free(color, color);
		if (nr < LAST_PKMAP) {
			pkmap_search_from(color, nr);
			break;
		}
		wait_for_slot(page, color);
		map = mapped_meanwhile(page);
		if (map)
			return map;
	}
	map = take_slot(nr, page);
	if (pkmap_waiters[color])
		wake_unlocked(color, 0, page);
	return map;
}

/* Gives @page, which has no slot, one, and takes a reference to it. kmap_lock held. */
static __always_inline struct page_address_map *map_new_virtual(const struct page *page)
{
	unsigned int color = get_pkmap_color(page), nr;
	struct pkmap_search *search = &pkmap_search[color];

	if (unlikely(!search->ahead))
		return map_long_way(page, color);
	nr = search->base + (unsigned int)__ffs(search->ahead);
	search->ahead &= search->ahead - 1;
	last_pkmap_nr[color] = nr;
	return take_slot(nr, page);
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

void *__in_registers kmap_high(struct page *page)
{
	const struct page_address_map *map = NULL;

	if (unlikely(page_address_maybe(page)))
		map = get_registered(page);
	if (likely(!map)) {
		lock_kmap();
		if (unlikely(page_address_maybe(page)))
			map = mapped_meanwhile(page);
		if (likely(!map))
			map = map_new_virtual(page);
		unlock_kmap();
	}
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
