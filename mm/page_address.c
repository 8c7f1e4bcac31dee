/* SPDX-License-Identifier: MIT */
/*
 * The hash from high pages to their addresses: see page_address.h for the picture and for why a
 * reader needs no lock.
 */
#include "mm/page_address.h"
#include "lib/bug.h"
#include "mm/fault_hint.h"

struct page_address_slot page_address_htable[1 << PA_HASH_ORDER];
struct page_address_map page_address_maps[LAST_PKMAP];

struct page_address_map page_address_ends[1 << PA_HASH_ORDER];

void page_address_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(page_address_ends); i++) {
		page_address_htable[i].first = &page_address_ends[i];
		page_address_ends[i].pprev = &page_address_htable[i].first;
	}
	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++)
		page_address_maps[nr].virtual = (void *)PKMAP_ADDR(nr);
}

void *page_address_walk(const struct page *page)
{
	const struct page_address_map *map = page_address_find(page);

	if (map)
		return map->virtual;
	note_page_without_address(page);
	return NULL;
}

void set_page_address(struct page *page, void *virtual)
{
	const struct page_address_map *map;

	BUG_ON(!PageHighMem(page));
	if (virtual) {
		page_address_insert(page, PKMAP_NR((unsigned long)virtual));
		return;
	}
	map = page_address_find(page);
	if (map)
		page_address_remove((unsigned int)(map - page_address_maps));
}

void page_address_retag(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(page_address_htable); i++) {
		const struct page_address_map *map = page_address_htable[i].first;
		u32 tags = 0;

		for (; map->next; map = map->next)
			tags |= page_tag(map->page);
		WRITE_ONCE(page_address_htable[i].tags, tags);
	}
}
