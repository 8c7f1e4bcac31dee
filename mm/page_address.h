/* SPDX-License-Identifier: MIT */
/*
 * From a page to its address. A low page has its address by arithmetic. A high page has one only
 * while it is mapped by kmap(), and struct page has no room to remember it: a hash does.
 *
 *	page_address_htable             page_address_maps: one for each PKMAP slot
 *	+---------------+    +---------------------+    +---------------------+
 *	| 0: first ----------> page, virtual, next -----> page, virtual, next ----> end of bucket 0
 *	| 1: first ------.   +---------------------+    +---------------------+
 *	|  ...          | `---------------------------------------------------------> end of bucket
 *1 | 127: first    |
 *	+---------------+
 *
 * The map of slot N is N's for ever: its `virtual` never changes, `page` says whose address that is
 * now (NULL: nobody's). So nothing is allocated, and an entry that matches cannot lead to the wrong
 * address.
 *
 * Readers take no lock; writers hold kmap_lock (mm/highmem.c). New entries go to the front of their
 * chain, and an entry that is taken out keeps its `next`, so that who stands on it still gets on.
 * When it is put into another bucket, he is carried into that bucket's chain: therefore each chain
 * ends in a sentinel of its own, and a reader who arrives at the wrong one starts again. Since new
 * entries are only ever put in front, a page that stays registered is never jumped over. After a
 * match, the entry may be given to another page at any time, unless the caller holds a reference to
 * the slot: who takes one looks at `page` again.
 */
#ifndef MM_PAGE_ADDRESS_H
#define MM_PAGE_ADDRESS_H

#include "lib/atomic.h"
#include "lib/control.h"
#include "lib/hash.h"
#include "mm/page.h"

#define PA_HASH_ORDER 7

struct page_address_map {
	const struct page *page; /* NULL: nobody's */
	void *virtual;           /* of the slot; constant */
	struct page_address_map *next;
	struct page_address_map **pprev; /* what points to this one: writers only */
};

struct page_address_slot {
	struct page_address_map *first; /* never NULL: the chain's sentinel at least */
	u32 tags;                       /* see page_address_maybe() */
};

extern struct page_address_slot page_address_htable[1 << PA_HASH_ORDER];
extern struct page_address_map page_address_maps[LAST_PKMAP];

/* page_slot() - the bucket of @page. */
static inline struct page_address_slot *page_slot(const struct page *page)
{
	return &page_address_htable[hash_ptr(page, PA_HASH_ORDER)];
}

/*
 * page_address_maybe() - false if @page is certainly in no chain, in a few instructions. Each
 * bucket's pages fall into 32 classes by the next bits of their hash; a class whose tag is clear
 * has no page in the chain. Tags are set before an entry is put in, and made exact again after
 * flushes (page_address_retag()).
 */
static __always_inline u32 page_tag(const struct page *page)
{
	return 1u << hash_ptr(page, PA_HASH_ORDER + 5) % 32;
}

static __always_inline bool page_address_maybe(const struct page *page)
{
	return READ_ONCE(page_slot(page)->tags) & page_tag(page);
}

/* page_address_init() - empty chains. Once, before anything asks for the address of a high page. */
void page_address_init(void);

/* Where the chains end: no page's entries, and the only ones without a next. */
extern struct page_address_map page_address_ends[1 << PA_HASH_ORDER];

/*
 * page_address_find() - the entry of @page, a high one; NULL if it has none. Any context, NMI too.
 * What it found holds at some moment during the call.
 */
static __always_inline struct page_address_map *page_address_find(const struct page *page)
{
	struct page_address_slot *slot = page_slot(page);
	struct page_address_map *map, *next;

	for (;;) {
		for (map = READ_ONCE(slot->first); (next = READ_ONCE(map->next)); map = next)
			if (READ_ONCE(map->page) == page)
				return map;
		if (likely(map == &page_address_ends[slot - page_address_htable]) ||
		    control(page_address_wrong_chain))
			return NULL;
	}
}

/* For those below: out of its chain, and nobody's. */
static __always_inline void page_address_unlink(struct page_address_map *map)
{
	struct page_address_map *next = map->next;

	next->pprev = map->pprev;
	WRITE_ONCE(*map->pprev, next);
	WRITE_ONCE(map->page, NULL);
}

/*
 * page_address_insert() - PKMAP slot @nr is @page's from now on. The slot must be nobody's.
 * page_address_remove() - it is nobody's again.
 * set_page_address() - the same in Linux's words: @virtual is the address of a PKMAP slot, or NULL
 * to forget the page. BUG for a low page, whose address is not to be set.
 * With kmap_lock held (lock_kmap()).
 */
static __always_inline void page_address_insert(const struct page *page, unsigned int nr)
{
	struct page_address_slot *slot = page_slot(page);
	struct page_address_map *map = &page_address_maps[nr], *first = slot->first;

	if (control(page_address_left) && map->page)
		page_address_unlink(map);
	slot->tags |= page_tag(page);
	WRITE_ONCE(map->page, page);
	WRITE_ONCE(map->next, first);
	map->pprev = &slot->first;
	first->pprev = &map->next;
	smp_store_release(&slot->first, map);
}

static __always_inline void page_address_remove(unsigned int nr)
{
	if (!control(page_address_left))
		page_address_unlink(&page_address_maps[nr]);
}

void set_page_address(struct page *page, void *virtual);

/* page_address_retag() - tags say again what is there, after many were taken out. */
void page_address_retag(void);

/* The rest of page_address(): the page is high, and not the first one of its chain. */
void *page_address_walk(const struct page *page);

/*
 * page_address() - the kernel's address of @page; NULL for a high page that is not mapped by
 * kmap() now (temporary maps do not count). Any context, no lock. An answer other than NULL stays
 * true as long as the caller, or who asked him, holds a kmap() of the page.
 */
static inline void *page_address(const struct page *page)
{
	const struct page_address_map *map;

	if (likely(!PageHighMem(page)))
		return lowmem_page_address(page);
	map = READ_ONCE(page_slot(page)->first);
	if (likely(map->page == page))
		return map->virtual;
	return page_address_walk(page);
}

#endif
