/* SPDX-License-Identifier: MIT */
/*
 * Invariants of memory, checked around every test: each zone has as many free pages after a test as
 * before it, its free lists are consistent, and pages lie where somebody looks for them.
 *
 * Pages on per-CPU lists count as free. What caches only keep is given back first, by the
 * shrinkers: it is nobody's leak. The walk over all free blocks is left out where there are too
 * many of them for every test; the sums are compared all the same.
 */
#include "boot/x86.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/workqueue.h"
#include "lib/printf.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"
#include "mm/page_owner.h"
#include "mm/pageblock.h"
#include "mm/shrinker.h"
#include "tests/invariant.h"

#define BLOCKS_TO_WALK 1000 /* of one zone */

static void take_free_pages(struct invariant_state *now)
{
	const struct zone *zone;
	unsigned long flags;

	/* Also after a case that left interrupts off: giving back waits for other CPUs. */
	flags = read_eflags();
	local_irq_enable();
	workqueue_settle();
	drop_slab();
	if (rcu_callbacks_pending() && preemptible())
		rcu_barrier(); /* typesafe slabs */
	write_eflags(flags);
	local_irq_save(flags);
	for_each_zone(zone) now->value[zone_idx(zone)] = zone->nr_free_pages + pcp_pages(zone);
	local_irq_restore(flags);
	now->value[MAX_NR_ZONES] = page_owner_mark();
}

/* Who took what is missing, if anybody took notes. */
static void name_holders(const struct invariant_state *before)
{
	if (page_owner_enabled())
		page_owner_print_since((u32)before->value[MAX_NR_ZONES], 5, page_owner_log);
}

static bool judge_free_pages(const struct invariant_state *before,
			     const struct invariant_state *after, char *why, size_t size)
{
	for (unsigned int i = 0; i < MAX_NR_ZONES; i++) {
		if (before->value[i] == after->value[i])
			continue;
		snprintf(why, size, "zone %s had %llu free pages and has %llu", node_zones[i].name,
			 before->value[i], after->value[i]);
		if (after->value[i] < before->value[i])
			name_holders(before);
		return false;
	}
	return true;
}
TEST_INVARIANT(free_pages, take_free_pages, judge_free_pages);

static void take_nothing(struct invariant_state *now)
{
}

static bool judge_buddy_state(const struct invariant_state *before,
			      const struct invariant_state *after, char *why, size_t size)
{
	const struct page *bad;
	struct zone *zone;
	unsigned long flags;

	for_each_zone(zone)
	{
		const char *wrong;

		local_irq_save(flags);
		wrong = buddy_check_some(zone, BLOCKS_TO_WALK, &bad);
		local_irq_restore(flags);
		if (!wrong)
			continue;
		snprintf(why, size, "zone %s: %s (pfn %#lx)", zone->name, wrong,
			 bad ? page_to_pfn(bad) : 0ul);
		return false;
	}
	return true;
}
TEST_INVARIANT(buddy, take_nothing, judge_buddy_state);

/*
 * Where mobility is not told apart, every request looks on the lists of movable pages. Pages of a
 * block of another kind would come to lie on lists that nobody looks at.
 */
static bool judge_mobility(const struct invariant_state *before,
			   const struct invariant_state *after, char *why, size_t size)
{
	const struct zone *zone;

	if (!grouping_disabled())
		return true;
	for_each_zone(zone) for (unsigned long i = 0; i < zone_pageblocks(zone); i++)
	{
		u8 type = zone->pageblock_flags[i] & PAGEBLOCK_TYPE;

		if (type == MIGRATE_MOVABLE)
			continue;
		snprintf(why, size, "zone %s: page block %lu is %s, all must be movable",
			 zone->name, i, migratetype_names[type]);
		return false;
	}
	return true;
}
TEST_INVARIANT(mobility, take_nothing, judge_mobility);
