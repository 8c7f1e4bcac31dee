/* SPDX-License-Identifier: MIT */
/*
 * The hash from high pages to their addresses: see page_address.h for the picture and for why a
 * reader needs no lock.
 */
#include "mm/page_address.h"
#include "boot/x86.h"
#include "lib/bug.h"
#include "mm/fault_hint.h"

struct page_address_slot page_address_htable[1 << PA_HASH_ORDER];
struct page_address_map page_address_maps[LAST_PKMAP];

/* What the ends of chains say: no page, but not free to be unlinked. */
#define NO_PAGE ((const struct page *)1)
struct page_address_map page_address_ends[1 << PA_HASH_ORDER];

void page_address_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(page_address_ends); i++) {
		page_address_htable[i].first = &page_address_ends[i];
		page_address_htable[i].tags = PAGE_ADDRESS_UNLOCKED;
		page_address_ends[i].page = NO_PAGE;
	}
	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++) {
		page_address_maps[nr].virtual = (void *)PKMAP_ADDR(nr);
		page_address_maps[nr].nr = nr;
	}
}

u32 __in_registers page_address_wait(struct page_address_slot *slot)
{
	u32 tags;

	while (!(tags = xchg(&slot->tags, 0)))
		cpu_relax();
	return tags;
}

void *page_address_walk(const struct page *page)
{
	const struct page_address_map *map = page_address_find(page);

	if (map)
		return map->virtual;
	note_page_without_address(page);
	return NULL;
}

/* Unlinks what is nobody's from one chain; its end is always somebody's. */
static __always_inline void sweep(struct page_address_slot *slot)
{
	struct page_address_map **link = &slot->first, *map;
	u32 tags = PAGE_ADDRESS_UNLOCKED;

	page_address_lock(slot);
	map = slot->first;
	if (control(page_address_sweep_empties)) {
		WRITE_ONCE(slot->first, &page_address_ends[slot - page_address_htable]);
		for (unsigned int i = 0; map->next && i < 2000; i++)
			barrier();
	}
	for (;; map = map->next) {
		if (!map->page)
			do
				map = map->next;
			while (!map->page);
		WRITE_ONCE(*link, map);
		if (!map->next)
			break;
		tags |= page_tag(map->page);
		link = &map->next;
	}
	page_address_unlock(slot, tags);
}

void page_address_sweep(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(page_address_htable); i++)
		sweep(&page_address_htable[i]);
}

void set_page_address(struct page *page, void *virtual)
{
	struct page_address_slot *slot = page_slot(page);
	struct page_address_map *map;
	u32 tags;

	BUG_ON(!PageHighMem(page));
	if (virtual) {
		tags = page_address_lock(slot);
		page_address_insert(slot, page, PKMAP_NR((unsigned long)virtual));
		page_address_unlock(slot, tags | page_tag(page));
		return;
	}
	map = page_address_find(page);
	if (map) {
		page_address_forget(map);
		sweep(slot);
	}
}
