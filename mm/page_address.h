/* SPDX-License-Identifier: MIT */
/*
 * From a page to its address. A low page has its address by arithmetic. A high page has one only
 * while it is mapped by kmap(), and struct page has no room to remember it: a hash does.
 *
 *	page_address_htable       page_address_maps: one for each PKMAP slot
 *	+-------------+    +---------------------+    +---------------------+
 *	| 0: first --------> page, virtual, next -----> page, virtual, next ----> end of 0
 *	| 1: first ----.   +---------------------+    +---------------------+
 *	|  ...        | `-------------------------------------------------------> end of 1
 *	| 127: first  |
 *	+-------------+
 *
 * The map of slot N is N's for ever: its `virtual` never changes, `page` says whose address that is
 * now (NULL: nobody's). So nothing is allocated, and an entry that matches cannot lead to the wrong
 * address.
 *
 * Readers take no lock. Who puts an entry in holds its bucket's lock, so that a page gets one entry
 * however many CPUs map it at once. Entries are taken out in two steps: page_address_forget() makes
 * them nobody's, one by one, and page_address_sweep() then unlinks all such entries of all buckets
 * in one pass. New entries go to the front of their chain, and an entry that is taken out keeps its
 * `next`, so that who stands on it still gets on. When it is put into another bucket, he is carried
 * into that bucket's chain: therefore each chain ends in a sentinel of its own, and a reader who
 * arrives at the wrong one starts again. Since new entries are only ever put in front, a page that
 * stays registered is never jumped over. After a match, the entry may be given to another page at
 * any time, unless the caller holds a reference to the slot: who takes one looks at `page` again.
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
	unsigned int nr; /* of the slot; constant */
};

/*
 * A bucket. Its pages fall into 32 classes by the next bits of their hash, and a class whose tag is
 * clear has no page in the chain: most who look for a page that is not there need not look further.
 * Tags are set with each entry and made exact again by sweeps. The same word is the bucket's lock:
 *
 *	 31            1   0
 *	+---------------+---+
 *	| tags          | 1 |   nobody changes the chain
 *	+---------------+---+   (class 0 has no tag: it may always have a page)
 *	| 0             | 0 |   somebody does, and has the tags meanwhile
 *	+---------------+---+
 */
struct page_address_slot {
	u32 tags;
	struct page_address_map *first; /* never NULL: the chain's sentinel at least */
} __aligned(64);
#define PAGE_ADDRESS_UNLOCKED 1u

extern struct page_address_slot page_address_htable[1 << PA_HASH_ORDER];
extern struct page_address_map page_address_maps[LAST_PKMAP];

/* page_hash() - of @page: its bucket's number, its class there, and 20 bits more. */
static __always_inline u32 page_hash(const struct page *page)
{
	return hash_ptr(page, 32);
}

/* The page's class: the lowest five bits. */
static __always_inline unsigned int page_class(u32 hash)
{
	return hash >> (32 - PA_HASH_ORDER - 5);
}

static __always_inline u32 page_tag(const struct page *page)
{
	return 1u << page_class(page_hash(page)) % 32;
}

/* page_slot() - the bucket of @page. */
static __always_inline struct page_address_slot *page_slot(const struct page *page)
{
	return &page_address_htable[page_hash(page) >> (32 - PA_HASH_ORDER)];
}

/* The rest of page_address_lock(), where somebody else has it. */
u32 __in_registers page_address_wait(struct page_address_slot *slot);

/*
 * page_address_lock() - nobody else changes this chain, until page_address_unlock() with the new
 * tags. Returns the tags: no entry of a page is there if its page_tag() is not among them.
 * Preemption off; interrupt handlers never take it. Held for some dozen instructions.
 */
static __always_inline u32 page_address_lock(struct page_address_slot *slot)
{
	u32 tags = control(page_address_no_lock) ? READ_ONCE(slot->tags) : xchg(&slot->tags, 0);

	return likely(tags) ? tags : page_address_wait(slot);
}

static __always_inline void page_address_unlock(struct page_address_slot *slot, u32 tags)
{
	smp_store_release(&slot->tags, tags);
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

/*
 * page_address_insert() - PKMAP slot @nr, which must be nobody's, is @page's from now on. @slot is
 * the page's bucket, locked; the new tags must have its page_tag().
 */
static __always_inline void page_address_insert(struct page_address_slot *slot,
						const struct page *page, unsigned int nr)
{
	struct page_address_map *map = &page_address_maps[nr];

	WRITE_ONCE(map->page, page);
	WRITE_ONCE(map->next, slot->first);
	smp_store_release(&slot->first, map);
}

/*
 * page_address_forget() - a PKMAP slot's entry is nobody's. It may not be used again before
 * page_address_sweep(), which unlinks all that are nobody's. With kmap_lock held (lock_kmap()).
 */
static __always_inline void page_address_forget(struct page_address_map *map)
{
	WRITE_ONCE(map->page, NULL);
}

void page_address_sweep(void);

/*
 * set_page_address() - the same in Linux's words: @virtual is the address of a PKMAP slot, or NULL
 * to forget the page. BUG for a low page, whose address is not to be set. With kmap_lock held.
 */
void set_page_address(struct page *page, void *virtual);

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
