/* SPDX-License-Identifier: MIT */
/*
 * Fragments of pages: many small buffers out of one block, without a list and almost without a
 * count.
 *
 *	va                     offset                             size (32 KiB, or 4 KiB)
 *	 |   not given out yet   |  fragment 3 | fragment 2 | fragment 1 |
 *	 +-----------------------+---------------------------------------+
 *	                          <--- carved downwards, from the end
 *
 * A cache holds one block: a compound page of order 3, or a single page where that is not to be
 * had. The block's reference count is charged in advance with more than the fragments that it can
 * be cut into, so to give one out costs no atomic operation: only the cache's own pagecnt_bias goes
 * down. To free a fragment drops one reference of the block, from any context and on any CPU. An
 * exhausted block takes its unused charge back: if nothing else is left it is used again in place,
 * or else it belongs to its fragments and goes with the last of them.
 *
 * Nothing gives the cache's own block back by itself: whoever is done with the cache drains it. A
 * cache that is all zeroes is empty; page_frag_cache_init() makes it so.
 *
 * Context: one cache is used by one caller at a time, which he sees to; with __GFP_DIRECT_RECLAIM
 * only where sleeping is allowed. Fragments are in low memory. With __GFP_ZERO the block is zeroed
 * when it comes out of the page allocator, not when it is used again.
 */
#ifndef MM_PAGE_FRAG_H
#define MM_PAGE_FRAG_H

#include "boot/x86.h"
#include "lib/atomic.h"
#include "lib/bug.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/log2.h"
#include "mm/gfp.h"
#include "mm/page.h"

#define PAGE_FRAG_CACHE_MAX_ORDER 3
#define PAGE_FRAG_CACHE_MAX_SIZE  ((unsigned int)PAGE_SIZE << PAGE_FRAG_CACHE_MAX_ORDER)

struct page_frag_cache {
	void *va;            /* the block; NULL: none */
	unsigned int offset; /* bytes of it that are not given out */
	int pagecnt_bias;    /* see page_frag_own() */
	unsigned int last;   /* the size that was asked for last */
	unsigned int size;   /* of the block */
	bool pfmemalloc;     /* the block came out of the reserves */
};

/* An empty cache, whatever NC held before. */
static inline void page_frag_cache_init(struct page_frag_cache *nc)
{
	*nc = (struct page_frag_cache){.va = NULL};
}

/* The references of its block that are the cache's own: one for each byte and one more, and these.
 */
static inline int page_frag_own(const struct page_frag_cache *nc)
{
	return nc->va ? nc->pagecnt_bias + (int)PAGE_FRAG_CACHE_MAX_SIZE + 1 : 0;
}

/* What the fast paths below call when there is more to do; see page_frag.c. */
void *page_frag_alloc_slow(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
			   unsigned int align_mask);
void *page_frag_alloc_none(struct page_frag_cache *nc, gfp_t gfp);
void page_frag_free_last(unsigned long head); /* a page, bit 0 may be set */

/*
 * __page_frag_alloc_align() - page_frag_alloc_align() with the alignment as a mask: -ALIGN.
 */
static __always_inline void *__page_frag_alloc_align(struct page_frag_cache *nc,
						     unsigned int fragsz, gfp_t gfp,
						     unsigned int align_mask)
{
	unsigned int offset;
	bool lacks = __builtin_sub_overflow(nc->offset, fragsz, &offset);

	if (align_mask != ~0u && -align_mask > nc->size)
		lacks = true;
	if (unlikely(lacks || (gfp & __GFP_HIGHMEM)))
		return page_frag_alloc_slow(nc, fragsz, gfp, align_mask);
	offset &= align_mask;
	nc->offset = offset;
	nc->last = fragsz;
	nc->pagecnt_bias--;
	/* Only fragments of no bytes can use up the charge, or come from a cache without a block.
	 */
	if (!(__builtin_constant_p(fragsz) && fragsz) &&
	    unlikely(nc->pagecnt_bias <
		     (control(frag_charge_for_one) ? -(int)PAGE_FRAG_CACHE_MAX_SIZE : 0)))
		return page_frag_alloc_none(nc, gfp);
	return (char *)nc->va + offset;
}

/*
 * page_frag_alloc() - FRAGSZ bytes. NULL: no memory, or more than the block that the cache holds
 * (32 KiB; 4 KiB as long as it holds a single page); the cache then keeps its block, and smaller
 * requests go on. No bytes: an address that can be freed. __GFP_HIGHMEM is reported once and
 * ignored.
 */
static __always_inline void *page_frag_alloc(struct page_frag_cache *nc, unsigned int fragsz,
					     gfp_t gfp)
{
	return __page_frag_alloc_align(nc, fragsz, gfp, ~0u);
}

/*
 * page_frag_alloc_align() - the same, aligned to ALIGN bytes: a power of two (anything else is
 * reported once, and what comes is not aligned), at most the size of the block, or it is NULL.
 */
static __always_inline void *page_frag_alloc_align(struct page_frag_cache *nc, unsigned int fragsz,
						   gfp_t gfp, unsigned int align)
{
	unsigned int mask = -align;

	if (WARN_ONCE(!is_power_of_2(align), "page_frag: %u is no alignment", align))
		mask = ~0u;
	return __page_frag_alloc_align(nc, fragsz, gfp, mask);
}

/*
 * page_frag_free() - give back a fragment: ADDR is its address, or any inside of it. Any context
 * but NMI, any CPU.
 */
static __always_inline void page_frag_free(void *addr)
{
	struct page *page = virt_to_page(addr);
	unsigned long head = READ_ONCE(page->compound_head);

	/* compound_head(), but most fragments lie in tails: these are not told apart twice. */
	if (likely(head & 1)) {
		if (unlikely(atomic_dec_not_positive(&((struct page *)(head - 1))->_refcount)))
			page_frag_free_last(head);
	} else if (unlikely(atomic_dec_not_positive(&page->_refcount))) {
		page_frag_free_last((unsigned long)page);
	}
}

/*
 * page_frag_cache_drain() - give back the cache's own block, at once or, if it has fragments, with
 * the last of them. The cache is empty then; an empty one stays so.
 * __page_frag_cache_drain() - drop COUNT references of the block PAGE: for whoever keeps a cache
 * of his own.
 */
void page_frag_cache_drain(struct page_frag_cache *nc);
void __page_frag_cache_drain(struct page *page, unsigned int count);

static inline bool page_frag_cache_is_pfmemalloc(const struct page_frag_cache *nc)
{
	return nc->pfmemalloc;
}

/*
 * Two words that Linux does not have and texts about it do.
 *
 * page_frag_cache_full() - is there no block, or no room in it for another fragment of the size
 * that was asked for last?
 * page_frag_cache_destroy() - page_frag_cache_drain(). To call it only if the cache is full leaks
 * the block of a cache that is not.
 */
static inline bool page_frag_cache_full(const struct page_frag_cache *nc)
{
	return !nc->va || nc->offset < nc->last;
}

static inline void page_frag_cache_destroy(struct page_frag_cache *nc)
{
	page_frag_cache_drain(nc);
}

/* Linux's names until 4.10. */
#define __alloc_page_frag(nc, fragsz, gfp) page_frag_alloc(nc, fragsz, gfp)
#define __free_page_frag(addr)             page_frag_free(addr)

/*
 * Debug builds keep a table of the caches that hold a block, so that one that went out of scope
 * undrained can be named. page_frag_held() calls FN for each of them; it calls it for none in other
 * builds. FN must not use page fragments.
 */
#ifdef CONFIG_DEBUG
#define PAGE_FRAG_TRACKING 1
#else
#define PAGE_FRAG_TRACKING 0
#endif
void page_frag_held(void (*fn)(const struct page_frag_cache *nc, const struct page *page,
			       void *arg),
		    void *arg);

#endif /* MM_PAGE_FRAG_H */
