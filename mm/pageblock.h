/* SPDX-License-Identifier: MIT */
/*
 * Page blocks: 4 MiB of memory with one mobility.
 *
 * A page that never moves, in the middle of a block, keeps the block from ever being whole again.
 * So requests say how long their pages stay (enum migratetype), and each kind gets blocks of its
 * own. A block's kind is where its pages go when they are freed; a free page may for a while be on
 * another list, after mm/buddy.c had to steal.
 *
 * The byte of a block has one more bit: nobody ever used any of its pages, so only the first of
 * their struct pages has been written at all (mm/buddy.h, "untouched"). What the others hold is
 * whatever RAM held; the whole block is free.
 *
 * One byte a block and zone. Two zones whose border cuts a block have a byte each for it. Reading
 * is legal without zone->lock if a stale answer does no harm; writing needs the lock.
 */
#ifndef MM_PAGEBLOCK_H
#define MM_PAGEBLOCK_H

#include "lib/control.h"
#include "mm/mmzone.h"

/*
 * Mobility is not told apart: everything is on the lists of movable pages. So on machines with too
 * few blocks to give each kind some. mm/page_init.c decides at boot, for good, and tells each zone
 * (zone->mixed), whose page blocks then stay movable: gfp_lists[] leads to no other lists.
 */
extern bool page_group_by_mobility_disabled;

static inline bool grouping_disabled(void)
{
	return page_group_by_mobility_disabled || control(no_grouping);
}

#define PAGEBLOCK_TYPE      0x0f
#define PAGEBLOCK_UNTOUCHED 0x80

/* PAGE is in ZONE. */
static inline u8 *pageblock_byte(const struct zone *zone, const struct page *page)
{
	return &zone->pageblock_flags[(page_to_pfn(page) >> pageblock_order) -
				      zone->first_pageblock];
}

/* The mobility of the block that PAGE of ZONE lies in. */
static inline enum migratetype pageblock_type(const struct zone *zone, const struct page *page)
{
	return (enum migratetype) * pageblock_byte(zone, page);
}

static inline enum migratetype get_pageblock_migratetype(const struct page *page)
{
	return pageblock_type(page_zone(page), page);
}

static inline void set_pageblock_type(struct zone *zone, struct page *page, enum migratetype type)
{
	u8 *byte = pageblock_byte(zone, page);

	*byte = (u8)((*byte & ~PAGEBLOCK_TYPE) | type);
}

/*
 * May the fields of PAGE be read? Not if its block is untouched. Who walks over all frames must
 * ask; who got the page from an allocator, or found it in use, need not.
 */
static inline bool page_is_touched(const struct page *page)
{
	return !(*pageblock_byte(page_zone(page), page) & PAGEBLOCK_UNTOUCHED);
}

/* How many page blocks ZONE touches. */
unsigned long zone_pageblocks(const struct zone *zone);

#endif /* MM_PAGEBLOCK_H */
