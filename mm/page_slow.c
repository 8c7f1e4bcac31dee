/* SPDX-License-Identifier: MIT */
/*
 * Allocation where something is special: a large block, a zone below its mark, no memory at all.
 *
 * Zones are tried from the highest that the flags allow down to DMA, first with the low mark, so
 * that pressure spreads, then with min and what the flags allow below it. If that fails, memory is
 * made free: the per-CPU lists are drained, the shrinkers run as long as they find anything, page
 * blocks kept for atomic requests are given up. Then it is over: a report, and NULL.
 */
#include "kernel/console/panic.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "mm/fail_page_alloc.h"
#include "mm/page_internal.h"
#include "mm/pageblock.h"
#include "mm/shrinker.h"
#include "mm/watermark.h"

unsigned long page_alloc_patience = 10 * HZ;

#define SHRINK_PRIORITY 2  /* the first time shrinkers are asked for a quarter, then a half */
#define SHRINK_ROUNDS   16 /* as often as this they may find something and yet not enough */

/* One request, taken apart. */
struct request {
	gfp_t gfp;
	unsigned int order;
	enum zone_type highest;
	enum migratetype type;
	unsigned int alloc_flags;
};

gfp_t gfp_sanitise(gfp_t gfp)
{
	if (WARN_ONCE((gfp & GFP_ZONEMASK) == GFP_ZONEMASK,
		      "page allocation with DMA and HIGHMEM at once (%#x): served as DMA", gfp))
		gfp &= ~__GFP_HIGHMEM;
	if (WARN_ONCE((gfp & __GFP_MOVABLE) && (gfp & __GFP_RECLAIMABLE),
		      "page allocation both MOVABLE and RECLAIMABLE (%#x): served as neither", gfp))
		gfp &= ~(__GFP_MOVABLE | __GFP_RECLAIMABLE);
	return gfp;
}

static unsigned int alloc_flags_of(gfp_t gfp)
{
	unsigned int flags = 0;

	if (control(atomic_like_others))
		return 0;
	if (gfp & __GFP_HIGH)
		flags |= ALLOC_HIGH;
	if (gfp & __GFP_NOMEMALLOC)
		return flags;
	if (gfp & __GFP_ATOMIC)
		flags |= ALLOC_HARDER;
	if (gfp & __GFP_MEMALLOC || in_shrinker())
		flags |= ALLOC_NO_WATERMARKS;
	return flags;
}

static struct request take_apart(gfp_t gfp, unsigned int order)
{
	return (struct request){
		.gfp = gfp,
		.order = order,
		.highest = gfp & __GFP_DMA       ? ZONE_DMA
			   : gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM
						 : ZONE_NORMAL,
		.type = (enum migratetype)((gfp & GFP_ROUTE_MASK) / __GFP_MOVABLE),
		.alloc_flags = alloc_flags_of(gfp),
	};
}

/* --- the reserve for large atomic requests -----------------------------------------------------
 *
 * A request that can neither wait nor do with single pages finds large blocks only by luck. When
 * one had that luck, the page block it got its pages from is kept for requests like it: up to one
 * percent of a zone and one page block.
 */

static void reserve_highatomic(struct zone *zone, struct page *page)
{
	unsigned long most = zone->managed_pages / 100 + pageblock_nr_pages, flags;
	enum migratetype type;

	if (grouping_disabled())
		return;
	spin_lock_irqsave(&zone->lock, flags);
	type = pageblock_type(zone, page);
	if (type != MIGRATE_HIGHATOMIC && zone->nr_reserved_highatomic < most) {
		zone->nr_reserved_highatomic += pageblock_nr_pages;
		buddy_set_pageblock(zone, page, MIGRATE_HIGHATOMIC);
	}
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* A free block of the reserve, or NULL. zone->lock is held. */
static struct page *highatomic_block(const struct zone *zone)
{
	u32 orders = zone->free_mask[MIGRATE_HIGHATOMIC];

	return orders == 0 ? NULL
			   : list_first_entry(
				     &zone->free_area[__ffs(orders)].free_list[MIGRATE_HIGHATOMIC],
				     struct page, lru);
}

static bool unreserve_highatomic(enum migratetype type)
{
	unsigned long flags;
	struct zone *zone;
	bool any = false;

	for_each_zone(zone)
	{
		struct page *page;

		if (zone->nr_reserved_highatomic == 0 || control(highatomic_kept))
			continue;
		spin_lock_irqsave(&zone->lock, flags);
		while ((page = highatomic_block(zone))) {
			zone->nr_reserved_highatomic -=
				min(zone->nr_reserved_highatomic, pageblock_nr_pages);
			buddy_set_pageblock(zone, page, type);
			any = true;
		}
		spin_unlock_irqrestore(&zone->lock, flags);
	}
	return any;
}

/* A block too large for the per-CPU lists, or one for which these are empty. */
static struct page *take_from_zone(struct zone *zone, const struct request *request)
{
	struct page *page = NULL;
	unsigned long flags;

	if (request->order < PCP_ORDERS) {
		page = pcp_take(zone, request->order, request->type);
		if (page || !(request->alloc_flags & ALLOC_HARDER))
			return page;
	}
	spin_lock_irqsave(&zone->lock, flags);
	if (request->order >= PCP_ORDERS)
		page = buddy_alloc(zone, request->order, request->type);
	if (!page && request->alloc_flags & ALLOC_HARDER)
		page = buddy_alloc_type(zone, request->order, MIGRATE_HIGHATOMIC);
	spin_unlock_irqrestore(&zone->lock, flags);
	return page;
}

/* From the highest zone that will do downwards, each if it stays above MARK. */
static struct page *try_zones(const struct request *request, enum zone_watermarks mark,
			      unsigned int alloc_flags)
{
	struct page *page;

	for (int i = request->highest; i >= 0; i--) {
		struct zone *zone = &node_zones[i];

		if (!managed_zone(zone))
			continue;
		if (!(alloc_flags & ALLOC_NO_WATERMARKS) &&
		    !zone_watermark_ok(zone, request->order, zone->watermark[mark],
				       request->highest, alloc_flags))
			continue;
		do {
			page = take_from_zone(zone, request);
			if (page && prep_new_page(page, request->order, request->gfp)) {
				if (request->order != 0 && alloc_flags & ALLOC_HARDER)
					reserve_highatomic(zone, page);
				return page;
			}
		} while (page); /* a bad one: try the next */
	}
	return NULL;
}

/* Below the low mark: what the flags allow at most. */
static struct page *try_hard(const struct request *request)
{
	struct page *page = try_zones(request, WMARK_MIN, request->alloc_flags);

	if (page && request->alloc_flags & ALLOC_NO_WATERMARKS)
		SetPagePfmemalloc(page);
	return page;
}

/*
 * Nothing is left that can be taken as it is: make some. Per-CPU lists first, since that costs
 * nobody anything; then what is kept for atomic requests; then the shrinkers, asked for more each
 * time, as long as they find anything.
 */
static struct page *reclaim(const struct request *request)
{
	bool may_shrink = gfpflags_allow_blocking(request->gfp) && !in_atomic() && !in_shrinker() &&
			  !control(shrinkers_unasked);
	int priority = request->gfp & __GFP_NORETRY ? 0 : SHRINK_PRIORITY;
	struct page *page;

	drain_all_pages(NULL);
	page = try_hard(request);
	if (!page && unreserve_highatomic(request->type))
		page = try_hard(request);
	for (unsigned int round = 0; !page && may_shrink && round < SHRINK_ROUNDS; round++) {
		unsigned long freed = shrink_slab(request->gfp, priority);

		drain_all_pages(NULL);
		page = try_hard(request);
		if (priority == 0 && (freed == 0 || request->gfp & __GFP_NORETRY))
			break;
		priority = max(priority - 1, 0);
	}
	return page;
}

/* Whoever cannot bear failure waits for somebody else to free something. */
static struct page *wait_for_page(const struct request *request)
{
	unsigned long since = jiffies;
	struct page *page;

	if (in_atomic() || irqs_disabled())
		panic("page allocation: order:%u with __GFP_NOFAIL in atomic context finds no "
		      "memory and cannot wait",
		      request->order);
	do {
		if (jiffies - since >= page_alloc_patience) {
			warn_alloc(request->gfp, request->order, "page allocation stalls");
			since = jiffies;
		}
		/* Meanwhile others run, and may free something. */
		schedule_timeout_uninterruptible(1);
		page = reclaim(request);
	} while (!page);
	return page;
}

/*
 * The ordinary large block, whose zone has plenty: no other zone, reserve or list needs to be
 * thought of. NULL: it is not that simple.
 */
static inline struct page *take_large(gfp_t gfp, unsigned int order)
{
	struct zone *zone = &node_zones[gfp & __GFP_HIGHMEM ? ZONE_HIGHMEM : ZONE_NORMAL];
	unsigned long flags;
	struct page *page;

	if (zone->nr_free_pages <=
	    zone->watermark[WMARK_LOW] + zone->nr_reserved_highatomic + (1ul << order))
		return NULL;
	spin_lock_irqsave(&zone->lock, flags);
	page = buddy_alloc(zone, order, (enum migratetype)(gfp / __GFP_MOVABLE % 4));
	spin_unlock_irqrestore(&zone->lock, flags);
	return page && prep_new_page(page, order, gfp) ? page : NULL;
}

/* Flags that need more thought than take_large() has. */
#define GFP_RARE (__GFP_DMA | __GFP_RECLAIMABLE)

struct page *alloc_pages_slow(gfp_t gfp, unsigned int order)
{
	struct request request;
	struct page *page;

	if (order >= PCP_ORDERS && order < MAX_ORDER && !(gfp & GFP_RARE) && !page_alloc_hooks) {
		page = take_large(gfp, order);
		if (likely(page))
			return page;
	}
	if (unlikely(order >= MAX_ORDER)) {
		WARN_ONCE(!(gfp & __GFP_NOWARN), "page allocation of order %u: the largest is %d",
			  order, MAX_ORDER - 1);
		return NULL;
	}
	if (unlikely(page_alloc_hooks & PAGE_HOOK_FAIL) && should_fail_alloc_page(gfp, order))
		return NULL;
	request = take_apart(gfp_sanitise(gfp), order);
	page = try_zones(&request, WMARK_LOW, 0);
	if (likely(page))
		return page;
	page = try_hard(&request);
	if (!page)
		page = reclaim(&request);
	if (!page && gfp & __GFP_NOFAIL && !control(nofail_gives_up))
		page = wait_for_page(&request);
	if (!page)
		warn_alloc(gfp, order, "page allocation failure");
	return page;
}
