/* SPDX-License-Identifier: MIT */
/*
 * Sorting an array in place, and searching a sorted one.
 *
 * Comparison functions return below 0, 0 or above 0 for A before, equal to or behind B. They must
 * order the elements totally; if they do not, the order that results is arbitrary but nothing
 * outside of the array is touched.
 *
 * sort() is not stable (equal elements may change places). Its time is N log N in every case and
 * it needs neither memory nor recursion, so it may run in any context.
 */
#ifndef LIB_SORT_H
#define LIB_SORT_H

#include "lib/types.h"

typedef int (*cmp_func_t)(const void *a, const void *b);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);

/*
 * Sorts the N elements of SIZE bytes at BASE by CMP. SWAP exchanges two of them, for elements
 * that are not to be moved byte by byte; NULL for the plain way.
 */
void sort(void *base, size_t n, size_t size, cmp_func_t cmp, swap_func_t swap);

/* The same with a value of the caller's, the last argument of both CMP and SWAP. */
void sort_r(void *base, size_t n, size_t size, cmp_r_func_t cmp, swap_r_func_t swap,
	    const void *priv);

/*
 * An element equal to KEY of the N elements of SIZE bytes at BASE, which CMP(key, element) has
 * in order; NULL if there is none. With several equal ones, any of them.
 */
void *bsearch(const void *key, const void *base, size_t n, size_t size, cmp_func_t cmp);

#endif /* LIB_SORT_H */
