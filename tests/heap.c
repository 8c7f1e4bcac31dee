/* SPDX-License-Identifier: MIT */
/*
 * The framework's memory in the kernel: kmalloc(), filled with a pattern: see tests/heap.h.
 */
#include "tests/heap.h"

#include "lib/string.h"
#include "mm/kmalloc.h"

#define FRESH 0xa5 /* memory that nobody zeroed */

void *heap_alloc(size_t size, gfp_t gfp)
{
	void *block = kmalloc(size, gfp | __GFP_NOWARN);

	if (!ZERO_OR_NULL_PTR(block) && !(gfp & __GFP_ZERO))
		memset(block, FRESH, size);
	return block;
}

void heap_free(const void *ptr)
{
	kfree(ptr);
}
