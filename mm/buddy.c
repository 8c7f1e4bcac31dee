/* SPDX-License-Identifier: MIT */
/*
 * Split and merge. See buddy.h for the idea.
 *
 * The struct pages of one page block lie at a multiple of their own size (mm/page_init.c), so the
 * XOR that finds a buddy is done on the address of its struct page. free_mask keeps, for each
 * mobility, one bit an order: the smallest block that is large enough is found by one bit scan, no
 * list is looked at in vain.
 */
#include "mm/buddy.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/string.h"
#include "mm/pageblock.h"

/* Does ZONE not tell mobility apart? Then its page blocks stay movable, all of them. */
static bool is_mixed(const struct zone *zone)
{
	return zone->mixed || control(no_grouping);
}

#define TYPE_SHIFT 16
#define TYPE_MASK  (0xffu << TYPE_SHIFT)
#define ZONE_SHIFT 8

/* The whole of page_type but the list: equal for two blocks that could merge. */
static u32 block_mark(const struct zone *zone, unsigned int order)
{
	return zone->buddy_mark | order;
}

static enum migratetype list_of(const struct page *page)
{
	return (enum migratetype)((page->page_type & TYPE_MASK) >> TYPE_SHIFT);
}

static struct page *buddy_of(struct page *page, unsigned int order)
{
	return (struct page *)((uintptr_t)page ^ (sizeof(*page) << order));
}

static struct free_area *enlist(struct zone *zone, struct page *page, unsigned int order,
				enum migratetype type)
{
	struct free_area *area = &zone->free_area[order];

	page->page_type = block_mark(zone, order) | (u32)type << TYPE_SHIFT;
	area->nr_free++;
	zone->free_mask[type] |= 1u << order;
	return area;
}

static void push(struct zone *zone, struct page *page, unsigned int order, enum migratetype type)
{
	list_add(&page->lru, &enlist(zone, page, order, type)->free_list[type]);
}

static void pull(struct zone *zone, struct page *page, unsigned int order)
{
	struct free_area *area = &zone->free_area[order];
	enum migratetype type = list_of(page);

	__list_link(page->lru.prev, page->lru.next);
	page->page_type = 0;
	area->nr_free--;
	if (list_empty(&area->free_list[type]))
		zone->free_mask[type] &= ~(1u << order);
}

void buddy_init(struct zone *zone, unsigned int index)
{
	zone->buddy_mark = (u32)PGTY_buddy << PGTY_SHIFT | index << ZONE_SHIFT;
	zone->nr_free_pages = 0;
	for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
		zone->free_mask[type] = 0;
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		zone->free_area[order].nr_free = 0;
		for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
			INIT_LIST_HEAD(&zone->free_area[order].free_list[type]);
	}
}

/* The largest order of an aligned block that starts at START and does not reach past END. */
static unsigned int largest_order(unsigned long start, unsigned long end)
{
	unsigned int order = MAX_ORDER - 1;

	if (start != 0)
		order = min(order, (unsigned int)__ffs(start));
	while (1ul << order > end - start)
		order--;
	return order;
}

/* The struct pages of a block that comes in, as far as they must be valid: see "untouched" in
 * buddy.h. */
static void clear_map(struct zone *zone, struct page *page, unsigned int order)
{
	size_t pages = 1ul << order;

	if (!zone->lazy_map)
		return;
	if (order == MAX_ORDER - 1) {
		*pageblock_byte(zone, page) |= PAGEBLOCK_UNTOUCHED;
		pages = 1;
	}
	memset(page, 0, pages * sizeof(*page));
}

/* A largest block is about to be used: if it is the first time, clears the rest of its struct
 * pages. */
static void touch_block(struct zone *zone, struct page *page)
{
	u8 *byte;

	if (!zone->lazy_map)
		return;
	byte = pageblock_byte(zone, page);
	if (likely(!(*byte & PAGEBLOCK_UNTOUCHED)))
		return;
	*byte &= (u8)~PAGEBLOCK_UNTOUCHED;
	if (!control(map_not_cleared))
		memset(page + 1, 0, (MAX_ORDER_NR_PAGES - 1) * sizeof(*page));
}

void buddy_add_range(struct zone *zone, unsigned long start, unsigned long end)
{
	while (start < end) {
		unsigned int order = largest_order(start, end);
		struct page *page = pfn_to_page(start);
		enum migratetype type = pageblock_type(zone, page);

		clear_map(zone, page, order);
		list_add_tail(&page->lru, &enlist(zone, page, order, type)->free_list[type]);
		zone->nr_free_pages += 1ul << order;
		start += 1ul << order;
	}
}

/*
 * Cuts a block of HAVE down to ORDER; the upper halves go to TYPE's lists, which are empty between
 * these orders: HAVE was the smallest that would do. So the mask changes once for all of them.
 */
static __always_inline void split(struct zone *zone, struct page *page, unsigned int have,
				  unsigned int order, enum migratetype type)
{
	zone->free_mask[type] |= (1u << have) - (1u << order);
	while (have > order) {
		struct free_area *area = &zone->free_area[--have];
		struct page *half = page + (1ul << have);

		half->page_type = block_mark(zone, have) | (u32)type << TYPE_SHIFT;
		area->nr_free++;
		__list_link(&area->free_list[type], &half->lru);
		__list_link(&half->lru, &area->free_list[type]);
	}
}

/* Inline, so that buddy_alloc() is one straight line where TYPE's own lists can serve. */
static __always_inline struct page *take(struct zone *zone, unsigned int order,
					 enum migratetype type)
{
	u32 larger = zone->free_mask[type] >> order;
	struct page *page;
	unsigned int have;

	if (larger == 0)
		return NULL;
	have = order + (unsigned int)__ffs(larger);
	page = list_first_entry(&zone->free_area[have].free_list[type], struct page, lru);
	pull(zone, page, have);
	zone->nr_free_pages -= 1ul << order;
	if (have == MAX_ORDER - 1)
		touch_block(zone, page);
	if (have != order)
		split(zone, page, have, order, type);
	return page;
}

struct page *buddy_alloc_type(struct zone *zone, unsigned int order, enum migratetype type)
{
	return take(zone, order, type);
}

/* Can BUDDY be merged into a block of ORDER of ZONE's? */
static bool is_mergeable(const struct zone *zone, const struct page *buddy, unsigned int order)
{
	u32 differs = (buddy->page_type ^ block_mark(zone, order)) & ~TYPE_MASK;

	if (control(merge_across_zones))
		differs &= ~(0xffu << ZONE_SHIFT);
	return differs == 0 && !control(no_merging);
}

void buddy_free(struct zone *zone, struct page *page, unsigned int order)
{
	zone->nr_free_pages += 1ul << order;
	for (; order < MAX_ORDER - 1; order++) {
		struct page *buddy = buddy_of(page, order);

		if (!is_mergeable(zone, buddy, order))
			break;
		pull(zone, buddy, order);
		page = buddy < page ? buddy : page;
	}
	push(zone, page, order, pageblock_type(zone, page));
}

/*
 * The first page of the free block that PAGE lies in, or NULL. The largest order first: in an
 * untouched block, only that one's first page can be believed.
 */
static struct page *free_head(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);

	for (unsigned int order = MAX_ORDER; order-- > 0;) {
		struct page *head = pfn_to_page(ALIGN_DOWN(pfn, 1ul << order));

		if (PageBuddy(head) && buddy_order(head) >= order)
			return head;
	}
	return NULL;
}

bool buddy_isolate(struct zone *zone, struct page *page)
{
	struct page *head = free_head(page);
	enum migratetype type;
	unsigned int order;

	if (!head)
		return false;
	order = buddy_order(head);
	type = list_of(head);
	pull(zone, head, order);
	if (order == MAX_ORDER - 1)
		touch_block(zone, head);
	zone->nr_free_pages--;
	while (order > 0) {
		struct page *half = head + (1ul << --order);

		push(zone, page < half ? half : head, order, type);
		head = page < half ? head : half;
	}
	return true;
}

/* --- other people's blocks -------------------------------------------------------------------- */

/* The part of PAGE's page block that lies in ZONE: its first page, and the page after its last. */
static struct page *block_in_zone(const struct zone *zone, const struct page *page,
				  struct page **end)
{
	unsigned long first = ALIGN_DOWN(page_to_pfn(page), pageblock_nr_pages);

	*end = pfn_to_page(min(first + pageblock_nr_pages, zone_end_pfn(zone)));
	return pfn_to_page(max(first, zone->zone_start_pfn));
}

/* Puts every free page of PAGE's page block on TYPE's lists; returns how many pages these are. */
static unsigned long move_free_pages(struct zone *zone, struct page *page, enum migratetype type)
{
	unsigned long moved = 0;
	struct page *end;

	for (page = block_in_zone(zone, page, &end); page < end;) {
		unsigned int order;

		if (!PageBuddy(page)) {
			page++;
			continue;
		}
		order = buddy_order(page);
		pull(zone, page, order);
		push(zone, page, order, type);
		moved += 1ul << order;
		page += 1ul << order;
	}
	return moved;
}

unsigned long buddy_set_pageblock(struct zone *zone, struct page *page, enum migratetype type)
{
	if (zone->mixed)
		return 0;
	set_pageblock_type(zone, page, type);
	return move_free_pages(zone, page, type);
}

/* From whom to steal, the least harmful first. Movable pages do the least harm, and suffer most. */
static const enum migratetype fallbacks[MIGRATE_PCPTYPES][MIGRATE_PCPTYPES - 1] = {
	[MIGRATE_UNMOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_MOVABLE},
	[MIGRATE_MOVABLE] = {MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE},
	[MIGRATE_RECLAIMABLE] = {MIGRATE_UNMOVABLE, MIGRATE_MOVABLE},
};

/*
 * Whether more than one block may be taken along: a small one is not worth it for a movable page,
 * which can go anywhere; but a page that stays must not start to spoil one page block after
 * another.
 */
static bool may_take_all(unsigned int order, enum migratetype type)
{
	return order >= pageblock_order / 2 || type != MIGRATE_MOVABLE;
}

/*
 * The victim: the largest block, so that the next requests of this kind find the rest of it; the
 * smallest one if nothing else of its page block is to be taken along.
 */
static struct page *find_victim(struct zone *zone, unsigned int order, enum migratetype type,
				unsigned int *have)
{
	u32 mask = (zone->free_mask[fallbacks[type][0]] | zone->free_mask[fallbacks[type][1]]) >>
		   order << order;
	enum migratetype from;

	if (mask == 0)
		return NULL;
	*have = (unsigned int)__fls(mask);
	if (!may_take_all(*have, type))
		*have = (unsigned int)__ffs(mask);
	from = fallbacks[type][0];
	if (!(zone->free_mask[from] & 1u << *have))
		from = fallbacks[type][1];
	return list_first_entry(&zone->free_area[*have].free_list[from], struct page, lru);
}

/*
 * Moves a block of another mobility to TYPE's list, and with it whatever else of its page block is
 * free. If that is half of it or more, the page block becomes TYPE's own, and what is freed there
 * from now on comes to TYPE. Returns false if there is no block large enough.
 */
static noinline bool steal(struct zone *zone, unsigned int order, enum migratetype type)
{
	unsigned int have;
	struct page *page = find_victim(zone, order, type, &have);

	if (!page)
		return false;
	if (is_mixed(zone) || !may_take_all(have, type)) {
		pull(zone, page, have);
		push(zone, page, have, type);
		return true;
	}
	if (move_free_pages(zone, page, type) >= pageblock_nr_pages / 2)
		set_pageblock_type(zone, page, type);
	return true;
}

struct page *buddy_alloc(struct zone *zone, unsigned int order, enum migratetype type)
{
	struct page *page;

	if (is_mixed(zone))
		type = MIGRATE_MOVABLE; /* what all page blocks are */
	page = take(zone, order, type);
	if (unlikely(!page) && type < MIGRATE_PCPTYPES && steal(zone, order, type))
		page = buddy_alloc_type(zone, order, type);
	return page;
}
