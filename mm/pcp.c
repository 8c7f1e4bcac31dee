/* SPDX-License-Identifier: MIT */
/*
 * Filling, trimming and draining the per-CPU lists. Interrupts are off while blocks travel between
 * a list and its zone, so on one CPU nobody sees them missing in both.
 */
#include "mm/pcp.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/spinlock.h"
#include "lib/log2.h"
#include "mm/buddy.h"
#include "mm/pageblock.h"

DEFINE_PER_CPU(struct pcp_area, pcp_area);
struct pcp_list *gfp_lists[GFP_ROUTE_MASK + 1];
struct pcp_zone pcp_zones[MAX_NR_ZONES];

#define for_each_pcp_list(order, type)                                                             \
	for (unsigned int order = 0; order < PCP_ORDERS; order++)                                  \
		for (unsigned int type = 0; type < MIGRATE_TYPES; type++)

static struct per_cpu_pages *pages_of(const struct zone *zone, unsigned int cpu)
{
	return &per_cpu_ptr(&pcp_area, cpu)->zone[zone_idx(zone)];
}

static struct pcp_list *list_for(gfp_t gfp)
{
	static const u8 zones[] = {ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM};
	unsigned int type = gfp / __GFP_MOVABLE, zone = gfp & GFP_ZONEMASK;

	if (zone == GFP_ZONEMASK || type >= MIGRATE_PCPTYPES)
		return &pcp_area.zone[ZONE_DMA].lists[0][MIGRATE_HIGHATOMIC];
	if (grouping_disabled())
		type = MIGRATE_MOVABLE;
	if (control(zone_ignored) && zone == 0)
		zone = __GFP_HIGHMEM;
	return &pcp_area.zone[zones[zone]].lists[0][type];
}

void pcp_init(void)
{
	struct zone *zone;

	for_each_zone(zone)
	{
		struct pcp_zone *known = &pcp_zones[zone_idx(zone)];

		known->block_type = zone->pageblock_flags - zone->first_pageblock -
				    ((uintptr_t)mem_map >> PCP_BLOCK_SHIFT);
		known->pages = &pcp_area.zone[zone_idx(zone)];
		zone->per_cpu_pageset = known->pages;
		for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
			for_each_pcp_list(order, type)
				INIT_LIST_HEAD(&pages_of(zone, cpu)->lists[order][type].blocks);
	}
	for (gfp_t gfp = 0; gfp <= GFP_ROUTE_MASK; gfp++)
		gfp_lists[gfp] = list_for(gfp);
}

/* Linux 6.1: a quarter of a thousandth of the zone, at most 256 KiB, as 2^n - 1. */
static int batch_of(const struct zone *zone)
{
	unsigned long batch = max(min(zone->managed_pages / 1024, 256ul) / 4, 1ul);

	return max((int)rounddown_pow_of_two(batch + batch / 2) - 1, 1);
}

static int limit_of(const struct zone *zone, unsigned int order, unsigned int type)
{
	if (type == MIGRATE_HIGHATOMIC)
		return 0;
	return order == 0 ? zone->pageset_high : max(zone->pageset_batch >> order, 1);
}

static void set_limit(struct pcp_list *list, int limit)
{
	list->room += limit - list->limit;
	list->limit = limit;
}

void pcp_set_limits(void)
{
	struct zone *zone;
	unsigned long flags;

	local_irq_save(flags);
	for_each_zone(zone)
	{
		int high = (int)(low_wmark_pages(zone) / num_present_cpus());

		zone->pageset_batch = batch_of(zone) << control(batch_doubled);
		zone->pageset_high = max(high, 4 * zone->pageset_batch);
		for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
			for_each_pcp_list(order, type)
				set_limit(&pages_of(zone, cpu)->lists[order][type],
					  limit_of(zone, order, type));
	}
	local_irq_restore(flags);
}

/* Up to a batch for LIST of this CPU; false if ZONE has no block. Interrupts off. */
static bool refill(struct pcp_list *list, struct zone *zone, unsigned int order,
		   enum migratetype type)
{
	int want = max(zone->pageset_batch >> order, 1), got;

	spin_lock(&zone->lock);
	for (got = 0; got < want; got++) {
		struct page *page = buddy_alloc(zone, order, type);

		if (!page)
			break;
		list_add_tail(&page->lru, &list->blocks);
	}
	spin_unlock(&zone->lock);
	list->room -= got;
	return got != 0;
}

struct page *pcp_take(struct zone *zone, unsigned int order, enum migratetype type)
{
	struct page *page = NULL;
	struct pcp_list *list;
	unsigned long flags;

	if (grouping_disabled())
		type = MIGRATE_MOVABLE;
	local_irq_save(flags);
	list = &pages_of(zone, smp_processor_id())->lists[order][type];
	if (!list_empty(&list->blocks) || refill(list, zone, order, type)) {
		page = list_first_entry(&list->blocks, struct page, lru);
		__list_link(&list->blocks, page->lru.next);
		list->room++;
	}
	local_irq_restore(flags);
	return page;
}

/*
 * A block whose first page is marked as misused: pages that bear the mark are nobody's from now on,
 * the others go back to ZONE. zone->lock is held.
 */
static noinline void free_unmarked(struct zone *zone, struct page *page, unsigned int order)
{
	for (struct page *end = page + (1ul << order); page < end; page++)
		if (!PageHWPoison(page))
			buddy_free(zone, page, 0);
}

void pcp_free_unmarked(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	free_unmarked(zone, page, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* The coldest blocks of LIST back to ZONE, at most BLOCKS. zone->lock is held. */
static void give_back(struct zone *zone, struct pcp_list *list, unsigned int order, int blocks)
{
	while (blocks-- > 0 && !list_empty(&list->blocks)) {
		struct page *page = list_last_entry(&list->blocks, struct page, lru);

		__list_link(page->lru.prev, page->lru.next);
		list->room++;
		if (unlikely(PageHWPoison(page)))
			free_unmarked(zone, page, order);
		else
			buddy_free(zone, page, order);
	}
}

void pcp_overflow(struct page *page, struct pcp_list *list, unsigned int order)
{
	struct zone *zone = page_zone(page);

	spin_lock(&zone->lock);
	give_back(zone, list, order, max(zone->pageset_batch >> order, 1));
	spin_unlock(&zone->lock);
}

static void drain_zone(struct zone *zone, unsigned int cpu)
{
	struct per_cpu_pages *pages = pages_of(zone, cpu);

	if (pcp_pages_of(zone, cpu) == 0 || control(drain_nothing))
		return;
	spin_lock(&zone->lock);
	for_each_pcp_list(order, type)
	{
		struct pcp_list *list = &pages->lists[order][type];

		give_back(zone, list, order, list->limit - list->room);
	}
	spin_unlock(&zone->lock);
}

void drain_local_pages(struct zone *only)
{
	struct zone *zone;
	unsigned long flags;

	local_irq_save(flags);
	for_each_zone(zone) if (!only || zone == only) drain_zone(zone, smp_processor_id());
	local_irq_restore(flags);
}

static bool has_pages(int cpu, void *zone)
{
	struct zone *each;

	for_each_zone(each)
	{
		if ((!zone || zone == each) && pcp_pages_of(each, (unsigned int)cpu) != 0)
			return true;
	}
	return false;
}

static void drain_here(void *zone)
{
	drain_local_pages(zone);
}

/* Each CPU drains its own lists; who may not wait for others drains this one's only. */
void drain_all_pages(struct zone *zone)
{
	if (num_online_cpus() == 1 || !preemptible() || control(drain_only_here))
		drain_local_pages(zone);
	else
		on_each_cpu_cond(has_pages, drain_here, zone, true);
}

unsigned long pcp_pages_of(const struct zone *zone, unsigned int cpu)
{
	const struct per_cpu_pages *pages = pages_of(zone, cpu);
	unsigned long sum = 0;

	for_each_pcp_list(order, type)
	{
		const struct pcp_list *list = &pages->lists[order][type];

		sum += (unsigned long)(list->limit - READ_ONCE(list->room)) << order;
	}
	return sum;
}

unsigned long pcp_pages(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu) pages += pcp_pages_of(zone, cpu);
	return pages;
}
