/* SPDX-License-Identifier: MIT */
/*
 * The compiler's helpers (lib/intrinsics.h), out of 32-bit operations only: a 64-bit shift or
 * builtin in here could be compiled into a call of the very function that it is in. (A shift by
 * 32 is safe: it only renames a register.)
 */
#include "lib/bitops.h"
#include "lib/div64.h"
#include "lib/intrinsics.h"
#include "lib/limits.h"

static u32 high_half(u64 x)
{
	return (u32)(x >> 32);
}

static u64 join(u32 high, u32 low)
{
	return (u64)high << 32 | low;
}

u64 __ashldi3(u64 x, int n)
{
	u32 high = high_half(x), low = (u32)x;

	if (n == 0)
		return x;
	if (n >= 32)
		return join(low << (n - 32), 0);
	return join(high << n | low >> (32 - n), low << n);
}

u64 __lshrdi3(u64 x, int n)
{
	u32 high = high_half(x), low = (u32)x;

	if (n == 0)
		return x;
	if (n >= 32)
		return high >> (n - 32);
	return join(high >> n, low >> n | high << (32 - n));
}

s64 __ashrdi3(s64 x, int n)
{
	u32 high = high_half((u64)x), low = (u32)x;
	u32 fill = x < 0 ? U32_MAX : 0;

	if (n == 0)
		return x;
	if (n == 32)
		return (s64)join(fill, high);
	if (n > 32)
		return (s64)join(fill, high >> (n - 32) | fill << (64 - n));
	return (s64)join(high >> n | fill << (32 - n), low >> n | high << (32 - n));
}

s64 __muldi3(s64 a, s64 b)
{
	u32 a_high = high_half((u64)a), a_low = (u32)a;
	u32 b_high = high_half((u64)b), b_low = (u32)b;
	u64 low = mul_u32_u32(a_low, b_low);

	return (s64)join(high_half(low) + a_high * b_low + a_low * b_high, (u32)low);
}

s64 __mulodi4(s64 a, s64 b, int *overflow)
{
	s64 product = __muldi3(a, b);

	/* Dividing back gives A exactly if nothing was lost; S64_MIN / -1 is no such proof. */
	if (b == 0)
		*overflow = 0;
	else if (b == -1)
		*overflow = a == S64_MIN;
	else
		*overflow = div64_s64(product, b) != a;
	return product;
}

s64 __negdi2(s64 x)
{
	return (s64)(0 - (u64)x);
}

int __ucmpdi2(u64 a, u64 b)
{
	if (a < b)
		return 0;
	return a > b ? 2 : 1;
}

int __cmpdi2(s64 a, s64 b)
{
	if (a < b)
		return 0;
	return a > b ? 2 : 1;
}

int __popcountsi2(u32 x)
{
	return (int)hweight32(x);
}

int __popcountdi2(u64 x)
{
	return (int)(hweight32(high_half(x)) + hweight32((u32)x));
}

int __paritysi2(u32 x)
{
	return __popcountsi2(x) & 1;
}

int __paritydi2(u64 x)
{
	return __paritysi2(high_half(x) ^ (u32)x);
}

int __clzsi2(u32 x)
{
	return 32 - fls(x);
}

int __clzdi2(u64 x)
{
	u32 high = high_half(x);

	return high ? 32 - fls(high) : 64 - fls((u32)x);
}

int __ctzsi2(u32 x)
{
	return ffs((int)x) - 1;
}

int __ctzdi2(u64 x)
{
	u32 low = (u32)x;

	return low ? __ctzsi2(low) : 32 + __ctzsi2(high_half(x));
}

int __ffsdi2(u64 x)
{
	return x ? __ctzdi2(x) + 1 : 0;
}

u32 __bswapsi2(u32 x)
{
	return x << 24 | (x & 0xff00) << 8 | (x >> 8 & 0xff00) | x >> 24;
}

u64 __bswapdi2(u64 x)
{
	return join(__bswapsi2((u32)x), __bswapsi2(high_half(x)));
}
