/* SPDX-License-Identifier: MIT */
/*
 * The test framework's memory: kmalloc() in the kernel, malloc() in the host's programs.
 *
 * Context: a case's own flow of control.
 */
#ifndef TESTS_HEAP_H
#define TESTS_HEAP_H

#include "mm/gfp.h"

/*
 * SIZE bytes: zeroed with __GFP_ZERO, else filled with a pattern, never by chance zero. NULL if
 * there is no room.
 */
void *heap_alloc(size_t size, gfp_t gfp);

/* Gives back PTR, or nothing if it is NULL. */
void heap_free(const void *ptr);

#endif /* TESTS_HEAP_H */
