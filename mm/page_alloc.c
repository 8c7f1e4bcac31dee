/* SPDX-License-Identifier: MIT */
/*
 * Allocation and free where nothing is special: a block off this CPU's list, a block onto it.
 *
 * Both are straight lines with interrupts off. Everything that is not ordinary is one test of a
 * mask away, out of line. What makes a page unfit to change hands is one OR of four words, which is
 * zero for every good page (mm/page.h explains why).
 */
#include "mm/page_alloc.h"
#include "boot/x86.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "mm/buddy.h"
#include "mm/page_internal.h"
#include "mm/pageblock.h"
#include "mm/watermark.h"

void page_alloc_init(void)
{
	pcp_init();
	watermark_init();
}

struct page *__alloc_pages(gfp_t gfp, unsigned int order)
{
	if (likely(order < PCP_ORDERS && !(gfp & GFP_ODD)))
		return alloc_pages_short(gfp, order);
	return alloc_pages_slow(gfp, order);
}

struct page *alloc_pages_checked(struct page *page, unsigned int order, gfp_t gfp)
{
	return prep_new_page(page, order, gfp) ? page : alloc_pages_slow(gfp, order);
}

/* Not zero if one of the tails of a small block is not as it was given out. */
static inline unsigned long tails_bits(const struct page *page, unsigned int order)
{
	const struct page *end = page + (1ul << order);
	unsigned long bits = 0;

	while (++page < end)
		bits |= page_bits_if_free(page);
	return bits;
}

/* The same of all pages of a large block. It has hundreds: four in a round. */
static unsigned long large_bits(const struct page *page, unsigned int order)
{
	const struct page *end = page + (1ul << order);
	unsigned long bits = 0;

	for (; page < end && !control(large_unchecked); page += 4)
		bits |= page_bits_if_free(page) | page_bits_if_free(page + 1) |
			page_bits_if_free(page + 2) | page_bits_if_free(page + 3);
	return bits;
}

/* A large block goes straight to its zone. */
static void free_large(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	buddy_free(zone, page, order);
	spin_unlock_irqrestore(&zone->lock, flags);
}

/* What a free is when a page is odd, or somebody wants to see every page. */
static noinline void free_odd(struct page *page, unsigned int order)
{
	if (!prep_free_page(page, &order))
		return;
	if (order < PCP_ORDERS)
		pcp_push(page, order);
	else
		free_large(page, order);
}

/* Nobody uses the block any more; its first page's words are in ODD. */
static __always_inline void free_block(struct page *page, unsigned int order, unsigned long odd)
{
	if (order != 0 && order < PCP_ORDERS)
		odd |= tails_bits(page, order);
	if (unlikely(odd | page_alloc_hooks))
		free_odd(page, order);
	else if (likely(order < PCP_ORDERS))
		pcp_push(page, order);
	else if (likely(large_bits(page, order) == 0))
		free_large(page, order);
	else
		free_odd(page, order);
}

/* The last user is gone: of the users there is nothing left to check. */
static __always_inline void free_unused(struct page *page, unsigned int order)
{
	free_block(page, order, page->flags | page->page_type | (uintptr_t)page->mapping);
}

/* Somebody else still holds the first page: the others are free at once, in halves. */
static void free_tails(struct page *page, unsigned int order)
{
	if (control(tails_forgotten))
		return;
	while (order-- > 0) {
		struct page *half = page + (1ul << order);

		free_block(half, order, control(half_unchecked) ? 0 : page_bits_if_free(half));
	}
}

void free_page_single(struct page *page)
{
	if (likely(put_page_testzero(page)))
		free_unused(page, 0);
	else if (page_ref_count(page) < 0)
		free_of_free_page(page, 0);
}

/*
 * What the block is must be asked while the caller's reference keeps it: a moment later the last
 * user may have freed it, and a compound page looks like any other.
 */
void free_pages_any(struct page *page, unsigned int order)
{
	bool compound = PageHead(page);

	if (likely(put_page_testzero(page)))
		free_unused(page, order);
	else if (page_ref_count(page) < 0)
		free_of_free_page(page, order);
	else if (!(control(head_seen_late) ? PageHead(page) : compound))
		free_tails(page, order); /* else the last user frees it all */
}

void put_page(struct page *page)
{
	page = compound_head(page);
	if (likely(put_page_testzero(page)))
		free_unused(page, 0); /* the order of a compound page is its own */
	else if (page_ref_count(page) < 0)
		free_of_free_page(page, 0);
}

/* One pass over the tails of a small block in perfect order; else what was done is undone. */
void free_compound_unused(struct page *page)
{
	unsigned long mark = (uintptr_t)page + 1, order = page[1].compound_order;
	struct page *tail = page + 1, *end = page + (1ul << order);

	if (unlikely(page_alloc_hooks || order >= PCP_ORDERS ||
		     (page->flags ^ BIT(PG_head)) | page->page_type | (uintptr_t)page->mapping)) {
		free_odd(page, 0);
		return;
	}
	for (; tail < end; tail++) {
		if (unlikely(page_bits_if_free(tail) || tail->compound_head != mark))
			break;
		tail->compound_head = 0;
	}
	if (likely(tail == end)) {
		page->flags = 0;
		pcp_push(page, order);
		return;
	}
	while (--tail > page)
		tail->compound_head = mark;
	free_odd(page, 0);
}

unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp & ~__GFP_HIGHMEM, order);

	return page ? (unsigned long)page_to_virt(page) : 0;
}

unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

void free_pages(unsigned long addr, unsigned int order)
{
	if (addr == 0)
		return;
	if (WARN(!virt_addr_valid((void *)addr),
		 "free_pages(0x%08lx): not an address of low memory", addr))
		return;
	__free_pages(virt_to_page((void *)addr), order);
}

unsigned long nr_free_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone) pages += READ_ONCE(zone->nr_free_pages);
	return pages;
}

unsigned long nr_free_highpages(void)
{
	return READ_ONCE(node_zones[ZONE_HIGHMEM].nr_free_pages);
}

unsigned long totalram_pages(void)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone) pages += zone->managed_pages;
	return pages;
}

unsigned long totalhigh_pages(void)
{
	return node_zones[ZONE_HIGHMEM].managed_pages;
}
