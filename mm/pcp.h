/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU page lists: free pages that one CPU keeps at hand.
 *
 * Blocks of orders 0 to 3 come from here and go back here, last in, first out, because the page
 * that was used last is the one whose lines are still in the cache. No lock: only its own CPU
 * touches a list, with interrupts off.
 *
 *	gfp & 15 --> route --> pcp of a zone --> list[order][mobility]
 *	                                             |  empty: a batch comes from the zone
 *	                                             v  count > high: a batch goes back to it
 *	                                        free_area (zone->lock)
 *
 * `batch` and `high` follow from the zone's size as in Linux 6.1: high is the low watermark shared
 * among the CPUs that run, and at least four batches.
 *
 * A pair of flags that makes no sense has a route to a list that is always empty, so the fast path
 * need not look for it: the slow one does.
 */
#ifndef MM_PCP_H
#define MM_PCP_H

#include "kernel/cpu/percpu.h"
#include "lib/list.h"
#include "mm/gfp.h"
#include "mm/mmzone.h"

#define PCP_ORDERS 4 /* orders 0 .. 3 */

struct per_cpu_pages {
	int count; /* pages, not blocks, on all lists */
	struct list_head lists[PCP_ORDERS][MIGRATE_PCPTYPES];
};

/* All of one CPU's. */
struct pcp_area {
	struct per_cpu_pages zone[MAX_NR_ZONES];
	struct list_head never[PCP_ORDERS][MIGRATE_PCPTYPES]; /* for invalid flags: stays empty */
};

DECLARE_PER_CPU(struct pcp_area, pcp_area);

/* Where a request with these low four flag bits looks first: byte offsets into a pcp_area. */
struct gfp_route {
	u16 count; /* of the zone's count; for invalid flags: of the list itself */
	u16 list;  /* of the list of order 0 */
};
extern struct gfp_route gfp_routes[GFP_ROUTE_MASK + 1];

/* Before the first allocation; zones and their page blocks are there. */
void pcp_init(void);

/* batch and high of all zones, from their sizes and watermarks. */
void pcp_set_limits(void);

/*
 * pcp_refill() - up to a batch of blocks from ZONE for list [ORDER][TYPE] of this CPU. Returns how
 * many. Interrupts off.
 * pcp_trim() - the coldest blocks, at least PAGES pages if there are as many, back to ZONE.
 * Interrupts off.
 */
unsigned int pcp_refill(struct zone *zone, unsigned int order, enum migratetype type);
void pcp_trim(struct zone *zone, struct per_cpu_pages *pcp, int pages);

/*
 * drain_local_pages() - all blocks of this CPU's lists back to ZONE; NULL: to all zones.
 * drain_all_pages() - the same for every CPU that runs. Any context but NMI.
 */
void drain_local_pages(struct zone *zone);
void drain_all_pages(struct zone *zone);

/* Pages on the lists of ZONE: of CPU, or of all. Exact only if they do not change meanwhile. */
unsigned long pcp_pages_of(const struct zone *zone, unsigned int cpu);
unsigned long pcp_pages(const struct zone *zone);

#endif /* MM_PCP_H */
