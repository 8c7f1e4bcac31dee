/* SPDX-License-Identifier: MIT */
/*
 * In the place of mm/page_alloc.h where what stands on the page allocator is compiled on the host:
 * the test gives the pages out.
 */
#ifndef TESTS_HOST_SHADOW_SLAB_PAGE_ALLOC_H
#define TESTS_HOST_SHADOW_SLAB_PAGE_ALLOC_H

#include "kernel/sync/preempt.h"
#include "mm/gfp.h"
#include "mm/mmzone.h"
#include "mm/page.h"
#include "mm/page_ref.h"

struct page *alloc_pages(gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
void free_compound_unused(struct page *page);

extern unsigned int page_alloc_hooks;
#define PAGE_HOOK_INIT_ALLOC 1u
#define PAGE_HOOK_INIT_FREE  2u

static inline bool page_is_pfmemalloc(const struct page *page)
{
	return PagePfmemalloc(page);
}

#endif /* TESTS_HOST_SHADOW_SLAB_PAGE_ALLOC_H */
