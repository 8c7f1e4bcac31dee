/* SPDX-License-Identifier: MIT */
/*
 * Many pages at once, and sizes that are no power of two.
 */
#include "lib/log2.h"
#include "lib/control.h"
#include "mm/page_internal.h"

void split_page(struct page *page, unsigned int order)
{
	BUG_ON(PageCompound(page));
	BUG_ON(page_ref_count(page) == 0);
	for (unsigned long i = 1; i < 1ul << order; i++)
		set_page_count(page + i, 1);
}

/* The smallest order that holds SIZE bytes. */
static unsigned int order_of(size_t size)
{
	size_t pages = (size - 1) >> PAGE_SHIFT;
	unsigned int order = 0;

	while (pages >> order != 0)
		order++;
	return order;
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	unsigned int order;
	struct page *page;

	if (size == 0)
		return NULL;
	order = order_of(size);
	if (WARN_ON_ONCE(gfp & (__GFP_COMP | __GFP_HIGHMEM)))
		gfp &= ~(__GFP_COMP | __GFP_HIGHMEM);
	page = alloc_pages(gfp, order);
	if (!page)
		return NULL;
	split_page(page, order);
	for (unsigned long i = (size + PAGE_SIZE - 1) >> PAGE_SHIFT; i < 1ul << order; i++)
		__free_page(page + i);
	return page_to_virt(page);
}

void free_pages_exact(void *addr, size_t size)
{
	for (size_t done = 0; done < size; done += PAGE_SIZE)
		free_page((unsigned long)addr + done);
}

unsigned long alloc_pages_bulk_array(gfp_t gfp, unsigned long nr, struct page **pages)
{
	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	for (unsigned long i = 0; i < nr; i++) {
		if (!pages[i])
			pages[i] = (alloc_pages)(gfp, 0);
		if (!pages[i])
			return i - (control(bulk_forgets_one) && i != 0);
	}
	return nr;
}

unsigned long alloc_pages_bulk_list(gfp_t gfp, unsigned long nr, struct list_head *list)
{
	might_sleep_if(gfp & __GFP_DIRECT_RECLAIM);
	for (unsigned long i = 0; i < nr; i++) {
		struct page *page = (alloc_pages)(gfp, 0);

		if (!page)
			return i;
		list_add(&page->lru, list);
	}
	return nr;
}

void release_pages(struct page **pages, int nr)
{
	for (int i = 0; i < nr; i++)
		put_page(pages[i]);
}

void free_page_list(struct list_head *list)
{
	while (!list_empty(list)) {
		struct page *page = list_first_entry(list, struct page, lru);

		list_del(&page->lru);
		put_page(page);
	}
}
