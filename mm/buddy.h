/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator: blocks of 2^order pages, split on demand, merged when both halves are free.
 *
 * Two halves of a block are buddies: their numbers differ in one bit, so each finds the other by an
 * XOR. A free block is known by its first page: page_type says "free head", the zone, the order
 * and the list, so one compare answers whether the buddy can be merged: same zone, free, whole. The
 * block's other pages, holes, and pages that are in use have another type and never match.
 *
 *	order 2   [ . . . . ]        free            page_type of the first page
 *	order 1   [ . . ][#######]   half in use     buddy | list | zone | order
 *	order 0   [ . ][#][#######]
 *
 * Untouched blocks: to clear mem_map is the only work at boot that grows with RAM, 8 instructions
 * a page and half a GiB of writes with 64 GiB. A zone with lazy_map puts it off: of a largest
 * block that was never used only the first struct page is written; the others are cleared when the
 * block is first taken. Nobody notices but who looks at frames that are free (pageblock.h:
 * page_is_touched()).
 *
 * This is mechanism: no locks, no flags, no watermarks, no per-CPU lists (mm/page_alloc.h). Pure:
 * also built for the host. Callers hold zone->lock with interrupts off, except at boot.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include "mm/mmzone.h"

/*
 * buddy_init() - ZONE has no free block; its span, name and page blocks are set already. INDEX
 * (0..255) tells its blocks from those of other zones.
 */
void buddy_init(struct zone *zone, unsigned int index);

/*
 * buddy_add_range() - frames [START, END) of ZONE, which were never allocated, become free: in the
 * largest aligned blocks, lowest address first in each list. Ranges come in any order, and must not
 * touch each other. With lazy_map their struct pages may hold anything before; without, zeroes. The
 * work is per block.
 */
void buddy_add_range(struct zone *zone, unsigned long start, unsigned long end);

/*
 * buddy_alloc() - take a block of 2^order pages for TYPE, from TYPE's page blocks or, if these have
 * none, from those of another mobility, whose block then may change its own (but never from the
 * HIGHATOMIC reserve). Returns its first page, or NULL if the zone has no block that large. The
 * pages' fields are as the last owner left them, page_type is 0.
 *
 * buddy_alloc_type() - the same from TYPE's own lists only; so also from MIGRATE_HIGHATOMIC.
 */
struct page *buddy_alloc(struct zone *zone, unsigned int order, enum migratetype type);
struct page *buddy_alloc_type(struct zone *zone, unsigned int order, enum migratetype type);

/*
 * buddy_free() - give back a block of ZONE, merged with its buddies as far as they are free. It
 * goes to the front of the list of its page block's mobility. PAGE is the first of 2^order aligned
 * pages, all with page_type 0.
 */
void buddy_free(struct zone *zone, struct page *page, unsigned int order);

/*
 * buddy_isolate() - take PAGE, and only it, out of the free block that it lies in; the rest of the
 * block stays free. False if PAGE is not free. For pages that must not be handed out again.
 */
bool buddy_isolate(struct zone *zone, struct page *page);

/*
 * buddy_set_pageblock() - make PAGE's page block one of TYPE, and move its free pages there.
 * Returns how many pages were moved. For the HIGHATOMIC reserve. The block must lie in ZONE from
 * end to end, or only the part inside is moved. Nothing happens in a zone that is mixed.
 */
unsigned long buddy_set_pageblock(struct zone *zone, struct page *page, enum migratetype type);

/* Is there a free block of ORDER or above that TYPE could get? HIGHATOMIC sees all lists. */
static inline bool buddy_has_block(const struct zone *zone, unsigned int order,
				   enum migratetype type)
{
	u32 mask = zone->free_mask[MIGRATE_UNMOVABLE] | zone->free_mask[MIGRATE_MOVABLE] |
		   zone->free_mask[MIGRATE_RECLAIMABLE];

	if (type == MIGRATE_HIGHATOMIC)
		mask |= zone->free_mask[MIGRATE_HIGHATOMIC];
	return mask >> order != 0;
}

/* Of a free block's first page (PageBuddy). */
static inline unsigned int buddy_order(const struct page *page)
{
	return page->page_type & 0xff;
}

/* Does PAGE lie in a free block, at whatever place? Exact under zone->lock, else a hint. */
bool is_free_buddy_page(const struct page *page);

/* Blocks on one list, counted. */
unsigned long buddy_count(const struct zone *zone, unsigned int order, enum migratetype type);

/*
 * buddy_check() - is the zone's state consistent: every block aligned, inside the zone, marked with
 * its order and list, without users, without a free buddy; counts and masks as the lists say?
 * Returns NULL, or what is wrong in a few words, with the page in *BAD if that is not NULL (NULL
 * there: no page is to blame). Walks all free blocks.
 */
const char *buddy_check(const struct zone *zone, const struct page **bad);
const char *buddy_check_some(const struct zone *zone, unsigned long limit, const struct page **bad);

#endif /* MM_BUDDY_H */
