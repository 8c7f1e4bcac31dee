/* SPDX-License-Identifier: MIT */
/*
 * Allocation and free where nothing is special: a block off this CPU's list, a block onto it.
 *
 * Both are straight lines with interrupts off. Everything that is not ordinary is one test of a
 * mask away, out of line. What makes a page unfit to change hands is one OR of four words, which is
 * zero for every good page (mm/page.h explains why).
 */
#include "mm/page_alloc.h"
#include "boot/x86.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "mm/buddy.h"
#include "mm/page_internal.h"
#include "mm/pageblock.h"
#include "mm/watermark.h"

unsigned int page_alloc_hooks;

void page_alloc_init(void)
{
	pcp_init();
	watermark_init();
}

/* The hottest block of LIST, or NULL. Interrupts off. */
static __always_inline struct page *pop(struct list_head *list, int *count, unsigned int order)
{
	struct list_head *entry = list->next;

	if (unlikely(entry == list))
		return NULL;
	__list_link(entry->prev, entry->next);
	*count -= 1 << order;
	return list_entry(entry, struct page, lru);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct gfp_route route = gfp_routes[gfp & GFP_ROUTE_MASK];
	unsigned long flags;
	struct page *page;
	char *area;

	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	if (unlikely(order >= PCP_ORDERS || ((gfp & GFP_ODD) | page_alloc_hooks)))
		return alloc_pages_slow(gfp, order);

	local_irq_save(flags);
	area = (char *)this_cpu_ptr(&pcp_area);
	page = pop((struct list_head *)(area + route.list) + order * MIGRATE_PCPTYPES,
		   (int *)(area + route.count), order);
	local_irq_restore(flags);
	if (unlikely(!page))
		return alloc_pages_slow(gfp, order);
	if (unlikely(page_bits_if_free(page)))
		return prep_new_page(page, order, gfp) ? page : alloc_pages_slow(gfp, order);
	set_page_count(page, 1);
	set_page_private(page, 0);
	return page;
}

struct page *pcp_take(struct zone *zone, unsigned int order, enum migratetype type)
{
	struct per_cpu_pages *pcp;
	struct page *page;
	unsigned long flags;

	if (grouping_disabled())
		type = MIGRATE_MOVABLE;
	local_irq_save(flags);
	pcp = &this_cpu_ptr(&pcp_area)->zone[zone_idx(zone)];
	page = pop(&pcp->lists[order][type], &pcp->count, order);
	if (!page && pcp_refill(zone, order, type) != 0)
		page = pop(&pcp->lists[order][type], &pcp->count, order);
	local_irq_restore(flags);
	return page;
}

/* A large block goes straight to its zone. */
static void free_large(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	buddy_free(zone, page, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

void free_block(struct page *page, unsigned int order)
{
	struct per_cpu_pages *pcp;
	enum migratetype type;
	unsigned long flags;
	struct zone *zone;

	if (unlikely(order >= PCP_ORDERS)) {
		free_large(page, order);
		return;
	}
	zone = page_zone(page);
	type = pageblock_type(zone, page);
	if (unlikely(type >= MIGRATE_PCPTYPES))
		type = MIGRATE_MOVABLE; /* its real list is found when it goes back to the zone */
	local_irq_save(flags);
	pcp = &this_cpu_ptr(&pcp_area)->zone[zone_idx(zone)];
	if (control(pcp_fifo))
		list_add_tail(&page->lru, &pcp->lists[order][type]);
	else
		list_add(&page->lru, &pcp->lists[order][type]);
	pcp->count += 1 << order;
	if (unlikely(pcp->count > zone->pageset_high))
		pcp_trim(zone, pcp, zone->pageset_batch);
	local_irq_restore(flags);
}

/* Not zero if one of the tails of a small block is not as it was given out. */
static inline unsigned long tails_bits(const struct page *page, unsigned int order)
{
	const struct page *end = page + (1ul << order);
	unsigned long bits = 0;

	while (++page < end)
		bits |= page_bits_if_free(page);
	return bits;
}

/* The last user is gone. */
static __always_inline void free_unused(struct page *page, unsigned int order)
{
	unsigned long odd = page_bits_if_free(page) | page_alloc_hooks;

	if (order != 0 && order < PCP_ORDERS)
		odd |= tails_bits(page, order);
	if (unlikely(odd) && !prep_free_page(page, &order))
		return;
	free_block(page, order);
}

/* Somebody else still holds the first page: the others are free at once, in halves. */
static void free_tails(struct page *page, unsigned int order)
{
	if (PageHead(page))
		return; /* the last user frees it all */
	while (order-- > 0)
		free_unused(page + (1ul << order), order);
}

void __free_pages(struct page *page, unsigned int order)
{
	if (likely(put_page_testzero(page)))
		free_unused(page, order);
	else if (page_ref_count(page) < 0)
		free_of_free_page(page, order);
	else if (order != 0)
		free_tails(page, order);
}

void put_page(struct page *page)
{
	page = compound_head(page);
	if (likely(put_page_testzero(page)))
		free_unused(page, 0); /* the order of a compound page is its own */
	else if (page_ref_count(page) < 0)
		free_of_free_page(page, 0);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp & ~__GFP_HIGHMEM, order);

	return page ? (unsigned long)page_to_virt(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr == 0)
		return;
	BUG_ON(!virt_addr_valid((void *)addr));
	__free_pages(virt_to_page((void *)addr), order);
}

unsigned long nr_free_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone) pages += READ_ONCE(zone->nr_free_pages);
	return pages;
}

unsigned long nr_free_highpages(void)
{
	return READ_ONCE(node_zones[ZONE_HIGHMEM].nr_free_pages);
}

unsigned long totalram_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone) pages += zone->managed_pages;
	return pages;
}

unsigned long totalhigh_pages(void)
{
	return node_zones[ZONE_HIGHMEM].managed_pages;
}
