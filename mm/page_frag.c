/* SPDX-License-Identifier: MIT */
/*
 * The rare half of page fragments: blocks come, are used again, and go.
 *
 * The charge: a block enters the cache with BLOCK_CHARGE references, all of them the cache's own.
 * Each fragment takes one over. The cache always keeps at least one, so a block that is in a cache
 * is never freed by its fragments. Those of some bytes cannot be more than there are bytes; who
 * asks for no bytes has the block charged again as soon as the cache keeps no reference for each
 * byte that a block has, and one more. pagecnt_bias is what it keeps above that: it is below 0
 * then, which costs no comparison, and a fragment whose size is known not to be 0 need not even
 * look. (The first fragment of a block has a byte in any case, or it would lie behind the block.)
 */
#include "mm/page_frag.h"

#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "mm/page_alloc.h"

#define BLOCK_CHARGE (2 * (int)PAGE_FRAG_CACHE_MAX_SIZE + 1)

/* --- debug builds: who holds which block ------------------------------------------------------ */

#define HOLDERS (PAGE_FRAG_TRACKING ? 64 : 1)

static struct {
	const struct page_frag_cache *nc;
	const struct page *page; /* NULL: a free entry */
} holders[HOLDERS];
static DEFINE_SPINLOCK(holders_lock);

/* Finds the entry of PAGE (NULL: a free one) and gives it to NC and TO. Too many: not in the list.
 */
static void note_holder(const struct page *page, const struct page_frag_cache *nc,
			const struct page *to)
{
	unsigned long flags;
	unsigned int i;

	if (!PAGE_FRAG_TRACKING)
		return;
	spin_lock_irqsave(&holders_lock, flags);
	for (i = 0; i < HOLDERS; i++) {
		if (holders[i].page != page)
			continue;
		holders[i].nc = nc;
		holders[i].page = to;
		break;
	}
	spin_unlock_irqrestore(&holders_lock, flags);
}

void page_frag_held(void (*fn)(const struct page_frag_cache *nc, const struct page *page,
			       void *arg),
		    void *arg)
{
	unsigned int i;

	for (i = 0; i < HOLDERS; i++)
		if (holders[i].page)
			fn(holders[i].nc, holders[i].page, arg);
}

/* --- blocks ----------------------------------------------------------------------------------- */

/* A page whose last reference has just gone. */
static void free_block(struct page *page)
{
	if (likely(PageHead(page))) {
		free_compound_unused(page);
		return;
	}
	set_page_count(page, 1);
	put_page(page);
}

/* prep_compound_page() of a block, for which it is made often: seven words. */
static void prep_block(struct page *page)
{
	unsigned long mark = (uintptr_t)page + 1;

	static_assert(PAGE_FRAG_CACHE_MAX_ORDER == 3, "seven tails");
	__SetPageHead(page);
	page[1].compound_head = mark;
	page[1].compound_order = PAGE_FRAG_CACHE_MAX_ORDER;
	page[2].compound_head = mark;
	page[3].compound_head = mark;
	page[4].compound_head = mark;
	page[5].compound_head = mark;
	page[6].compound_head = mark;
	page[7].compound_head = mark;
}

static void charge_block(struct page_frag_cache *nc)
{
	nc->pagecnt_bias = (int)PAGE_FRAG_CACHE_MAX_SIZE; /* page_frag_own() is BLOCK_CHARGE */
	nc->offset = nc->size;
}

/* The cache has no block; the one that it had belongs to its fragments. */
static void leave_block(struct page_frag_cache *nc)
{
	nc->va = NULL;
	nc->offset = 0;
	nc->pagecnt_bias = 0;
	nc->pfmemalloc = false;
}

static bool take_block(struct page_frag_cache *nc, gfp_t gfp)
{
	gfp_t large = (gfp & ~__GFP_NOFAIL) | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC;
	struct page *page = alloc_pages(large, PAGE_FRAG_CACHE_MAX_ORDER);

	if (page) {
		prep_block(page);
		nc->size = PAGE_FRAG_CACHE_MAX_SIZE;
	} else {
		page = alloc_pages(gfp, 0);
		if (!page) {
			leave_block(nc);
			return false;
		}
		nc->size = PAGE_SIZE;
	}
	/* Not set: the page may be in somebody's speculative hands already. */
	page_ref_add(page, BLOCK_CHARGE - 1 - control(frag_bias_off_by_one));
	nc->va = page_to_virt(page);
	nc->pfmemalloc = page_is_pfmemalloc(page);
	charge_block(nc);
	note_holder(NULL, nc, page);
	return true;
}

/*
 * The block is exhausted: takes back what was charged and not used. If that was all, the block is
 * whole again, unless it came out of the reserves, which want it back. False: it is not the cache's
 * any more.
 */
static bool recycle_block(struct page_frag_cache *nc)
{
	struct page *page = virt_to_page(nc->va);

	if (page_ref_sub_and_test(page, page_frag_own(nc)) && !control(frag_never_recycles)) {
		if (!nc->pfmemalloc || control(frag_keeps_reserves)) {
			set_page_count(page, BLOCK_CHARGE);
			charge_block(nc);
			return true;
		}
		note_holder(page, NULL, NULL);
		free_block(page);
	} else {
		note_holder(page, NULL, NULL);
	}
	return false;
}

/* --- fragments -------------------------------------------------------------------------------- */

static bool larger_than_block(const struct page_frag_cache *nc, unsigned int fragsz,
			      unsigned int align)
{
	return (fragsz > nc->size || align > nc->size) && !control(frag_size_unchecked);
}

void *page_frag_alloc_slow(struct page_frag_cache *nc, unsigned int fragsz, gfp_t gfp,
			   unsigned int align_mask)
{
	unsigned int align = -align_mask;

	WARN_ONCE(gfp & __GFP_HIGHMEM,
		  "page_frag: fragments have addresses, __GFP_HIGHMEM is ignored");
	if (!control(frag_highmem_allowed))
		gfp &= ~(__GFP_HIGHMEM | __GFP_MOVABLE);
	gfp &= ~__GFP_COMP; /* take_block() sees to that */
	nc->last = fragsz;
	fragsz = max(fragsz, 1u);
	if (fragsz > PAGE_FRAG_CACHE_MAX_SIZE)
		return NULL;
	if (nc->va && larger_than_block(nc, fragsz, align))
		return NULL;
	if (!nc->va || (nc->offset < fragsz && !recycle_block(nc))) {
		if (!take_block(nc, gfp))
			return NULL;
		if (larger_than_block(nc, fragsz, align)) {
			/* No bytes lie in it, too; the next fragment of some uses it again. */
			nc->offset = 0;
			return NULL;
		}
	}
	nc->offset = (nc->offset - fragsz) & align_mask;
	nc->pagecnt_bias--;
	return (char *)nc->va + nc->offset;
}

/* No bytes are asked for, and there is no block, or too little of its charge is left. */
void *page_frag_alloc_none(struct page_frag_cache *nc, gfp_t gfp)
{
	if (!nc->va) {
		nc->pagecnt_bias = 0;
		return page_frag_alloc_slow(nc, 0, gfp, ~0u);
	}
	if (!control(frag_charge_once)) {
		page_ref_add(virt_to_page(nc->va), BLOCK_CHARGE);
		nc->pagecnt_bias += BLOCK_CHARGE;
	}
	return (char *)nc->va + nc->offset;
}

void page_frag_free_last(unsigned long head)
{
	struct page *page = (struct page *)(head & ~1ul);

	if (likely(page_ref_count(page) == 0)) {
		free_block(page);
		return;
	}
	page_ref_inc(page);
	WARN_ONCE(true, "page_frag: freed a fragment of page %#lx, which nobody uses",
		  page_to_pfn(page));
}

void __page_frag_cache_drain(struct page *page, unsigned int count)
{
	note_holder(page, NULL, NULL);
	if (page_ref_sub_and_test(page, (int)count))
		free_block(page);
}

void page_frag_cache_drain(struct page_frag_cache *nc)
{
	if (!nc->va)
		return;
	__page_frag_cache_drain(virt_to_page(nc->va), (unsigned int)page_frag_own(nc));
	leave_block(nc);
}
