/* SPDX-License-Identifier: MIT */
/*
 * The page allocator: 2^order pages in one piece, from the zones that the flags allow.
 *
 *	alloc_pages(gfp, order)
 *	  |  orders 0..3: this CPU's list (mm/pcp.h)       no lock, no mark is looked at
 *	  v
 *	zones from the highest allowed down to DMA         watermark low, then min (watermark.h)
 *	  |  nothing
 *	  v
 *	drain the lists, run the shrinkers, try again      as often as it helps
 *	  |  nothing
 *	  v
 *	NULL, with one report; with __GFP_NOFAIL: wait, for ever
 *
 * Context: any but NMI; with __GFP_DIRECT_RECLAIM (GFP_KERNEL and its kin) only where sleeping is
 * allowed. Freeing: any but NMI. Pages come with one user, without flags, and with whatever was
 * last written to them unless __GFP_ZERO or init_on_alloc=1 asks for zeroes.
 *
 * Every free is checked: who frees what is free already, a tail, a reserved or a mapped page, finds
 * a "Bad page state" report in the log, and nobody will get that page again.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include "kernel/sync/preempt.h"
#include "mm/gfp.h"
#include "mm/mmzone.h"
#include "mm/page_ref.h"
#include "mm/pcp.h"

/* Lists and watermarks; after memblock_free_all(). Once, boot CPU. */
void page_alloc_init(void);

/*
 * alloc_pages() - 2^ORDER pages, aligned to their size, or NULL. An order of MAX_ORDER or more is
 * reported once and fails. Flags that contradict each other are reported once: DMA wins over
 * HIGHMEM, and neither MOVABLE nor RECLAIMABLE holds if both are given.
 */
static __always_inline struct page *alloc_pages(gfp_t gfp, unsigned int order);
#define alloc_page(gfp)                   alloc_pages(gfp, 0)
#define alloc_pages_node(nid, gfp, order) alloc_pages(gfp, order)

/*
 * __free_pages() - drop the caller's reference to what alloc_pages(.., ORDER) gave; the last one
 * frees it. If somebody else still holds the first page of a block that is not compound, the rest
 * of the block is freed at once, and that page with its last reference.
 */
static __always_inline void __free_pages(struct page *page, unsigned int order);
#define __free_page(page) __free_pages(page, 0)

/* Frees a compound page whose last reference has just gone: for who counts references himself. */
void free_compound_unused(struct page *page);

/* The same by address, always low memory (HIGHMEM is taken out of the flags); 0: no memory. */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order) __must_check;
unsigned long get_zeroed_page(gfp_t gfp) __must_check;
void free_pages(unsigned long addr, unsigned int order); /* 0 is accepted */
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define free_page(addr)      free_pages(addr, 0)

/*
 * alloc_pages_exact() - SIZE bytes of low memory, rounded up to pages only, not to a power of two:
 * what is left of the block is free again. NULL: no memory, or SIZE is 0 or above 4 MiB.
 */
void *alloc_pages_exact(size_t size, gfp_t gfp) __must_check;
void free_pages_exact(void *addr, size_t size);

/* Makes a block that is not compound 2^ORDER pages with a user each, to be freed one by one. */
void split_page(struct page *page, unsigned int order);

/*
 * alloc_pages_bulk_array() - fill the NULL entries of PAGES[0..NR) with single pages. Returns how
 * many leading entries are filled; less than NR if memory ran short.
 * alloc_pages_bulk_list() - NR pages onto LIST, by their lru; returns how many there were.
 * release_pages() - put_page() of each of the NR PAGES. free_page_list(): of each on LIST.
 */
unsigned long alloc_pages_bulk_array(gfp_t gfp, unsigned long nr, struct page **pages);
unsigned long alloc_pages_bulk_list(gfp_t gfp, unsigned long nr, struct list_head *list);
void release_pages(struct page **pages, int nr);
void free_page_list(struct list_head *list);

/* Did the page come out of the reserves? Whoever has it should give it back soon. */
static inline bool page_is_pfmemalloc(const struct page *page)
{
	return PagePfmemalloc(page);
}

/*
 * Pages free in the zones, per-CPU lists excluded; what the allocator was given in all. Lock-free.
 */
unsigned long nr_free_pages(void);
unsigned long nr_free_highpages(void);
unsigned long totalram_pages(void);
unsigned long totalhigh_pages(void);

/* --- the short way -----------------------------------------------------------------------------
 *
 * Where the flags are constant it is laid out at the call; else it is a function.
 */

/*
 * Reasons to leave it for every page: bits, one for each feature that is on (mm/page_internal.h).
 * Flags that ask for more than a page off a list.
 */
extern unsigned int page_alloc_hooks;
#define GFP_ODD (__GFP_ZERO | __GFP_COMP | __GFP_MEMALLOC)

/*
 * The same for all flags and orders, and for pages that are not in perfect order. None of them
 * looks whether sleeping is allowed: alloc_pages() has done that.
 */
struct page *__alloc_pages(gfp_t gfp, unsigned int order) __must_check;
struct page *alloc_pages_slow(gfp_t gfp, unsigned int order);
struct page *alloc_pages_checked(struct page *page, unsigned int order, gfp_t gfp);

/* Zero for a page that may change hands: neither flags nor users, type, mapping. */
static __always_inline unsigned long page_bits_if_free(const struct page *page)
{
	return page->flags | (unsigned long)page->_refcount.counter | page->page_type |
	       (unsigned long)(uintptr_t)page->mapping;
}

static __always_inline struct page *alloc_pages_short(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (unlikely(page_alloc_hooks))
		return alloc_pages_slow(gfp, order);
	page = pcp_pop(gfp, order);
	if (unlikely(!page))
		return alloc_pages_slow(gfp, order);
	if (unlikely(page_bits_if_free(page)))
		return alloc_pages_checked(page, order, gfp);
	page->_refcount.counter = 1;
	page->private = 0;
	return page;
}

static __always_inline struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	if (!__builtin_constant_p(gfp) || !__builtin_constant_p(order))
		return __alloc_pages(gfp, order);
	if (order < PCP_ORDERS && !(gfp & GFP_ODD))
		return alloc_pages_short(gfp, order);
	return alloc_pages_slow(gfp, order);
}
#define alloc_pages(gfp, order)                                                                    \
	__extension__({                                                                            \
		const gfp_t __pages_gfp = (gfp);                                                   \
		might_sleep_if(__pages_gfp &__GFP_DIRECT_RECLAIM);                                 \
		alloc_pages(__pages_gfp, order);                                                   \
	})

/* A block of any order, and a single page. */
void free_pages_any(struct page *page, unsigned int order);
void free_page_single(struct page *page);

static __always_inline void __free_pages(struct page *page, unsigned int order)
{
	if (__builtin_constant_p(order) && order == 0)
		free_page_single(page);
	else
		free_pages_any(page, order);
}

#endif /* MM_PAGE_ALLOC_H */
