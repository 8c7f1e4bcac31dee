/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/overflow.h> for foreign sources: arithmetic that tells when it does not fit.
 */
#ifndef COMPAT_LINUX_OVERFLOW_H
#define COMPAT_LINUX_OVERFLOW_H

#include "lib/compiler.h"
#include "lib/limits.h"

/* Store the wrapped result in *D and return whether it is wrong. */
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)

/* Products and sums of sizes that stick at SIZE_MAX, which no allocator has. */
static inline size_t size_mul(size_t a, size_t b)
{
	size_t product;

	return check_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t sum;

	return check_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static inline size_t array_size(size_t n, size_t size)
{
	return size_mul(n, size);
}

/* The size of *P with COUNT elements in its last, flexible member. */
#define flex_array_size(p, member, count) size_mul(count, sizeof(*(p)->member))
#define struct_size(p, member, count)     size_add(sizeof(*(p)), flex_array_size(p, member, count))

#endif /* COMPAT_LINUX_OVERFLOW_H */
