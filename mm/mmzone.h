/* SPDX-License-Identifier: MIT */
/*
 * Zones: memory that is alike, and what is free in it.
 *
 *	DMA      below 16 MiB: what ISA devices reach
 *	Normal   the rest of low memory: always mapped, the only home of kernel objects
 *	HighMem  everything above: seen through windows
 *
 * A request names the highest zone that it can use and falls back downwards, never up. A zone is a
 * span of frames; holes inside it have a struct page that is never free. Boundaries need not be
 * aligned to a page block (highmem= cuts at any page).
 *
 * Free memory is in blocks of 2^order pages, 2^order aligned: free_area[order] lists them by
 * mobility, that is by how likely their neighbours are to come back. mm/buddy.h splits and merges.
 *
 * Locking: lock guards free_area, free_mask, nr_free_pages and pageblock_flags, with interrupts
 * off. Watermarks and reserves change rarely, are words, and are read without it.
 */
#ifndef MM_MMZONE_H
#define MM_MMZONE_H

#include "kernel/sync/spinlock_types.h"
#include "lib/list.h"
#include "mm/page.h"

/* Orders are 0 .. MAX_ORDER - 1: the largest block is 4 MiB. */
#define MAX_ORDER          11
#define MAX_ORDER_NR_PAGES (1UL << (MAX_ORDER - 1))

/* Mobility is decided for whole page blocks, of the size of the largest free block. */
#define pageblock_order    (MAX_ORDER - 1)
#define pageblock_nr_pages (1UL << pageblock_order)

enum migratetype {
	MIGRATE_UNMOVABLE,   /* stays where it is for ever: most of the kernel's own */
	MIGRATE_MOVABLE,     /* could be moved or dropped: user pages */
	MIGRATE_RECLAIMABLE, /* cannot be moved but given back: caches with a shrinker */
	MIGRATE_PCPTYPES,    /* the number of types that per-CPU lists keep */
	MIGRATE_HIGHATOMIC = MIGRATE_PCPTYPES, /* reserve for large atomic requests */
	MIGRATE_TYPES
};

extern const char *const migratetype_names[MIGRATE_TYPES];

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

enum zone_watermarks { WMARK_MIN, WMARK_LOW, WMARK_HIGH, NR_WMARK };

struct free_area {
	struct list_head free_list[MIGRATE_TYPES]; /* struct page.lru of the blocks' first pages */
	unsigned long nr_free;                     /* blocks, of all types */
};

struct per_cpu_pages; /* mm/pcp.h */

struct zone {
	/* Policy: what must stay free (mm/watermark.h). In pages. */
	unsigned long watermark[NR_WMARK];
	unsigned long lowmem_reserve[MAX_NR_ZONES]; /* kept from requests that could go higher */
	unsigned long nr_reserved_highatomic;

	/* Per-CPU lists (mm/pcp.h). */
	struct per_cpu_pages *per_cpu_pageset;
	int pageset_high;
	int pageset_batch;

	/* The span, fixed at boot. */
	const char *name;
	unsigned long zone_start_pfn;
	unsigned long spanned_pages; /* holes included */
	unsigned long present_pages; /* RAM, whoever has it */
	unsigned long managed_pages; /* what the allocator was given */

	/* Mobility of each page block, one byte each (mm/pageblock.h). */
	u8 *pageblock_flags;
	bool lazy_map;                 /* struct pages are cleared when first used (mm/buddy.h) */
	bool mixed;                    /* mobility is not told apart: all blocks are movable */
	unsigned long first_pageblock; /* that of zone_start_pfn: index 0 of the array */

	spinlock_t lock;
	u32 buddy_mark;               /* page_type of its free blocks, but for order and list */
	unsigned long nr_free_pages;  /* in the free lists; per-CPU lists excluded */
	u32 free_mask[MIGRATE_TYPES]; /* bit N: free_area[N].free_list[type] has a block */
	struct free_area free_area[MAX_ORDER];
};

/* By enum zone_type. Zones that the machine does not have are there and empty. */
extern struct zone node_zones[MAX_NR_ZONES];

static inline enum zone_type zone_idx(const struct zone *zone)
{
	return (enum zone_type)(zone - node_zones);
}

static inline bool is_highmem(const struct zone *zone)
{
	return zone == &node_zones[ZONE_HIGHMEM];
}

static inline unsigned long zone_end_pfn(const struct zone *zone)
{
	return zone->zone_start_pfn + zone->spanned_pages;
}

static inline bool zone_spans_pfn(const struct zone *zone, unsigned long pfn)
{
	return pfn - zone->zone_start_pfn < zone->spanned_pages;
}

static inline unsigned long zone_managed_pages(const struct zone *zone)
{
	return zone->managed_pages;
}

static inline bool managed_zone(const struct zone *zone)
{
	return zone->managed_pages != 0;
}

static inline bool populated_zone(const struct zone *zone)
{
	return zone->present_pages != 0;
}

#define min_wmark_pages(zone)  ((zone)->watermark[WMARK_MIN])
#define low_wmark_pages(zone)  ((zone)->watermark[WMARK_LOW])
#define high_wmark_pages(zone) ((zone)->watermark[WMARK_HIGH])

/* All zones from DMA up; those that have RAM. */
#define for_each_zone(zone)           for ((zone) = node_zones; (zone) < node_zones + MAX_NR_ZONES; (zone)++)
#define for_each_populated_zone(zone) for_each_zone(zone) if (populated_zone(zone))

static inline enum zone_type page_zonenum(const struct page *page)
{
	return page >= zone_first_page[ZONE_HIGHMEM]  ? ZONE_HIGHMEM
	       : page >= zone_first_page[ZONE_NORMAL] ? ZONE_NORMAL
						      : ZONE_DMA;
}

static inline struct zone *page_zone(const struct page *page)
{
	return &node_zones[page_zonenum(page)];
}

#endif /* MM_MMZONE_H */
