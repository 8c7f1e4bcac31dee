/* SPDX-License-Identifier: MIT */
/*
 * Filling, trimming and draining the per-CPU lists. The hot part, one block off or onto a list, is
 * in page_alloc.c. Pages between these lists and a zone's count as free in neither while they
 * travel: interrupts are off.
 */
#include "mm/pcp.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/log2.h"
#include "mm/buddy.h"
#include "mm/pageblock.h"

DEFINE_PER_CPU(struct pcp_area, pcp_area);
struct gfp_route gfp_routes[GFP_ROUTE_MASK + 1];

static void init_lists(struct list_head lists[PCP_ORDERS][MIGRATE_PCPTYPES])
{
	for (unsigned int order = 0; order < PCP_ORDERS; order++)
		for (unsigned int type = 0; type < MIGRATE_PCPTYPES; type++)
			INIT_LIST_HEAD(&lists[order][type]);
}

static struct gfp_route route_of(gfp_t gfp)
{
	static const u8 zones[] = {ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM};
	unsigned int type = gfp / __GFP_MOVABLE, zone = gfp & GFP_ZONEMASK;
	size_t pcp, never = offsetof(struct pcp_area, never);

	if (zone == GFP_ZONEMASK || type >= MIGRATE_PCPTYPES)
		return (struct gfp_route){(u16)never, (u16)never};
	if (grouping_disabled())
		type = MIGRATE_MOVABLE;
	pcp = offsetof(struct pcp_area, zone) + zones[zone] * sizeof(struct per_cpu_pages);
	return (struct gfp_route){
		.count = (u16)(pcp + offsetof(struct per_cpu_pages, count)),
		.list = (u16)(pcp + offsetof(struct per_cpu_pages, lists) +
			      type * sizeof(struct list_head)),
	};
}

void pcp_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		struct pcp_area *area = per_cpu_ptr(&pcp_area, cpu);

		for (unsigned int zone = 0; zone < MAX_NR_ZONES; zone++)
			init_lists(area->zone[zone].lists);
		init_lists(area->never);
	}
	for (gfp_t gfp = 0; gfp <= GFP_ROUTE_MASK; gfp++)
		gfp_routes[gfp] = route_of(gfp);
}

/* Linux 6.1: a quarter of a thousandth of the zone, at most 256 KiB, as 2^n - 1. */
static int batch_of(const struct zone *zone)
{
	unsigned long batch = max(min(zone->managed_pages / 1024, 256ul) / 4, 1ul);

	return (int)(rounddown_pow_of_two(batch + batch / 2) - 1);
}

void pcp_set_limits(void)
{
	struct zone *zone;

	for_each_zone(zone)
	{
		int batch = max(batch_of(zone), 1);
		int high = (int)(low_wmark_pages(zone) / num_online_cpus());

		zone->pageset_batch = batch;
		zone->pageset_high = max(high, 4 * batch);
		zone->per_cpu_pageset = &pcp_area.zone[zone_idx(zone)];
	}
}

unsigned int pcp_refill(struct zone *zone, unsigned int order, enum migratetype type)
{
	struct per_cpu_pages *pcp = &this_cpu_ptr(&pcp_area)->zone[zone_idx(zone)];
	unsigned int want = (unsigned int)max(zone->pageset_batch >> order, 1), got;

	spin_lock(&zone->lock);
	for (got = 0; got < want; got++) {
		struct page *page = buddy_alloc(zone, order, type);

		if (!page)
			break;
		list_add_tail(&page->lru, &pcp->lists[order][type]);
	}
	spin_unlock(&zone->lock);
	pcp->count += (int)(got << order);
	return got;
}

/* Gives the coldest block of LIST back; false if there is none. zone->lock is held. */
static bool give_back_one(struct zone *zone, struct list_head *list, unsigned int order)
{
	struct page *page;

	if (list_empty(list))
		return false;
	page = list_last_entry(list, struct page, lru);
	__list_link(page->lru.prev, page->lru.next);
	buddy_free(zone, page, order);
	return true;
}

/* List after list, each emptied from its cold end, the largest blocks first. */
void pcp_trim(struct zone *zone, struct per_cpu_pages *pcp, int pages)
{
	int target = max(pcp->count - pages, 0);

	spin_lock(&zone->lock);
	for (int order = PCP_ORDERS - 1; order >= 0; order--)
		for (unsigned int type = 0; type < MIGRATE_PCPTYPES; type++)
			while (pcp->count > target &&
			       give_back_one(zone, &pcp->lists[order][type], (unsigned int)order))
				pcp->count -= 1 << order;
	spin_unlock(&zone->lock);
}

static void drain_zone(struct zone *zone, unsigned int cpu)
{
	struct per_cpu_pages *pcp = &per_cpu_ptr(&pcp_area, cpu)->zone[zone_idx(zone)];

	if (pcp->count != 0 && !control(drain_nothing))
		pcp_trim(zone, pcp, pcp->count);
}

static void drain_cpu(struct zone *only, unsigned int cpu)
{
	struct zone *zone;
	unsigned long flags;

	local_irq_save(flags);
	for_each_zone(zone) if (!only || zone == only) drain_zone(zone, cpu);
	local_irq_restore(flags);
}

void drain_local_pages(struct zone *zone)
{
	drain_cpu(zone, smp_processor_id());
}

/* Only the boot CPU runs; the others will be asked to drain their own lists when they do. */
void drain_all_pages(struct zone *zone)
{
	drain_local_pages(zone);
}

unsigned long pcp_pages_of(const struct zone *zone, unsigned int cpu)
{
	return (unsigned long)READ_ONCE(per_cpu_ptr(&pcp_area, cpu)->zone[zone_idx(zone)].count);
}

unsigned long pcp_pages(const struct zone *zone)
{
	unsigned long pages = 0;
	unsigned int cpu;

	for_each_online_cpu(cpu) pages += pcp_pages_of(zone, cpu);
	return pages;
}
