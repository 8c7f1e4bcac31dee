/* SPDX-License-Identifier: MIT */
/*
 * What can be asked of the buddy allocator without changing it: its self-check, and two questions
 * for the reports. Pure.
 */
#include "mm/buddy.h"

static bool has_free_buddy(const struct zone *zone, const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page) ^ 1ul << order;
	const struct page *buddy;

	if (order >= MAX_ORDER - 1 || !zone_spans_pfn(zone, pfn))
		return false;
	buddy = pfn_to_page(pfn);
	return PageBuddy(buddy) && buddy_order(buddy) == order;
}

static bool lies_in_zone(const struct zone *zone, const struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	return zone_spans_pfn(zone, pfn) && zone_spans_pfn(zone, pfn + (1ul << order) - 1);
}

/* What is wrong with a block that is on the list of ORDER and TYPE. */
static const char *check_block(const struct zone *zone, const struct page *page, unsigned int order,
			       unsigned int type)
{
	if (page->page_type != (zone->buddy_mark | type << 16 | order))
		return "a listed block is not marked with its zone, order and list";
	if (page->_refcount.counter != 0)
		return "a free block has users";
	if (!IS_ALIGNED(page_to_pfn(page), 1ul << order))
		return "a free block is not aligned to its size";
	if (!lies_in_zone(zone, page, order))
		return "a free block reaches out of its zone";
	if (page->lru.next->prev != &page->lru || page->lru.prev->next != &page->lru)
		return "the neighbours of a listed block do not point back";
	if (has_free_buddy(zone, page, order))
		return "two free buddies are not merged";
	return NULL;
}

/* Adds the blocks seen to *BLOCKS; stops at LIMIT of them, and then says nothing of the rest. */
static const char *check_list(const struct zone *zone, unsigned int order, unsigned int type,
			      unsigned long limit, unsigned long *blocks, const struct page **bad)
{
	const struct list_head *list = &zone->free_area[order].free_list[type], *entry;
	bool in_mask = zone->free_mask[type] & 1u << order;
	const char *why;

	if (in_mask == list_empty(list))
		return "free_mask disagrees with a list";
	list_for_each(entry, list) {
		if (*blocks == limit)
			break;
		*bad = list_entry(entry, const struct page, lru);
		why = check_block(zone, *bad, order, type);
		if (why)
			return why;
		if (++*blocks > zone->free_area[order].nr_free)
			return "more blocks are listed than nr_free says";
	}
	*bad = NULL;
	return NULL;
}

const char *buddy_check_some(const struct zone *zone, unsigned long limit, const struct page **bad)
{
	const struct page *ignored;
	unsigned long pages = 0;

	if (!bad)
		bad = &ignored;
	*bad = NULL;
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = 0, nr_free = zone->free_area[order].nr_free;

		for (unsigned int type = 0; type < MIGRATE_TYPES; type++) {
			const char *why = check_list(zone, order, type, limit, &blocks, bad);

			if (why)
				return why;
		}
		if (blocks != min(nr_free, limit))
			return "fewer blocks are listed than nr_free says";
		pages += nr_free << order;
	}
	if (pages != zone->nr_free_pages)
		return "the blocks do not add up to nr_free_pages";
	return NULL;
}

const char *buddy_check(const struct zone *zone, const struct page **bad)
{
	return buddy_check_some(zone, ~0ul, bad);
}

bool is_free_buddy_page(const struct page *page)
{
	unsigned long pfn = page_to_pfn(page);

	for (unsigned int order = MAX_ORDER; order-- > 0;) {
		const struct page *head = pfn_to_page(ALIGN_DOWN(pfn, 1ul << order));

		if (PageBuddy(head) && buddy_order(head) >= order)
			return true;
	}
	return false;
}

unsigned long buddy_count(const struct zone *zone, unsigned int order, enum migratetype type)
{
	const struct list_head *entry;
	unsigned long blocks = 0;

	list_for_each(entry, &zone->free_area[order].free_list[type])
		blocks++;
	return blocks;
}
