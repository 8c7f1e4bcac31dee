/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/slab.h> for foreign sources: kmalloc() and its kin, from the heap for tests until
 * the slab allocator exists.
 */
#ifndef COMPAT_LINUX_SLAB_H
#define COMPAT_LINUX_SLAB_H

#include "lib/compiler.h"
#include "lib/string.h"
#include "linux/overflow.h"
#include "mm/gfp.h"
#include "tests/heap.h"

static inline void *kmalloc(size_t size, gfp_t gfp)
{
	return heap_alloc(size, gfp);
}

static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return heap_alloc(size, gfp | __GFP_ZERO);
}

static inline void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	return heap_alloc(size_mul(n, size), gfp);
}

static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return heap_alloc(size_mul(n, size), gfp | __GFP_ZERO);
}

static inline void kfree(const void *ptr)
{
	heap_free(ptr);
}

static inline size_t ksize(const void *ptr)
{
	return heap_size(ptr);
}

/* A copy of SIZE bytes at SOURCE, or of the string S; NULL without memory. */
static inline void *kmemdup(const void *source, size_t size, gfp_t gfp)
{
	void *copy = kmalloc(size, gfp);

	return copy ? memcpy(copy, source, size) : NULL;
}

static inline char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup(s, strlen(s) + 1, gfp) : NULL;
}

#endif /* COMPAT_LINUX_SLAB_H */
