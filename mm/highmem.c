/* SPDX-License-Identifier: MIT */
/*
 * The PKMAP window: slots for pages. kmap.h has the states of a slot and their picture,
 * pkmap_internal.h what there is besides the states; pkmap_batch.c keeps the free slots,
 * pkmap_flush.c takes idle ones back.
 *
 * Most maps are a lock of the page's bucket and the next of the slots that this CPU has at hand.
 * New ones it gets in the order of their numbers, from the one after the last: the search moves
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
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/softirq.h"
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
static struct wait_queue_head wait_queues[PKMAP_COLORS];

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

void kmap_init(void)
{
	unsigned int color;

	open_softirq(KMAP_SOFTIRQ, wake_after_nmi);
	page_address_init();
	pkmap_page_table = pte_table(*pmd_of(PKMAP_BASE));
	kmap_prot.val = PAGE_KERNEL.val & ~(entry_t)_PAGE_ACCESSED;
	bitmap_set(free_slots, 0, LAST_PKMAP);
	for (color = 0; color < PKMAP_COLORS; color++) {
		last_pkmap_nr[color] = color;
		init_waitqueue_head(&wait_queues[color]);
	}
}

/* --- colours --- */

int get_pkmap_entries_count(unsigned int color)
{
	return LAST_PKMAP / PKMAP_COLORS;
}

struct wait_queue_head *get_pkmap_wait_queue_head(unsigned int color)
{
	return &wait_queues[color];
}

bool no_more_pkmaps(unsigned int nr, unsigned int color)
{
	return nr < PKMAP_COLORS;
}

/* --- references --- */

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
	if (unlikely(READ_ONCE(map->page) != page) && !control(pkmap_no_page_check)) {
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
	unsigned int n = 0, cpu;

	for_each_online_cpu(cpu) for (unsigned int word = 0; word < PKMAP_WORDS; word++) n +=
		hweight_long(READ_ONCE(per_cpu_ptr(&idle_hints, cpu)->map[word]) &
			     pkmap_color_bits(color));
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
 * Sleeps until a slot of the colour may be had. kmap_lock held, dropped meanwhile.
 *
 * References are given back without the lock: who did so before we stood in the queue woke nobody,
 * but has left a hint. And a CPU that had a slot at hand may just be giving it to our page: it
 * holds the page's bucket from before it took the slot until the page is there. So first all slots
 * at hand are taken away, and then the page is looked for.
 */
static void wait_for_slot(const struct page *page, unsigned int color)
{
	struct wait_queue_head *queue = get_pkmap_wait_queue_head(color);
	struct pkmap_waiter waiter = {.entry = {.private = current, .func = wake_for_page},
				      .page = page};

	pkmap_waiters[color]++;
	pkmap_take_back(color);
	add_wait_queue_exclusive(queue, &waiter.entry);
	set_current_state(TASK_UNINTERRUPTIBLE);
	if ((flushes_under_way[color] > 0 || pkmap_hints(color) == 0) &&
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

/* Wakes with kmap_lock held, which is dropped meanwhile. */
static void wake_unlocked(unsigned int color, int nr, const struct page *page)
{
	unlock_kmap();
	pkmap_wake(color, nr, page);
	lock_kmap();
}

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
	if (map && pkmap_waiters[color] &&
	    (pkmap_next_free(color, color) < LAST_PKMAP || pkmap_hints(color)))
		wake_unlocked(color, 1, NULL); /* if we were woken for it: others want it, too */
	return map;
}

/*
 * @page has a slot now: who waits for it shares it. What this CPU has at hand besides, since it was
 * mapped by somebody else in the last moment, is for those who wait for any. kmap_lock held,
 * dropped meanwhile.
 */
static void share_with_waiters(const struct page *page, unsigned int color)
{
	bool more = pkmap_take_back(color);

	wake_unlocked(color, 0, page);
	if (more)
		wake_unlocked(color, 1, NULL);
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
				share_with_waiters(page, color);
		} else if (!map) {
			wait_for_slot(page, color);
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
