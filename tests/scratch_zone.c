/* SPDX-License-Identifier: MIT */
/*
 * A zone without memory. See scratch_zone.h.
 */
#include "tests/scratch_zone.h"
#include "lib/errno.h"
#include "lib/log2.h"
#include "lib/string.h"
#include "mm/page_alloc.h"

#define SCRATCH_ORDER 7 /* 512 KiB for 16384 struct pages */
static_assert(SCRATCH_PAGES * sizeof(struct page) == PAGE_SIZE << SCRATCH_ORDER);

int scratch_init(struct scratch *scratch)
{
	struct page *page = alloc_pages(GFP_KERNEL, SCRATCH_ORDER);

	if (!page)
		return -ENOMEM;
	scratch->pages = page_to_virt(page);
	return 0;
}

void scratch_exit(struct scratch *scratch)
{
	__free_pages(virt_to_page(scratch->pages), SCRATCH_ORDER);
}

static void set_span(struct zone *zone, u8 *types, unsigned long start, unsigned long pages)
{
	*zone = (struct zone){
		.name = "Scratch",
		.zone_start_pfn = start,
		.spanned_pages = pages,
		.pageblock_flags = types,
		.first_pageblock = start >> pageblock_order,
	};
}

void scratch_reset(struct scratch *scratch, unsigned long border, unsigned long hole)
{
	unsigned long start = page_to_pfn(scratch->pages);

	memset(scratch->pages, scratch->lazy_map ? 0xb1 : 0, SCRATCH_PAGES * sizeof(struct page));
	memset(scratch->types, MIGRATE_MOVABLE, sizeof(scratch->types));
	if (border == 0)
		border = SCRATCH_PAGES;
	set_span(&scratch->zone, scratch->types[0], start, border);
	set_span(&scratch->next, scratch->types[1], start + border, SCRATCH_PAGES - border);
	buddy_init(&scratch->zone, 200);
	buddy_init(&scratch->next, 201);
	scratch->zone.lazy_map = scratch->next.lazy_map = scratch->lazy_map;
	if (hole) {
		buddy_add_range(&scratch->zone, start, start + hole);
		hole++;
	}
	buddy_add_range(&scratch->zone, start + hole, start + border);
	buddy_add_range(&scratch->next, start + border, start + SCRATCH_PAGES);
}
