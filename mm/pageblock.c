/* SPDX-License-Identifier: MIT */
/*
 * Page blocks. See pageblock.h for the idea.
 */
#include "mm/pageblock.h"

bool page_group_by_mobility_disabled;

const char *const migratetype_names[MIGRATE_TYPES] = {
	[MIGRATE_UNMOVABLE] = "Unmovable",
	[MIGRATE_MOVABLE] = "Movable",
	[MIGRATE_RECLAIMABLE] = "Reclaimable",
	[MIGRATE_HIGHATOMIC] = "HighAtomic",
};

unsigned long zone_pageblocks(const struct zone *zone)
{
	if (zone->spanned_pages == 0)
		return 0;
	return DIV_ROUND_UP(zone_end_pfn(zone), pageblock_nr_pages) -
	       (zone->zone_start_pfn >> pageblock_order);
}
