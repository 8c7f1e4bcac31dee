/* SPDX-License-Identifier: MIT */
/*
 * 64-bit division out of 32-bit division (lib/div64.h).
 *
 * School division, in two sizes. One step divides three 16-bit digits by two: the first two
 * digits by the divisor's top digit give an estimate of the quotient digit that is at most two
 * too large if the divisor is normalised (its top bit set) [TAOCP2 4.3.1, theorem B].
 * Two such steps divide 64 bits by 32 (divide_2by1).
 *
 *	divisor of 32 bits	high word first, by the native instruction; its remainder and
 *				the low word by divide_2by1
 *	divisor of 64 bits	the quotient has 32 bits; estimated from the 32 top bits of the
 *				divisor, at most one too large, then corrected by multiplying back
 *
 * Nothing here may use 64-bit / or %: the compiler would call this file again.
 */
#include "lib/bitops.h"
#include "lib/control.h"
#include "lib/div64.h"

/*
 * One quotient digit: (REM * 2^16 + NEXT) / D for REM < D and D normalised; *REM becomes the
 * remainder. The digit fits 16 bits because REM < D.
 */
static u32 divide_digit(u32 *rem, u32 next, u32 d)
{
	u32 top = d >> 16, bottom = d & 0xffff;
	u32 q = *rem / top, r = *rem % top;

	/*
	 * Q is too large while its product with the bottom digit exceeds what is left. Q is at
	 * most 2^16 + 1 and BOTTOM below 2^16, so that product fits.
	 */
	while (q * bottom > (r << 16 | next)) {
		q--;
		r += top;
		if (r > 0xffff)
			break;
	}
	/* Computed modulo 2^32; the true value is below D and fits. */
	*rem = (*rem << 16 | next) - q * d;
	return q;
}

/* (HIGH * 2^32 + LOW) / D for HIGH < D; *REM gets the remainder. */
static u32 divide_2by1(u32 high, u32 low, u32 d, u32 *rem)
{
	int shift = __builtin_clz(d);
	u32 q;

	/* Scaling both by 2^SHIFT normalises D and leaves the quotient as it is. */
	d <<= shift;
	high <<= shift;
	if (shift)
		high |= low >> (32 - shift);
	low <<= shift;

	q = divide_digit(&high, low >> 16, d) << 16;
	q |= divide_digit(&high, low & 0xffff, d);
	*rem = high >> shift;
	return q;
}

u64 div_u64_rem(u64 n, u32 d, u32 *rem)
{
	u32 high = (u32)(n >> 32), low = (u32)n;
	u32 q_high, q_low;

	if (!high) {
		*rem = low % d;
		return low / d;
	}
	q_high = high / d;
	q_low = divide_2by1(high % d, low, d, rem);
	return (u64)q_high << 32 | q_low;
}

/* N / D for D >= 2^32. */
static u32 divide_by_long(u64 n, u64 d, u64 *rem)
{
	int shift = __builtin_clz((u32)(d >> 32));
	u32 d_top = (u32)(d << shift >> 32);
	u64 half = n >> 1;
	u32 ignored, q;

	/*
	 * N / 2 by the top 32 bits of D: the halving makes sure that the quotient fits. Undoing
	 * both scalings leaves an estimate that is right or one too large. Starting one lower
	 * (0 stays 0) keeps the product below N, where it cannot overflow.
	 */
	q = divide_2by1((u32)(half >> 32), (u32)half, d_top, &ignored);
	q = (u32)((u64)q << shift >> 31);
	if (q)
		q--;
	n -= q * d;
	if (n >= d && !control(quotient_not_corrected)) {
		n -= d;
		q++;
	}
	*rem = n;
	return q;
}

u64 div64_u64_rem(u64 n, u64 d, u64 *rem)
{
	u32 small_rem;
	u64 q;

	if (d >> 32)
		return divide_by_long(n, d, rem);
	q = div_u64_rem(n, (u32)d, &small_rem);
	*rem = small_rem;
	return q;
}

/* |N| as unsigned, right for the smallest number too. */
static u64 magnitude(s64 n)
{
	return n < 0 ? -(u64)n : (u64)n;
}

s64 __divmoddi4(s64 n, s64 d, s64 *rem)
{
	u64 r, q = div64_u64_rem(magnitude(n), magnitude(d), &r);

	*rem = (s64)(n < 0 ? -r : r);
	return (s64)((n < 0) != (d < 0) ? -q : q);
}

s64 div_s64_rem(s64 n, s32 d, s32 *rem)
{
	s64 r, q = __divmoddi4(n, d, &r);

	*rem = (s32)r;
	return q;
}

s64 div64_s64(s64 n, s64 d)
{
	s64 rem;

	return __divmoddi4(n, d, &rem);
}

u64 mul_u64_u32_div(u64 a, u32 mul, u32 d)
{
	u64 low = mul_u32_u32((u32)a, mul);
	u64 high = mul_u32_u32((u32)(a >> 32), mul) + (low >> 32);
	u32 rem;
	u64 q_high = div_u64_rem(high, d, &rem);
	u64 q_low = divide_2by1(rem, (u32)low, d, &rem);

	return (q_high << 32) + q_low;
}

u64 __udivmoddi4(u64 n, u64 d, u64 *rem)
{
	u64 r, q = div64_u64_rem(n, d, &r);

	/* Compilers may pass no place for the remainder. */
	if (rem)
		*rem = r;
	return q;
}

u64 __udivdi3(u64 n, u64 d)
{
	return div64_u64(n, d);
}

u64 __umoddi3(u64 n, u64 d)
{
	u64 rem;

	div64_u64_rem(n, d, &rem);
	return rem;
}

s64 __divdi3(s64 n, s64 d)
{
	return div64_s64(n, d);
}

s64 __moddi3(s64 n, s64 d)
{
	s64 rem;

	__divmoddi4(n, d, &rem);
	return rem;
}
