/* SPDX-License-Identifier: MIT */
/*
 * Bits and bitmaps: single words by their known answers, maps against an array of bools, at sizes
 * and offsets around the word boundaries. Bits beyond the end of a map are set to garbage first:
 * no answer may depend on them.
 */
#include "lib/bitmap.h"
#include "lib/log2.h"
#include "lib/random.h"
#include "tests/kunit.h"

#define BITS   150
#define ROUNDS 1500

static void positions(struct kunit *test)
{
	for (int i = 0; i < 32; i++) {
		u32 bit = 1u << i, below = bit - 1;

		KUNIT_EXPECT_EQ(test, ffs((int)bit), i + 1);
		KUNIT_EXPECT_EQ(test, fls(bit | below), i + 1);
		KUNIT_EXPECT_EQ(test, __ffs(~0ul << i), (unsigned long)i);
		KUNIT_EXPECT_EQ(test, __fls(bit | below), (unsigned long)i);
		KUNIT_EXPECT_EQ(test, ffz(below), (unsigned long)i);
		KUNIT_EXPECT_EQ(test, fls64((u64)bit << 32 | 1), i + 33);
		KUNIT_EXPECT_EQ(test, __ffs64((u64)bit << 32), (unsigned long)i + 32);
		KUNIT_EXPECT_EQ(test, hweight32(below), (unsigned int)i);
		KUNIT_EXPECT_EQ(test, hweight64((u64)below << 32 | below), 2u * i);
		KUNIT_EXPECT_EQ(test, rol32(0x80000001u, i), ror32(0x80000001u, 32 - i));
	}
	KUNIT_EXPECT_EQ(test, ffs(0), 0);
	KUNIT_EXPECT_EQ(test, fls(0), 0);
	KUNIT_EXPECT_EQ(test, fls64(0), 0);
	KUNIT_EXPECT_EQ(test, hweight8(0xff) + hweight16(0xffff), 24u);
	KUNIT_EXPECT_EQ(test, rol32(0x12345678, 8), 0x34567812u);
	KUNIT_EXPECT_EQ(test, rol64(0x8000000000000000ull, 1), 1ull);
	KUNIT_EXPECT_EQ(test, sign_extend32(0xfff, 11), -1);
	KUNIT_EXPECT_EQ(test, sign_extend32(0x7ff, 11), 0x7ff);
}

static void masks(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, GENMASK(7, 4), 0xf0ul);
	KUNIT_EXPECT_EQ(test, GENMASK(BITS_PER_LONG - 1, 0), ~0ul);
	KUNIT_EXPECT_EQ(test, GENMASK_ULL(35, 12), 0xffffff000ull);
	KUNIT_EXPECT_EQ(test, BIT(31), 0x80000000ul);
	KUNIT_EXPECT_EQ(test, BIT_ULL(63), 0x8000000000000000ull);
	KUNIT_EXPECT_EQ(test, BITS_TO_LONGS(0) + BITS_TO_LONGS(1), 1u);
}

static_assert(ilog2(1) == 0 && ilog2(4096) == 12 && ilog2(1ull << 40) == 40);
static_assert(order_base_2(0) == 0 && order_base_2(1) == 0 && order_base_2(5) == 3);
static_assert(rounddown_pow_of_two(127) == 64 && roundup_pow_of_two(0) == 1);
static_assert(roundup_pow_of_two(1) == 1 && roundup_pow_of_two(64) == 64);
static_assert(roundup_pow_of_two(~0ul) == 0);

static void logarithms(struct kunit *test)
{
	static char power_of_two[roundup_pow_of_two(100)];
	static const struct {
		unsigned long n, up, down;
		int order;
	} cases[] = {
		{1, 1, 1, 0}, {2, 2, 2, 1},       {3, 4, 2, 2},
		{4, 4, 4, 2}, {511, 512, 256, 9}, {0x80000000ul, 0x80000000ul, 0x80000000ul, 31},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned long n = cases[i].n;

		KUNIT_EXPECT_EQ(test, roundup_pow_of_two(n), cases[i].up);
		KUNIT_EXPECT_EQ(test, rounddown_pow_of_two(n), cases[i].down);
		KUNIT_EXPECT_EQ(test, order_base_2(n), cases[i].order);
		KUNIT_EXPECT_EQ(test, 1ul << ilog2(n), cases[i].down);
		KUNIT_EXPECT_EQ(test, is_power_of_2(n), cases[i].up == n);
	}
	KUNIT_EXPECT_FALSE(test, is_power_of_2(0));
	KUNIT_EXPECT_EQ(test, order_base_2((1ull << 40) + 1), 41);
	KUNIT_EXPECT_EQ(test, roundup_pow_of_two(~0ul), 0ul);
	KUNIT_EXPECT_EQ(test, sizeof(power_of_two), 128u);
}

static void single_bits(struct kunit *test)
{
	DECLARE_BITMAP(map, BITS);

	bitmap_zero(map, BITS);
	set_bit(0, map);
	set_bit(BITS_PER_LONG, map);
	__set_bit(BITS - 1, map);
	KUNIT_EXPECT_EQ(test, bitmap_weight(map, BITS), 3ul);
	KUNIT_EXPECT_TRUE(test, test_bit(BITS_PER_LONG, map));
	KUNIT_EXPECT_FALSE(test, test_bit(1, map));
	KUNIT_EXPECT_TRUE(test, test_and_set_bit(0, map));
	KUNIT_EXPECT_FALSE(test, test_and_set_bit(1, map));
	KUNIT_EXPECT_TRUE(test, test_and_clear_bit(1, map));
	KUNIT_EXPECT_FALSE(test, test_and_clear_bit(1, map));
	KUNIT_EXPECT_FALSE(test, test_and_change_bit(2, map));
	KUNIT_EXPECT_TRUE(test, __test_and_clear_bit(2, map));
	KUNIT_EXPECT_FALSE(test, __test_and_set_bit(3, map));
	change_bit(3, map);
	__change_bit(4, map);
	clear_bit(4, map);
	__clear_bit(BITS - 1, map);
	KUNIT_EXPECT_EQ(test, map[0], 1ul);
	KUNIT_EXPECT_EQ(test, bitmap_weight(map, BITS), 2ul);
}

/* A map of BITS bits, its model, and garbage behind the end in the last word. */
struct maps {
	DECLARE_BITMAP(map, BITS + BITS_PER_LONG);
	bool model[BITS];
	struct rnd_state rnd;
};

static int maps_init(struct kunit *test)
{
	struct maps *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	prandom_seed_state(&m->rnd, 150);
	prandom_bytes_state(&m->rnd, m->map, sizeof(m->map));
	for (int i = 0; i < BITS; i++)
		m->model[i] = test_bit(i, m->map);
	test->priv = m;
	return 0;
}

/* The first bit of VALUE from START on, by looking at each. */
static unsigned long model_find(const struct maps *m, unsigned long bits, unsigned long start,
				bool value)
{
	while (start < bits && m->model[start] != value)
		start++;
	return start < bits ? start : bits;
}

static void finding(struct kunit *test)
{
	struct maps *m = test->priv;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long bits = prandom_u32_below(&m->rnd, BITS + 1), last = bits, weight = 0;
		unsigned long start = prandom_u32_below(&m->rnd, BITS + 1);

		KUNIT_ASSERT_EQ(test, find_next_bit(m->map, bits, start),
				model_find(m, bits, start, true));
		KUNIT_ASSERT_EQ(test, find_next_zero_bit(m->map, bits, start),
				model_find(m, bits, start, false));
		for (unsigned long j = 0; j < bits; j++) {
			weight += m->model[j];
			if (m->model[j])
				last = j;
		}
		KUNIT_ASSERT_EQ(test, find_last_bit(m->map, bits), last);
		KUNIT_ASSERT_EQ(test, bitmap_weight(m->map, bits), weight);
		KUNIT_ASSERT_EQ(test, bitmap_empty(m->map, bits), weight == 0);
		KUNIT_ASSERT_EQ(test, bitmap_full(m->map, bits), weight == bits);
		/* Thinner maps as the test goes on, so that whole words become empty. */
		m->model[start % BITS] = false;
		clear_bit(start % BITS, m->map);
	}
}

static void ranges(struct kunit *test)
{
	struct maps *m = test->priv;
	unsigned long behind = m->map[BITS / BITS_PER_LONG + 1];

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long start = prandom_u32_below(&m->rnd, BITS + 1), wrong = 0;
		unsigned long n = prandom_u32_below(&m->rnd, BITS - start + 1);
		bool value = i % 2;

		(value ? bitmap_set : bitmap_clear)(m->map, start, n);
		for (unsigned long j = start; j < start + n; j++)
			m->model[j] = value;
		for (unsigned long j = 0; j < BITS; j++)
			wrong += test_bit(j, m->map) != m->model[j];
		KUNIT_ASSERT_EQ_MSG(test, wrong, 0ul, "%lu bits from %lu", n, start);
	}
	KUNIT_EXPECT_EQ(test, m->map[BITS / BITS_PER_LONG + 1], behind);
}

/* Whether the N bits from START on are clear and within BITS. */
static bool is_free(const struct maps *m, unsigned long start, unsigned long n)
{
	return start + n <= BITS && model_find(m, start + n, start, true) == start + n;
}

static void areas(struct kunit *test)
{
	struct maps *m = test->priv;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned long start = prandom_u32_below(&m->rnd, BITS);
		unsigned long n = 1 + prandom_u32_below(&m->rnd, 20);
		unsigned long align = 1ul << prandom_u32_below(&m->rnd, 4);
		unsigned long expected = ALIGN(start, align), found;

		while (expected < BITS && !is_free(m, expected, n))
			expected += align;
		found = bitmap_find_next_zero_area(m->map, BITS, start, n, align - 1);
		if (expected < BITS)
			KUNIT_ASSERT_EQ_MSG(test, found, expected, "%lu from %lu", n, start);
		else
			KUNIT_ASSERT_GT_MSG(test, found, (unsigned long)BITS, "%lu from %lu", n,
					    start);
		m->model[start] = i % 8 == 0;
		(m->model[start] ? set_bit : clear_bit)(start, m->map);
	}
}

/* Bits behind the last one do not count. */
static void something_is_left(struct kunit *test)
{
	unsigned long odd[] = {0xaaaaaaaaul, 0xa}, even[] = {0x55555555ul, 0x5}, to[2];

	KUNIT_EXPECT_FALSE(test, bitmap_and(to, odd, even, 36));
	KUNIT_EXPECT_FALSE(test, bitmap_andnot(to, odd, odd, 36));
	KUNIT_EXPECT_TRUE(test, bitmap_andnot(to, odd, even, 36));
	odd[0] = 0x80000001ul;
	KUNIT_EXPECT_TRUE(test, bitmap_and(to, odd, even, 1));
	odd[0] = 2;
	KUNIT_EXPECT_FALSE(test, bitmap_andnot(to, odd, even, 1));
}

static void algebra(struct kunit *test)
{
	struct maps *m = test->priv;
	DECLARE_BITMAP(other, BITS);
	DECLARE_BITMAP(result, BITS);
	unsigned long bit, n = 0;

	prandom_bytes_state(&m->rnd, other, sizeof(other));
	KUNIT_EXPECT_EQ(test, bitmap_and(result, m->map, other, BITS),
			bitmap_intersects(m->map, other, BITS));
	KUNIT_EXPECT_TRUE(test, bitmap_subset(result, m->map, BITS));
	KUNIT_EXPECT_TRUE(test, bitmap_intersects(result, other, BITS));
	KUNIT_EXPECT_EQ(test, bitmap_andnot(result, m->map, other, BITS),
			!bitmap_subset(m->map, other, BITS));
	KUNIT_EXPECT_TRUE(test, bitmap_subset(result, m->map, BITS));
	KUNIT_EXPECT_FALSE(test, bitmap_intersects(result, other, BITS));
	bitmap_or(result, result, other, BITS);
	KUNIT_EXPECT_TRUE(test, bitmap_subset(m->map, result, BITS));
	KUNIT_EXPECT_FALSE(test, bitmap_subset(result, m->map, BITS));
	memcpy(other, m->map, sizeof(other));
	other[BITS_TO_LONGS(BITS) - 1] ^= BIT_MASK(BITS);
	KUNIT_EXPECT_TRUE(test, bitmap_equal(other, m->map, BITS));
	__change_bit(BITS - 1, other);
	KUNIT_EXPECT_FALSE(test, bitmap_equal(other, m->map, BITS));
	for_each_set_bit(bit, m->map, BITS)
		n++;
	KUNIT_EXPECT_EQ(test, n, bitmap_weight(m->map, BITS));
	for_each_clear_bit(bit, m->map, BITS) n++;
	KUNIT_EXPECT_EQ(test, n, (unsigned long)BITS);
	bitmap_fill(other, BITS);
	KUNIT_EXPECT_TRUE(test, bitmap_full(other, BITS));
}

static struct kunit_case bitmap_cases[] = {
	KUNIT_CASE(positions),
	KUNIT_CASE(masks),
	KUNIT_CASE(logarithms),
	KUNIT_CASE(single_bits),
	KUNIT_CASE(finding),
	KUNIT_CASE(ranges),
	KUNIT_CASE(areas),
	KUNIT_CASE(algebra),
	KUNIT_CASE(something_is_left),
	{},
};

static struct kunit_suite bitmap_suite = {
	.name = "lib_bitmap",
	.init = maps_init,
	.test_cases = bitmap_cases,
};
kunit_test_suite(bitmap_suite);
