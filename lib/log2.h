/* SPDX-License-Identifier: MIT */
/*
 * Powers of two and logarithms to base 2. With constant arguments all but is_power_of_2() are
 * constants themselves, fit for array sizes.
 */
#ifndef LIB_LOG2_H
#define LIB_LOG2_H

#include "lib/bitops.h"

/* Whether N is a power of two; 0 is none. */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* The logarithm rounded down; N > 0, up to 64 bits wide (0 gives 0). */
#define ilog2(n)                                                                                   \
	(__builtin_constant_p(n) ? 63 - __builtin_clzll((u64)(n) | 1) : fls64((u64)(n) | 1) - 1)

/* Of N > 1; the lowest bit is set for the compiler, which also looks at it where N is 1. */
#define __log2_up(n) (64 - __builtin_clzll(((u64)(n)-1) | 1))

static inline int __order_base_2(u64 n)
{
	return n > 1 ? fls64(n - 1) : 0;
}

/* The logarithm rounded up: the smallest K with 1 << K >= N; 0 for N <= 1. */
#define order_base_2(n)                                                                            \
	(__builtin_constant_p(n) ? ((u64)(n) > 1 ? __log2_up(n) : 0) : __order_base_2(n))

static inline unsigned long __roundup_pow_of_two(unsigned long n)
{
	int order = __order_base_2(n);

	return order < BITS_PER_LONG ? 1UL << order : 0;
}

/* The nearest power of two that is not below N (0 if that does not fit; 1 for N <= 1). */
#define roundup_pow_of_two(n)                                                                      \
	(__builtin_constant_p(n)                                                                   \
		 ? ((unsigned long)(n) > 1                                                         \
			    ? (unsigned long)(2ULL << (__log2_up((unsigned long)(n)) - 1))         \
			    : 1UL)                                                                 \
		 : __roundup_pow_of_two(n))

static inline unsigned long __rounddown_pow_of_two(unsigned long n)
{
	return 1UL << __fls(n);
}

/* The nearest power of two that is not above N; N > 0. */
#define rounddown_pow_of_two(n)                                                                    \
	(__builtin_constant_p(n) ? 1UL << ilog2((unsigned long)(n)) : __rounddown_pow_of_two(n))

#endif /* LIB_LOG2_H */
