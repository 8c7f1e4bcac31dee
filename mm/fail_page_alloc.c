/* SPDX-License-Identifier: MIT */
/*
 * fail_page_alloc=: the page allocator's part of fault injection. Sizes are in pages.
 */
#include "mm/fail_page_alloc.h"
#include "boot/cmdline.h"
#include "lib/errno.h"
#include "mm/page_internal.h"

static void arm(bool armed)
{
	page_hook_set(PAGE_HOOK_FAIL, armed);
}

struct fault_attr fail_page_alloc = FAULT_ATTR_INIT("fail_page_alloc", arm);

bool should_fail_alloc_page(gfp_t gfp, unsigned int order)
{
	if (gfp & __GFP_NOFAIL || order < fail_page_alloc.min_order)
		return false;
	return should_fail(&fail_page_alloc, (size_t)1 << order);
}

static int set(const char *value)
{
	return value ? fault_attr_set(&fail_page_alloc, value) : -EINVAL;
}
BOOT_PARAM("fail_page_alloc", set,
	   "INTERVAL,PROBABILITY,SPACE,TIMES[,FUNCTION]: page allocations that fail on purpose");
