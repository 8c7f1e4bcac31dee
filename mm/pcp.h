/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU page lists: free pages that one CPU keeps at hand.
 *
 * Blocks of orders 0 to 3 come from here and go back here, last in, first out, because the page
 * that was used last is the one whose lines are still in the cache. No lock: only its own CPU
 * touches a list, with interrupts off.
 *
 *	gfp & 15 --> gfp_lists[] --> list[order][mobility] of a zone
 *	                                 |  empty: a batch comes from the zone
 *	                                 v  no room: a batch of the coldest goes back to it
 *	                             free_area (zone->lock)
 *
 * `batch` and `high` follow from the zone's size as in Linux 6.1: high is the low watermark shared
 * among the CPUs that run, and at least four batches. A list of single pages holds up to high of
 * them, a list of larger blocks one batch's pages.
 *
 * Lists of HIGHATOMIC blocks have no room at all: what is freed there goes on to the zone at once,
 * and they are always found empty. So flags that make no sense lead there: the fast path need not
 * look for them, the slow one does.
 */
#ifndef MM_PCP_H
#define MM_PCP_H

#include "boot/x86.h"
#include "kernel/cpu/percpu.h"
#include "lib/control.h"
#include "lib/list.h"
#include "mm/gfp.h"
#include "mm/mmzone.h"

#define PCP_ORDERS 4 /* orders 0 .. 3 */

struct pcp_list {
	struct list_head blocks;
	int room;  /* how many more it may take; limit - room are there */
	int limit; /* in blocks */
};

struct per_cpu_pages {
	struct pcp_list lists[PCP_ORDERS][MIGRATE_TYPES];
};

/* By zone. */
struct pcp_area {
	struct per_cpu_pages zone[MAX_NR_ZONES];
};

DECLARE_PER_CPU(struct pcp_area, pcp_area);

/* The boot CPU's list of order 0 where a request with these low four flag bits looks first. */
extern struct pcp_list *gfp_lists[GFP_ROUTE_MASK + 1];

/*
 * What a free must know of a zone: the mobility of its page blocks, by the address of a struct page
 * (all of a block's lie at one multiple of PCP_BLOCK_SPAN), and the boot CPU's lists.
 */
#define PCP_BLOCK_SHIFT (pageblock_order + 5)
struct pcp_zone {
	const u8 *block_type;
	struct per_cpu_pages *pages;
};
extern struct pcp_zone pcp_zones[MAX_NR_ZONES];

static_assert(sizeof(struct pcp_list) == 16 && sizeof(struct page) == 32, "addresses by shifts");

/* This CPU's copy of a list of the boot CPU's. Interrupts off. */
static __always_inline struct pcp_list *pcp_here(struct pcp_list *list)
{
	return (struct pcp_list *)((uintptr_t)list + this_cpu_read(this_cpu_offset));
}

/* The hottest block of ORDER for GFP, or NULL. Any context but NMI. */
static __always_inline struct page *pcp_pop(gfp_t gfp, unsigned int order)
{
	struct pcp_list *list;
	struct list_head *entry;
	unsigned long flags;

	local_irq_save(flags);
	if (control(pcp_interruptible))
		local_irq_restore(flags);
	list = pcp_here(gfp_lists[gfp & GFP_ROUTE_MASK] + order * MIGRATE_TYPES);
	entry = list->blocks.next;
	if (control(pcp_interruptible))
		cpu_relax(); /* an emulator looks for interrupts at some instructions only */
	if (unlikely(entry == &list->blocks)) {
		local_irq_restore(flags);
		return NULL;
	}
	__list_link(&list->blocks, entry->next);
	list->room++;
	local_irq_restore(flags);
	return list_entry(entry, struct page, lru);
}

/* The out-of-line half of pcp_push(): the list is over its limit. Interrupts off. */
void pcp_overflow(struct page *page, struct pcp_list *list, unsigned int order);

/* A block that nobody uses, onto the list of its page block's mobility. Any context but NMI. */
static __always_inline void pcp_push(struct page *page, unsigned int order)
{
	const struct pcp_zone *zone = &pcp_zones[ZONE_NORMAL];
	struct pcp_list *list;
	unsigned long flags;
	unsigned int type;

	if (unlikely(page < zone_first_page[ZONE_NORMAL]))
		zone = &pcp_zones[ZONE_DMA];
	else if (PageHighMem(page))
		zone = &pcp_zones[ZONE_HIGHMEM];
	type = zone->block_type[(uintptr_t)page >> PCP_BLOCK_SHIFT];
	local_irq_save(flags);
	list = pcp_here(&zone->pages->lists[order][type]);
	if (control(pcp_fifo))
		list_add_tail(&page->lru, &list->blocks);
	else
		list_add(&page->lru, &list->blocks);
	if (unlikely(--list->room < 0))
		pcp_overflow(page, list, order);
	local_irq_restore(flags);
}

/* Before the first allocation; zones and their page blocks are there. */
void pcp_init(void);

/*
 * batch and high of all zones, from their sizes and watermarks and the number of present CPUs; the
 * lists' limits from these. While no other CPU allocates.
 */
void pcp_set_limits(void);

/*
 * pcp_take() - a block for TYPE from this CPU's lists of ZONE, refilled if need be; NULL: ZONE has
 * none. Any context but NMI.
 */
struct page *pcp_take(struct zone *zone, unsigned int order, enum migratetype type);

/*
 * drain_local_pages() - all blocks of this CPU's lists back to ZONE; NULL: to all zones.
 * drain_all_pages() - the same for every CPU that runs; where the caller may not wait for others
 * (atomic context), only for this one. Any context but NMI; with locks held that any code takes
 * with interrupts off, only in atomic context.
 */
void drain_local_pages(struct zone *zone);
void drain_all_pages(struct zone *zone);

/*
 * For pages that were misused while they are free (PG_hwpoison) and must not be handed out again.
 *
 * pcp_block_of() - the first page of the block that PAGE is in, if that lies on a list, no matter
 * whose; else NULL. If both are marked then, the block comes off the list as the next function
 * wants it. zone->lock is held, so that no list is drained. PAGE has no users.
 * pcp_free_unmarked() - of a block that was taken off a list, and whose first page is marked, gives
 * back the pages that are not. Any context but NMI.
 */
struct page *pcp_block_of(struct page *page);
void pcp_free_unmarked(struct page *page, unsigned int order);

/* Pages on the lists of ZONE: of CPU, or of all. Exact only if they do not change meanwhile. */
unsigned long pcp_pages_of(const struct zone *zone, unsigned int cpu);
unsigned long pcp_pages(const struct zone *zone);

#endif /* MM_PCP_H */
