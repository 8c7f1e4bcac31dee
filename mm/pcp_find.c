/* SPDX-License-Identifier: MIT */
/*
 * Whether a page is on a per-CPU list, whosever it is.
 *
 * A list of another CPU's cannot be walked: it changes under one's feet. But a page on it can be
 * told by its neighbours: they point back at it, and nobody points at a page that was taken off.
 */
#include "lib/control.h"
#include "mm/pcp.h"

/* Is NODE the link of some page, or a list's head? Only these may be looked at. */
static bool is_link(const struct list_head *node)
{
	uintptr_t offset = (uintptr_t)node - (uintptr_t)mem_map;

	if (offset < max_pfn * sizeof(struct page))
		return offset % sizeof(struct page) == offsetof(struct page, lru);
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		if ((uintptr_t)node - (uintptr_t)per_cpu_ptr(&pcp_area, cpu) <
		    sizeof(struct pcp_area))
			return true;
	return false;
}

/* The list's CPU may change the neighbours meanwhile, but not for long. */
static bool is_linked(const struct page *page)
{
	for (unsigned int tries = 0; tries < 4; tries++) {
		const struct list_head *prev = READ_ONCE(page->lru.prev);
		const struct list_head *next = READ_ONCE(page->lru.next);

		if (is_link(prev) && is_link(next) && READ_ONCE(prev->next) == &page->lru &&
		    READ_ONCE(next->prev) == &page->lru)
			return true;
	}
	return false;
}

struct page *pcp_block_of(struct page *page)
{
	for (unsigned int order = 0; order < PCP_ORDERS && !control(lists_unseen); order++) {
		struct page *head = pfn_to_page(ALIGN_DOWN(page_to_pfn(page), 1ul << order));

		if (is_linked(head))
			return head;
		if (atomic_read(&head->_refcount) > 0)
			return NULL; /* the block is its owner's */
	}
	return NULL;
}
