/* SPDX-License-Identifier: MIT */
/*
 * Heapsort [TAOCP3 5.2.3].
 *
 * The array is read as a binary tree: the children of element I are 2I + 1 and 2I + 2. First it
 * is made a heap, in which no child is above its parent; then the largest element, the root, is
 * exchanged with the last one again and again, each time leaving the last out of the tree and
 * letting the new root sink to its place. Quicksort would be faster on average, but its worst
 * case and its stack have no place in a kernel.
 */
#include "lib/sort.h"

/* The array and how to treat it; exactly one of cmp and cmp_r is set. */
struct sorting {
	u8 *base;
	size_t size;
	cmp_func_t cmp;
	cmp_r_func_t cmp_r;
	const void *priv;
	swap_func_t swap;
	swap_r_func_t swap_r;
};

static u8 *element(const struct sorting *s, size_t i)
{
	return s->base + i * s->size;
}

static bool is_below(const struct sorting *s, size_t i, size_t j)
{
	const void *a = element(s, i), *b = element(s, j);

	return (s->cmp ? s->cmp(a, b) : s->cmp_r(a, b, s->priv)) < 0;
}

static void exchange(const struct sorting *s, size_t i, size_t j)
{
	u8 *a = element(s, i), *b = element(s, j);

	if (s->swap) {
		s->swap(a, b, (int)s->size);
		return;
	}
	if (s->swap_r) {
		s->swap_r(a, b, (int)s->size, s->priv);
		return;
	}
	for (size_t n = s->size; n--; a++, b++) {
		u8 byte = *a;

		*a = *b;
		*b = byte;
	}
}

/* Lets element I sink until it is not below its children, in a tree of N elements. */
static void sink(const struct sorting *s, size_t i, size_t n)
{
	/* While there is a child: 2I + 1 < N, written so that it cannot overflow. */
	while (i < n / 2) {
		size_t child = 2 * i + 1;

		if (child + 1 < n && is_below(s, child, child + 1))
			child++;
		if (!is_below(s, i, child))
			return;
		exchange(s, i, child);
		i = child;
	}
}

static void heapsort(const struct sorting *s, size_t n)
{
	for (size_t i = n / 2; i-- > 0;)
		sink(s, i, n);
	while (n > 1) {
		exchange(s, 0, --n);
		sink(s, 0, n);
	}
}

void sort(void *base, size_t n, size_t size, cmp_func_t cmp, swap_func_t swap)
{
	struct sorting s = {.base = base, .size = size, .cmp = cmp, .swap = swap};

	heapsort(&s, n);
}

void sort_r(void *base, size_t n, size_t size, cmp_r_func_t cmp, swap_r_func_t swap,
	    const void *priv)
{
	struct sorting s = {.base = base, .size = size, .cmp_r = cmp, .swap_r = swap, .priv = priv};

	heapsort(&s, n);
}

void *bsearch(const void *key, const void *base, size_t n, size_t size, cmp_func_t cmp)
{
	const u8 *low = base;

	/* The element, if it exists, is one of the N from LOW on. */
	while (n) {
		const u8 *middle = low + n / 2 * size;
		int order = cmp(key, middle);

		if (order == 0)
			return (void *)(uintptr_t)middle;
		if (order > 0) {
			low = middle + size;
			n--;
		}
		n /= 2;
	}
	return NULL;
}
