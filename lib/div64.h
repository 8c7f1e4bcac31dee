/* SPDX-License-Identifier: MIT */
/*
 * 64-bit division on a 32-bit CPU.
 *
 * A plain u64 / u64 works everywhere (the compiler calls __udivdi3 and its kin, which are ours,
 * since no libgcc is linked), but where the divisor has 32 bits, div_u64 and do_div are twice as
 * fast. Names are Linux's.
 *
 * Pure, any context. Division by zero raises the CPU's divide error, as the instruction does;
 * S64_MIN / -1 gives S64_MIN.
 */
#ifndef LIB_DIV64_H
#define LIB_DIV64_H

#include "lib/compiler.h"

/* N / D; *REM gets N % D. */
u64 div_u64_rem(u64 n, u32 d, u32 *rem);
u64 div64_u64_rem(u64 n, u64 d, u64 *rem);
/* The signed forms round towards zero; *REM has N's sign. */
s64 div_s64_rem(s64 n, s32 d, s32 *rem);

static inline u64 div_u64(u64 n, u32 d)
{
	u32 rem;

	return div_u64_rem(n, d, &rem);
}

static inline s64 div_s64(s64 n, s32 d)
{
	s32 rem;

	return div_s64_rem(n, d, &rem);
}

static inline u64 div64_u64(u64 n, u64 d)
{
	u64 rem;

	return div64_u64_rem(n, d, &rem);
}

/* N / D as signed numbers, rounded towards zero. */
s64 div64_s64(s64 n, s64 d);

#define div64_ul(n, d) div64_u64(n, d)
/* Rounded up: N + D - 1 must fit. */
static inline u64 DIV_ROUND_UP_ULL(u64 n, u32 d)
{
	return div_u64(n + d - 1, d);
}

static inline u64 DIV64_U64_ROUND_UP(u64 n, u64 d)
{
	return div64_u64(n + d - 1, d);
}

/* Divides the u64 variable N by the u32 BASE in place; the value is the u32 remainder. */
#define do_div(n, base)                                                                            \
	__extension__({                                                                            \
		u32 __remainder;                                                                   \
		static_assert(__same_type(n, u64), "do_div wants a u64 variable");                 \
		(n) = div_u64_rem(n, base, &__remainder);                                          \
		__remainder;                                                                       \
	})

/* A * B as 64 bits. */
static inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

/* (A * MUL) >> SHIFT with a 96-bit product, SHIFT 0 to 32; the result is cut to 64 bits. */
static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	u64 low = mul_u32_u32((u32)a, mul), high = mul_u32_u32((u32)(a >> 32), mul);

	return (low >> shift) + (high << (32 - shift));
}

/* A * MUL / D with a 96-bit product; the quotient must fit 64 bits (else its low half). */
u64 mul_u64_u32_div(u64 a, u32 mul, u32 d);

/* What gcc and clang call for / and % of 64-bit operands: their names, their meaning. */
u64 __udivmoddi4(u64 n, u64 d, u64 *rem);
u64 __udivdi3(u64 n, u64 d);
u64 __umoddi3(u64 n, u64 d);
s64 __divmoddi4(s64 n, s64 d, s64 *rem);
s64 __divdi3(s64 n, s64 d);
s64 __moddi3(s64 n, s64 d);

#endif /* LIB_DIV64_H */
