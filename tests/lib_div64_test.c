/* SPDX-License-Identifier: MIT */
/*
 * 64-bit arithmetic as the compiler compiles it here: on i386 a plain / of 64-bit numbers calls
 * lib/div64.c, so there is nothing else to compare it with. What proves a quotient is the identity
 * n = q * d + r with r < d, which determines both. (The host compares with its own arithmetic.)
 */
#include "lib/div64.h"
#include "lib/intrinsics.h"
#include "lib/limits.h"
#include "lib/random.h"
#include "tests/kunit.h"

#define ROUNDS 2000

/* Keeps the compiler from computing at build time, and from believing what it would compute. */
static u64 hide(u64 x)
{
	volatile u64 hidden = x;

	return hidden;
}

static const struct division {
	u64 n, d, q, r;
} divisions[] = {
	{0, 1, 0, 0},
	{U64_MAX, 1, U64_MAX, 0},
	{U64_MAX, U64_MAX, 1, 0},
	{U64_MAX, 2, U64_MAX / 2, 1},
	{U64_MAX - 1, U64_MAX, 0, U64_MAX - 1},
	{1ull << 32, 1ull << 32, 1, 0},
	{(1ull << 32) - 1, 1ull << 32, 0, (1ull << 32) - 1},
	{10000000000000000000ull, 1000000000, 10000000000ull, 0},
	/* Quotient digits whose first estimate is one and two too large. */
	{0x8000fffaa02f34a6ull, 0x8000fffeu, 0xfffffff9, 0x20363498},
	{0x3bfd1d3331162427ull, 0x8000fffeu, 0x77f94a75, 0x5693b911},
	{0xfffffffe00000000ull, 0xffffffffu, 0xfffffffe, 0xfffffffe},
	{0x8000000000000000ull, 0x8000000000000001ull, 0, 0x8000000000000000ull},
	{U64_MAX, 0x8000000000000001ull, 1, 0x7ffffffffffffffeull},
	{U64_MAX, 0x100000001ull, 0xffffffff, 0},
};

static void known_quotients(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(divisions); i++) {
		const struct division *v = &divisions[i];

		KUNIT_EXPECT_EQ_MSG(test, hide(v->n) / hide(v->d), v->q, "%llu / %llu", v->n, v->d);
		KUNIT_EXPECT_EQ_MSG(test, hide(v->n) % hide(v->d), v->r, "%llu %% %llu", v->n,
				    v->d);
	}
}

static void identity(struct kunit *test)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 64);
	for (int i = 0; i < ROUNDS; i++) {
		u64 n = prandom_edgy_state(&rnd), d = max(prandom_edgy_state(&rnd), 1ull);
		/* Hidden: the compiler knows that n % d < d, and would not test it. */
		u64 q = hide(n / d), r = hide(n % d), rem;
		u32 rem32, d32 = max((u32)d, 1u);

		KUNIT_ASSERT_LT_MSG(test, r, d, "%llu %% %llu", n, d);
		KUNIT_ASSERT_EQ_MSG(test, q * d + r, n, "%llu / %llu", n, d);
		KUNIT_ASSERT_EQ(test, div64_u64_rem(n, d, &rem), q);
		KUNIT_ASSERT_EQ(test, rem, r);
		q = div_u64_rem(n, d32, &rem32);
		KUNIT_ASSERT_LT_MSG(test, rem32, d32, "%llu %% %u", n, d32);
		KUNIT_ASSERT_EQ_MSG(test, q * d32 + rem32, n, "%llu / %u", n, d32);
	}
}

static void signs(struct kunit *test)
{
	s64 seven = (s64)hide(7), two = (s64)hide(2), min = (s64)hide((u64)S64_MIN);

	KUNIT_EXPECT_EQ(test, seven / two, 3ll);
	KUNIT_EXPECT_EQ(test, -seven / two, -3ll);
	KUNIT_EXPECT_EQ(test, seven / -two, -3ll);
	KUNIT_EXPECT_EQ(test, -seven / -two, 3ll);
	KUNIT_EXPECT_EQ(test, -seven % two, -1ll);
	KUNIT_EXPECT_EQ(test, seven % -two, 1ll);
	KUNIT_EXPECT_EQ(test, min / two, -(1ll << 62));
	KUNIT_EXPECT_EQ(test, div64_s64(min, -1), S64_MIN);
	KUNIT_EXPECT_EQ(test, div_s64(-seven, -2), 3ll);
}

static void do_div_and_friends(struct kunit *test)
{
	u64 n = 1000000007ull * 1000000009ull + 5;

	KUNIT_EXPECT_EQ(test, do_div(n, 1000000009), 5u);
	KUNIT_EXPECT_EQ(test, n, 1000000007ull);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP_ULL(hide((1ull << 33) + 1), 4096), (1ull << 21) + 1);
	KUNIT_EXPECT_EQ(test, mul_u32_u32(U32_MAX, U32_MAX), 0xfffffffe00000001ull);
	KUNIT_EXPECT_EQ(test, mul_u64_u32_shr(1ull << 40, 1u << 31, 31), 1ull << 40);
	KUNIT_EXPECT_EQ(test, mul_u64_u32_shr(1ull << 40, 3u << 30, 32), 3ull << 38);
	/* A product of more than 64 bits on the way. */
	KUNIT_EXPECT_EQ(test, mul_u64_u32_div(1ull << 60, 1000000000, 500000000), 1ull << 61);
}

static void division_by_zero_traps(struct kunit *test)
{
	u64 rem;

	if (sizeof(long) == 8)
		kunit_skip(test, "the sanitiser reports it first");
	KUNIT_EXPECT_FAULT_VECTOR(test, 0, div64_u64_rem(hide(1), hide(0), &rem));
	KUNIT_EXPECT_FAULT_VECTOR(test, 0, div64_u64_rem(hide(U64_MAX), hide(0), &rem));
}

/* The helpers by name: whether a compiler calls them depends on the compiler. */
static void helpers(struct kunit *test)
{
	int overflow;

	for (int n = 0; n < 64; n++) {
		u64 x = 0x8000000180000001ull;

		KUNIT_EXPECT_EQ(test, __lshrdi3(__ashldi3(1, n), n), 1ull);
		KUNIT_EXPECT_EQ(test, __ashldi3(x, n), x * __ashldi3(1, n));
		KUNIT_EXPECT_EQ(test, __ashrdi3(-1, n), -1ll);
		KUNIT_EXPECT_EQ(test, __clzdi2(1ull << n), 63 - n);
		KUNIT_EXPECT_EQ(test, __ctzdi2(1ull << n), n);
		KUNIT_EXPECT_EQ(test, __ffsdi2(1ull << n), n + 1);
		KUNIT_EXPECT_EQ(test, __popcountdi2(~0ull >> n), 64 - n);
	}
	KUNIT_EXPECT_EQ(test, __muldi3(-3, 5000000000ll), -15000000000ll);
	KUNIT_EXPECT_EQ(test, __mulodi4(S64_MAX, 2, &overflow), -2ll);
	KUNIT_EXPECT_TRUE(test, overflow);
	KUNIT_EXPECT_EQ(test, __mulodi4(S64_MIN, -1, &overflow), S64_MIN);
	KUNIT_EXPECT_TRUE(test, overflow);
	KUNIT_EXPECT_EQ(test, __mulodi4(-4, 5, &overflow), -20ll);
	KUNIT_EXPECT_FALSE(test, overflow);
	KUNIT_EXPECT_EQ(test, __cmpdi2(-1, 1), 0);
	KUNIT_EXPECT_EQ(test, __ucmpdi2((u64)-1, 1), 2);
	KUNIT_EXPECT_EQ(test, __bswapdi2(0x0123456789abcdefull), 0xefcdab8967452301ull);
	KUNIT_EXPECT_EQ(test, __paritydi2(7ull << 40), 1);
}

static struct kunit_case div64_cases[] = {
	KUNIT_CASE(known_quotients),
	KUNIT_CASE(identity),
	KUNIT_CASE(signs),
	KUNIT_CASE(do_div_and_friends),
	KUNIT_CASE(division_by_zero_traps),
	KUNIT_CASE(helpers),
	{},
};

static struct kunit_suite div64_suite = {
	.name = "lib_div64",
	.test_cases = div64_cases,
	.quick = true,
};
kunit_test_suite(div64_suite);
