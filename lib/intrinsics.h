/* SPDX-License-Identifier: MIT */
/*
 * What gcc and clang may call for 64-bit shifts, products, comparisons and bit counts on a
 * 32-bit CPU, besides the divisions of lib/div64.h. No loft code calls these by name; this
 * header lets the compiler check them and the tests reach them. Names and meanings are libgcc's.
 * Pure, any context.
 */
#ifndef LIB_INTRINSICS_H
#define LIB_INTRINSICS_H

#include "lib/types.h"

/* Shifts by 0 to 63. */
u64 __ashldi3(u64 x, int n);
u64 __lshrdi3(u64 x, int n);
s64 __ashrdi3(s64 x, int n);

/* A * B modulo 2^64; __mulodi4 also sets *OVERFLOW to whether that is not the true product. */
s64 __muldi3(s64 a, s64 b);
s64 __mulodi4(s64 a, s64 b, int *overflow);
s64 __negdi2(s64 x);

/* 0, 1, 2 for A below, equal to, above B. */
int __cmpdi2(s64 a, s64 b);
int __ucmpdi2(u64 a, u64 b);

/* Set bits; whether their number is odd. */
int __popcountsi2(u32 x);
int __popcountdi2(u64 x);
int __paritysi2(u32 x);
int __paritydi2(u64 x);

/* Zero bits above the highest or below the lowest set one (X not 0); lowest set bit from 1. */
int __clzsi2(u32 x);
int __clzdi2(u64 x);
int __ctzsi2(u32 x);
int __ctzdi2(u64 x);
int __ffsdi2(u64 x);

/* The bytes in reverse order. */
u32 __bswapsi2(u32 x);
u64 __bswapdi2(u64 x);

#endif /* LIB_INTRINSICS_H */
