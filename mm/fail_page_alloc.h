/* SPDX-License-Identifier: MIT */
/*
 * Page allocations that fail on purpose: fail_page_alloc=.
 */
#ifndef MM_FAIL_PAGE_ALLOC_H
#define MM_FAIL_PAGE_ALLOC_H

#include "mm/fault_inject.h"
#include "mm/gfp.h"

/* Armed, it sets PAGE_HOOK_FAIL, so that every request takes the long way and comes by. */
extern struct fault_attr fail_page_alloc;

/* Is this request to fail? Blocks below the attribute's min_order, and NOFAIL requests, never do.
 */
bool should_fail_alloc_page(gfp_t gfp, unsigned int order);

#endif /* MM_FAIL_PAGE_ALLOC_H */
