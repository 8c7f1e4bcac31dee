/* SPDX-License-Identifier: MIT */
/*
 * A first-fit heap in a static array: see tests/heap.h.
 *
 *	[header][bytes ...........][header][bytes ...][header][bytes .....]
 *
 * Blocks lie side by side and fill the array, so the next header is where a block ends, and a walk
 * from the start meets them all. Free neighbours are joined during the walk for an allocation. A
 * header's magic tells used from free, and catches a wrong pointer, a second free, and the write
 * that ran over a block's end into the next header.
 */
#include "tests/heap.h"

#include "kernel/console/printk.h"
#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/invariant.h"

#define MAGIC_USED 0x64657375u
#define MAGIC_FREE 0x65657266u
#define FRESH      0xa5 /* memory that nobody zeroed */
#define STALE      0x6b /* memory that was given back */

struct header {
	u32 magic;
	u32 size; /* of the bytes behind it; a multiple of HEAP_ALIGN */
} __aligned(HEAP_ALIGN);

static char area[HEAP_SIZE] __aligned(HEAP_ALIGN);
static size_t used;

static struct header *first(void)
{
	return (struct header *)area;
}

/* The header behind block AT, or NULL at the end of the area. */
static struct header *next(struct header *at)
{
	char *end = (char *)(at + 1) + at->size;

	BUG_ON(at->magic != MAGIC_USED && at->magic != MAGIC_FREE);
	return end < area + HEAP_SIZE ? (struct header *)end : NULL;
}

static void join_free_neighbours(struct header *at)
{
	struct header *behind;

	while ((behind = next(at)) && behind->magic == MAGIC_FREE)
		at->size += sizeof(*behind) + behind->size;
}

/* Cuts free block AT down to SIZE bytes if what is left makes a block. */
static void split(struct header *at, size_t size)
{
	struct header *rest = (struct header *)((char *)(at + 1) + size);

	if (at->size - size < sizeof(*rest) + HEAP_ALIGN)
		return;
	rest->magic = MAGIC_FREE;
	rest->size = at->size - size - sizeof(*rest);
	at->size = size;
}

void *heap_alloc(size_t size, gfp_t gfp)
{
	struct header *at = first();

	if (!at->magic) {
		at->magic = MAGIC_FREE;
		at->size = HEAP_SIZE - sizeof(*at);
	}
	if (size > HEAP_SIZE)
		at = NULL;
	size = ALIGN(size ? size : 1, HEAP_ALIGN);
	for (; at; at = next(at)) {
		if (at->magic != MAGIC_FREE)
			continue;
		join_free_neighbours(at);
		if (at->size < size)
			continue;
		split(at, size);
		at->magic = MAGIC_USED;
		used += sizeof(*at) + at->size;
		return memset(at + 1, gfp & __GFP_ZERO ? 0 : FRESH, at->size);
	}
	pr_warn("the heap for tests is full: %zu bytes wanted, %zu of %u in use\n", size, used,
		HEAP_SIZE);
	return NULL;
}

static struct header *header_of(const void *ptr)
{
	struct header *at = (struct header *)ptr - 1;

	BUG_ON(!IS_ALIGNED((uintptr_t)ptr, HEAP_ALIGN));
	BUG_ON((char *)at < area || (char *)ptr >= area + HEAP_SIZE);
	BUG_ON(at->magic != MAGIC_USED);
	return at;
}

void heap_free(const void *ptr)
{
	struct header *at, *behind;

	if (!ptr)
		return;
	at = header_of(ptr);
	behind = next(at);
	BUG_ON(behind && behind->magic != MAGIC_USED && behind->magic != MAGIC_FREE);
	used -= sizeof(*at) + at->size;
	at->magic = MAGIC_FREE;
	memset(at + 1, STALE, at->size);
}

size_t heap_size(const void *ptr)
{
	return header_of(ptr)->size;
}

size_t heap_used(void)
{
	return used;
}

static void take_heap(struct invariant_state *now)
{
	now->value[0] = used;
}

static bool judge_heap(const struct invariant_state *before, const struct invariant_state *after,
		       char *why, size_t size)
{
	if (before->value[0] == after->value[0])
		return true;
	snprintf(why, size, "%lld bytes of kmalloc() were not freed",
		 (long long)(after->value[0] - before->value[0]));
	return false;
}
TEST_INVARIANT(test_heap, take_heap, judge_heap);
