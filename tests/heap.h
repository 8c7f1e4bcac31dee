/* SPDX-License-Identifier: MIT */
/*
 * Memory for tests and modules until the slab allocator exists: one static area, given out by first
 * fit. kunit_kmalloc() and the compat headers' kmalloc() come here; the kernel proper must not.
 *
 * Context: one CPU's normal flow of control, not interrupt handlers.
 */
#ifndef TESTS_HEAP_H
#define TESTS_HEAP_H

#include "mm/gfp.h"

#define HEAP_SIZE  (128u << 10)
#define HEAP_ALIGN 16u

/*
 * SIZE bytes, aligned to HEAP_ALIGN: zeroed with __GFP_ZERO, else filled with a pattern, never by
 * chance zero. NULL, with a message that says how full it is, if there is no room.
 */
void *heap_alloc(size_t size, gfp_t gfp);

/* Gives back PTR, or nothing if it is NULL. What is no block in use, or was written past, is a BUG.
 */
void heap_free(const void *ptr);

/* The usable bytes of the block at PTR: at least what was asked for. */
size_t heap_size(const void *ptr);

/* Bytes in use, their headers included. */
size_t heap_used(void);

#endif /* TESTS_HEAP_H */
