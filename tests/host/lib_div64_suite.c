/* SPDX-License-Identifier: MIT */
/*
 * 64-bit division, shifts and bit counts against the host's own arithmetic, 10^5 random cases
 * each: operands of every length, with long runs of ones and zeros, where carries hide.
 */
#include "lib/div64.h"
#include "lib/intrinsics.h"
#include "lib/limits.h"
#include "tests/host/suite.h"

#define ROUNDS 100000

static void udivmod(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 n = prandom_edgy_state(&host_random);
		u64 d = max(prandom_edgy_state(&host_random), 1ull), rem;

		KUNIT_ASSERT_EQ_MSG(test, __udivmoddi4(n, d, &rem), n / d, "%llu / %llu", n, d);
		KUNIT_ASSERT_EQ_MSG(test, rem, n % d, "%llu %% %llu", n, d);
		KUNIT_ASSERT_EQ(test, __udivmoddi4(n, d, NULL), n / d);
		KUNIT_ASSERT_EQ(test, __udivdi3(n, d), n / d);
		KUNIT_ASSERT_EQ(test, __umoddi3(n, d), n % d);
		KUNIT_ASSERT_EQ(test, div64_u64(n, d), n / d);
	}
}

/* Divisors whose quotient digits are guessed too high: near-equal tops. */
static void udivmod_close(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 d = prandom_edgy_state(&host_random) | 1;
		u64 q = prandom_u32_state(&host_random) >> (i % 32);
		u64 n = q * d + (u64)(i % 3) - 1, rem;

		KUNIT_ASSERT_EQ_MSG(test, __udivmoddi4(n, d, &rem), n / d, "%llu / %llu", n, d);
		KUNIT_ASSERT_EQ_MSG(test, rem, n % d, "%llu %% %llu", n, d);
	}
}

static void div_by_u32(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 n = prandom_edgy_state(&host_random), m = n;
		u32 d = max((u32)prandom_edgy_state(&host_random), 1u), rem;

		KUNIT_ASSERT_EQ_MSG(test, div_u64_rem(n, d, &rem), n / d, "%llu / %u", n, d);
		KUNIT_ASSERT_EQ_MSG(test, rem, n % d, "%llu %% %u", n, d);
		KUNIT_ASSERT_EQ(test, do_div(m, d), n % d);
		KUNIT_ASSERT_EQ(test, m, n / d);
	}
}

static void divmod_signed(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		s64 n = (s64)prandom_edgy_state(&host_random), rem;
		s64 d = (s64)prandom_edgy_state(&host_random);
		s32 d32, rem32;

		if (d == 0 || (n == S64_MIN && d == -1))
			continue;
		KUNIT_ASSERT_EQ_MSG(test, __divmoddi4(n, d, &rem), n / d, "%lld / %lld", n, d);
		KUNIT_ASSERT_EQ_MSG(test, rem, n % d, "%lld %% %lld", n, d);
		KUNIT_ASSERT_EQ(test, __divdi3(n, d), n / d);
		KUNIT_ASSERT_EQ(test, __moddi3(n, d), n % d);
		d32 = (s32)d;
		if (d32 == 0 || (n == S64_MIN && d32 == -1))
			continue;
		KUNIT_ASSERT_EQ_MSG(test, div_s64_rem(n, d32, &rem32), n / d32, "%lld / %d", n,
				    d32);
		KUNIT_ASSERT_EQ(test, rem32, n % d32);
	}
	KUNIT_EXPECT_EQ(test, __divdi3(S64_MIN, -1), S64_MIN);
	KUNIT_EXPECT_EQ(test, __moddi3(S64_MIN, -1), 0ll);
}

static void shifts(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 x = prandom_edgy_state(&host_random);
		int n = i % 64;

		KUNIT_ASSERT_EQ_MSG(test, __ashldi3(x, n), x << n, "%llx << %d", x, n);
		KUNIT_ASSERT_EQ_MSG(test, __lshrdi3(x, n), x >> n, "%llx >> %d", x, n);
		KUNIT_ASSERT_EQ_MSG(test, __ashrdi3((s64)x, n), (s64)x >> n, "%lld >> %d", (s64)x,
				    n);
	}
}

static void products(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 a = prandom_edgy_state(&host_random), b = prandom_edgy_state(&host_random);
		unsigned __int128 wide = (unsigned __int128)a * (u32)b;
		u32 d = max((u32)prandom_edgy_state(&host_random), 1u);
		int overflow, lost;
		s64 product;

		KUNIT_ASSERT_EQ(test, (u64)__muldi3((s64)a, (s64)b), a * b);
		lost = __builtin_mul_overflow((s64)a, (s64)b, &product);
		KUNIT_ASSERT_EQ(test, __mulodi4((s64)a, (s64)b, &overflow), product);
		KUNIT_ASSERT_EQ_MSG(test, overflow, lost, "%lld * %lld", (s64)a, (s64)b);
		KUNIT_ASSERT_EQ(test, mul_u64_u32_shr(a, (u32)b, i % 33), (u64)(wide >> (i % 33)));
		KUNIT_ASSERT_EQ_MSG(test, mul_u64_u32_div(a, (u32)b, d), (u64)(wide / d),
				    "%llu * %u / %u", a, (u32)b, d);
	}
}

static void counts(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		u64 x = max(prandom_edgy_state(&host_random), 1ull),
		    y = prandom_edgy_state(&host_random);
		u32 low = max((u32)x, 1u);

		KUNIT_ASSERT_EQ(test, __clzdi2(x), __builtin_clzll(x));
		KUNIT_ASSERT_EQ(test, __ctzdi2(x), __builtin_ctzll(x));
		KUNIT_ASSERT_EQ(test, __clzsi2(low), __builtin_clz(low));
		KUNIT_ASSERT_EQ(test, __ctzsi2(low), __builtin_ctz(low));
		KUNIT_ASSERT_EQ(test, __ffsdi2(x), __builtin_ffsll((s64)x));
		KUNIT_ASSERT_EQ(test, __popcountdi2(x), __builtin_popcountll(x));
		KUNIT_ASSERT_EQ(test, __popcountsi2(low), __builtin_popcount(low));
		KUNIT_ASSERT_EQ(test, __paritydi2(x), __builtin_parityll(x));
		KUNIT_ASSERT_EQ(test, __paritysi2(low), __builtin_parity(low));
		KUNIT_ASSERT_EQ(test, __bswapdi2(x), (u64)__builtin_bswap64(x));
		KUNIT_ASSERT_EQ(test, __bswapsi2(low), __builtin_bswap32(low));
		KUNIT_ASSERT_EQ(test, __negdi2((s64)x), (s64)-x);
		KUNIT_ASSERT_EQ(test, __ucmpdi2(x, y), x < y ? 0 : x > y ? 2 : 1);
		KUNIT_ASSERT_EQ(test, __cmpdi2((s64)x, (s64)y),
				(s64)x < (s64)y   ? 0
				: (s64)x > (s64)y ? 2
						  : 1);
		KUNIT_ASSERT_EQ(test, __ucmpdi2(x, x), 1);
	}
	KUNIT_EXPECT_EQ(test, __ffsdi2(0), 0);
	KUNIT_EXPECT_EQ(test, __popcountdi2(0), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(udivmod),    KUNIT_CASE(udivmod_close),
	KUNIT_CASE(div_by_u32), KUNIT_CASE(divmod_signed),
	KUNIT_CASE(shifts),     KUNIT_CASE(products),
	KUNIT_CASE(counts),     {},
};

static struct kunit_suite suite = {.name = "lib_div64_host", .test_cases = cases};
kunit_test_suite(suite);
