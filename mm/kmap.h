/* SPDX-License-Identifier: MIT */
/*
 * kmap(): a high page in the kernel's address space for as long as it takes.
 *
 * The PKMAP window has LAST_PKMAP slots of one page each. A page that is mapped has one of them,
 * whoever and how many map it, and page_address() tells which. Unmapping does not unmap: the entry
 * stays until all slots have been used once, and then all idle ones are taken back with one flush
 * of the translation caches. So a page that is mapped again soon costs next to nothing, and a new
 * one its share of a flush.
 *
 * pkmap_count[slot] is the whole state of a slot:
 *
 *	 31        30 ... 0
 *	+---------+--------+    0      free: no entry, no CPU remembers one
 *	| claimed | count  |    1      idle: no users, but its entry and its page's
 *	+---------+--------+           address still hold
 *	                        n >= 2 in use, n - 1 times
 *	                        1 with `claimed`: being taken back by one flusher
 *
 *	       map_new_virtual()                 kmap_high(), kmap_high_get()
 *	   0 ---------------------> 2 <------+------------------------+
 *	   ^                        |        |                        |
 *	   | pkmap_release()        +------- n ----- kunmap_high() -> n - 1 (>= 1)
 *	   |                                                          |
 *	claimed, 1 <------------------- pkmap_claim() ----------------+ (1)
 *
 * Only pkmap_claim() sets `claimed` and only the same caller's pkmap_release() ends it; both hold
 * kmap_lock, but between them lies the flush, without it. 0 -> 2 is done by the CPU that has the
 * free slot at hand (pkmap_internal.h), under the lock of the page's bucket in the hash. All other
 * transitions are a compare-and-swap of this word, under no lock: they want n >= 1 (and, for one
 * more, n < INT_MAX: that many references are a BUG), `claimed` makes
 * the word negative, so who comes too late sees it in the very same access. mm/highmem.c does all
 * this.
 *
 * kmap() may sleep when all slots are in use, so who holds some and asks for more can wait for
 * others who do the same, for ever. Map one page at a time, or use kmap_local_page().
 */
#ifndef MM_KMAP_H
#define MM_KMAP_H

#include "kernel/cpu/percpu.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "mm/page_address.h"

struct wait_queue_head;
struct tlb_batch;

#define PKMAP_CLAIMED   ((int)0x80000000)
#define LAST_PKMAP_MASK (LAST_PKMAP - 1)

#ifdef CONFIG_DEBUG
#define PKMAP_DEBUG 1
#else
#define PKMAP_DEBUG 0
#endif

extern int pkmap_count[LAST_PKMAP];
extern pte_t *pkmap_page_table; /* the window's page table; see pkmap_entry() */
extern pgprot_t kmap_prot;      /* rights of the entries; never with Accessed: mm/tlb.h */

/* The page-table entry of a slot. */
static inline entry_t *pkmap_entry(unsigned int nr)
{
	return &pkmap_page_table[nr << PKMAP_INCR_SHIFT].val;
}

/* A slot's count as reports show it: a claimed slot has no users, and counts 1 as before. */
static inline int pkmap_count_of(unsigned int nr)
{
	return READ_ONCE(pkmap_count[nr]) & ~PKMAP_CLAIMED;
}

/* kmap_init() - the window is empty. Once, when page tables are final; before any kmap(). */
void kmap_init(void);

/*
 * kmap_high() - map @page, a high one, and take a reference to its slot. May sleep.
 * kmap_high_get() - take one only if it is mapped: its address, or NULL. Whoever got an address
 * gives it back with kunmap_high().
 * kunmap_high() - give a reference back. BUG if the page has none.
 * Both in any context, NMI included: who waits for the slot is woken by a softirq then.
 */
void *kmap_high(struct page *page) __in_registers;
void *kmap_high_get(const struct page *page);
void kunmap_high(const struct page *page) __in_registers;

/*
 * The rare halves of what follows. pkmap_now_idle(): the last reference to slot @nr is gone.
 * pkmap_lost(): a reference was taken to the slot of @map, but it is not @page's any more: gives it
 * back, and maps @page.
 */
void pkmap_now_idle(unsigned int nr) __in_registers;
void *pkmap_lost(const struct page_address_map *map, struct page *page) __in_registers;

/* The slot of @map. */
static __always_inline unsigned int pkmap_nr(const struct page_address_map *map)
{
	return map->nr;
}

/* One reference more or less, if slot @nr is still as it was. */
static __always_inline bool pkmap_step(unsigned int nr, int from, int to)
{
	return __atomic_compare_exchange_n(&pkmap_count[nr], &from, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

/* One reference more than @count; below 0 where that cannot be counted. */
static __always_inline int pkmap_one_more(int count)
{
	return (int)((unsigned int)count + 1);
}

/*
 * kmap() of a high page. The common case, without a call: the page is first in its chain, and
 * somebody uses it. Debug builds go the long way, where holders are written down.
 */
static __always_inline void *kmap_fast(struct page *page)
{
	const struct page_address_map *map = READ_ONCE(page_slot(page)->first);
	int count, more;

	if (unlikely(map->page != page || PKMAP_DEBUG))
		return kmap_high(page);
	count = READ_ONCE(pkmap_count[pkmap_nr(map)]);
	more = pkmap_one_more(count);
	if (unlikely(more < 3 || !pkmap_step(pkmap_nr(map), count, more)))
		return kmap_high(page);
	if (unlikely(map->page != page) && !control(pkmap_no_page_check))
		return pkmap_lost(map, page);
	return map->virtual;
}

static __always_inline void kunmap_fast(const struct page *page)
{
	const struct page_address_map *map = READ_ONCE(page_slot(page)->first);
	int count;

	if (unlikely(map->page != page || PKMAP_DEBUG)) {
		kunmap_high(page);
		return;
	}
	count = READ_ONCE(pkmap_count[pkmap_nr(map)]);
	if (unlikely(count < 2 || !pkmap_step(pkmap_nr(map), count, count - 1)))
		kunmap_high(page);
	else if (count == 2)
		pkmap_now_idle(pkmap_nr(map));
}

/*
 * kmap() - the address of @page, for the whole kernel, until kunmap(). The direct address for a low
 * page. Nests; the same address for all who map the page meanwhile. Waits for a free slot if it
 * must: thread context, preemption and interrupts on. Never fails. A macro, so that the report of a
 * wrong context names the caller's line.
 */
#define kmap(to_map)                                                                               \
	__extension__({                                                                            \
		struct page *const __kmap_page = (to_map);                                         \
		void *__kmap_va;                                                                   \
		might_sleep_hot();                                                                 \
		if (PageHighMem(__kmap_page)) {                                                    \
			might_sleep_cold();                                                        \
			__kmap_va = kmap_fast(__kmap_page);                                        \
		} else {                                                                           \
			__kmap_va = lowmem_page_address(__kmap_page);                              \
		}                                                                                  \
		__kmap_va;                                                                         \
	})

/*
 * kunmap() - the end of one kmap() of @page (the page, not the address). BUG in interrupt, for low
 * pages too; BUG if the page is not mapped.
 */
static __always_inline void kunmap(struct page *page)
{
	BUG_ON(this_cpu_test(__preempt_count, NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK));
	if (PageHighMem(page))
		kunmap_fast(page);
}

/*
 * kmap_flush_unused() - take back all idle slots now, with the flush they need; what others are
 * just taking back is waited for. Afterwards no CPU can reach a page through PKMAP that nobody has
 * mapped. May sleep.
 */
void kmap_flush_unused(void);

/*
 * kmap_to_page() - the page behind an address that kmap(), kmap_atomic() (on this CPU) or the
 * direct map gave out. is_kmap_addr(): is it in PKMAP or in the slots of temporary maps?
 */
struct page *kmap_to_page(const void *addr);
bool is_kmap_addr(const void *addr);

/* kmap_lock: see pkmap_internal.h. The _any forms with interrupts off. */
extern spinlock_t kmap_lock;
#define lock_kmap()   spin_lock(&kmap_lock)
#define unlock_kmap() spin_unlock(&kmap_lock)
#define lock_kmap_any(flags)                                                                       \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		lock_kmap();                                                                       \
	} while (0)
#define unlock_kmap_any(flags)                                                                     \
	do {                                                                                       \
		unlock_kmap();                                                                     \
		local_irq_restore(flags);                                                          \
	} while (0)

/*
 * Colours: where caches are indexed by virtual addresses, a page may only appear at addresses of
 * its colour. x86 has one colour; a build with PKMAP_COLORS=4 pretends, so that the code lives.
 */
static inline unsigned int get_pkmap_color(const struct page *page)
{
	return PKMAP_COLORS == 1 ? 0 : page_to_pfn(page) & (PKMAP_COLORS - 1);
}

/* How many slots a colour has; who waits for one of them; the next index to look at, from 0 on when
 * the window's end is passed, and whether it was. */
int get_pkmap_entries_count(unsigned int color);
struct wait_queue_head *get_pkmap_wait_queue_head(unsigned int color);
unsigned int get_next_pkmap_nr(unsigned int color);
bool no_more_pkmaps(unsigned int nr, unsigned int color);

/* x86 caches have no aliases to write back. */
#define flush_cache_kmaps()                                                                        \
	do {                                                                                       \
	} while (0)

/* What happened since boot. Each CPU counts what it did; pkmap_counters_sum() adds up. */
struct pkmap_counters {
	unsigned int maps;       /* slots given to pages: by pkmap_counters_sum() only */
	unsigned int revivals;   /* idle slots taken again for the same page */
	unsigned int wraps;      /* times that the search passed the end of the window */
	unsigned int flushes;    /* times that idle slots were taken back */
	unsigned int shootdowns; /* of these, with a flush of translation caches */
	unsigned int sleeps;     /* waits for a slot, or for another's flush */
	unsigned int wakes;      /* times that a waiter was woken */
};
DECLARE_PER_CPU(struct pkmap_counters, pkmap_counters);
struct pkmap_counters pkmap_counters_sum(void);

/*
 * pkmap_show() - the report of the window, a line at a time: each slot with a page (its number,
 * address, count, frame and state; debug builds: who holds it, since when and from where), how many
 * slots are in which state, and the counters.
 */
typedef void (*pkmap_print_t)(const char *fmt, ...) __printf(1, 2);
void pkmap_show(pkmap_print_t print);

#endif
