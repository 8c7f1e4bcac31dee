/* SPDX-License-Identifier: MIT */
/*
 * memcpy and its family against a byte-by-byte model: every operation at every alignment and at
 * all lengths around the word size inside a small arena, whose other bytes must not change. Goes
 * red when a tail is forgotten, a word too much is written, or an overlap is copied in the wrong
 * direction.
 */
#include "lib/random.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define ARENA  96
#define ROUNDS 4000

/* The arena under test and what it should hold; volatile keeps the model a plain byte loop. */
struct arena {
	u8 real[ARENA];
	volatile u8 model[ARENA];
	struct rnd_state rnd;
};

static int arena_init(struct kunit *test)
{
	struct arena *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	prandom_seed_state(&a->rnd, 7);
	prandom_bytes_state(&a->rnd, a->real, ARENA);
	for (int i = 0; i < ARENA; i++)
		a->model[i] = a->real[i];
	test->priv = a;
	return 0;
}

static bool same(const struct arena *a)
{
	for (int i = 0; i < ARENA; i++) {
		if (a->real[i] != a->model[i])
			return false;
	}
	return true;
}

static void memset_model(struct kunit *test)
{
	struct arena *a = test->priv;

	for (int i = 0; i < ROUNDS; i++) {
		u32 at = prandom_u32_below(&a->rnd, ARENA),
		    n = prandom_u32_below(&a->rnd, ARENA - at);
		int c = (int)prandom_u32_state(&a->rnd);

		KUNIT_ASSERT_PTR_EQ(test, memset(a->real + at, c, n), (void *)(a->real + at));
		for (u32 j = 0; j < n; j++)
			a->model[at + j] = (u8)c;
		KUNIT_ASSERT_TRUE_MSG(test, same(a), "memset of %u at %u", n, at);
	}
}

static void memmove_model(struct kunit *test)
{
	struct arena *a = test->priv;

	for (int i = 0; i < ROUNDS; i++) {
		u32 n = prandom_u32_below(&a->rnd, ARENA + 1);
		u32 to = prandom_u32_below(&a->rnd, ARENA - n + 1);
		u32 from = prandom_u32_below(&a->rnd, ARENA - n + 1);
		u8 copy[ARENA];

		KUNIT_ASSERT_PTR_EQ(test, memmove(a->real + to, a->real + from, n),
				    (void *)(a->real + to));
		for (u32 j = 0; j < n; j++)
			copy[j] = a->model[from + j];
		for (u32 j = 0; j < n; j++)
			a->model[to + j] = copy[j];
		KUNIT_ASSERT_TRUE_MSG(test, same(a), "memmove of %u from %u to %u", n, from, to);
		/* Overlapping moves wear the contents out. */
		a->model[from] = a->real[from] = (u8)i;
	}
}

static void memcpy_model(struct kunit *test)
{
	struct arena *a = test->priv;

	for (int i = 0; i < ROUNDS; i++) {
		u32 n = prandom_u32_below(&a->rnd, ARENA / 2 + 1);
		u32 to = prandom_u32_below(&a->rnd, ARENA / 2 - n + 1);
		u32 from = ARENA / 2 + prandom_u32_below(&a->rnd, ARENA / 2 - n + 1);

		KUNIT_ASSERT_PTR_EQ(test, memcpy(a->real + to, a->real + from, n),
				    (void *)(a->real + to));
		for (u32 j = 0; j < n; j++)
			a->model[to + j] = a->model[from + j];
		KUNIT_ASSERT_TRUE_MSG(test, same(a), "memcpy of %u from %u to %u", n, from, to);
		a->model[from % ARENA] = a->real[from % ARENA] = (u8)i;
	}
}

static void memcmp_finds_each_byte(struct kunit *test)
{
	u8 x[40], y[40];

	for (size_t n = 0; n <= sizeof(x); n++) {
		memset(x, 0x80, sizeof(x));
		memset(y, 0x80, sizeof(y));
		KUNIT_EXPECT_EQ(test, memcmp(x, y, n), 0);
		for (size_t i = 0; i < sizeof(x); i++) {
			/* 0x81 against 0x80 is a difference of sign for signed bytes. */
			x[i] = 0x7f;
			KUNIT_ASSERT_EQ_MSG(test, memcmp(x, y, n) < 0, i < n, "%zu of %zu", i, n);
			KUNIT_ASSERT_EQ_MSG(test, memcmp(y, x, n) > 0, i < n, "%zu of %zu", i, n);
			x[i] = 0x80;
		}
	}
}

/* The first difference decides, whatever follows it in the same word. */
static void memcmp_first_difference(struct kunit *test)
{
	const u8 early[8] = {0, 0, 0, 0, 0, 1, 0, 0}, late[8] = {0, 0, 0, 0, 0, 0, 0, 2};

	KUNIT_EXPECT_GT(test, memcmp(early, late, 8), 0);
	KUNIT_EXPECT_LT(test, memcmp(late, early, 8), 0);
}

static void memchr_and_inverse(struct kunit *test)
{
	u8 x[40];

	for (size_t i = 0; i < sizeof(x); i++) {
		memset(x, 0xee, sizeof(x));
		x[i] = 0x11;
		KUNIT_EXPECT_PTR_EQ(test, memchr(x, 0x11, sizeof(x)), (void *)&x[i]);
		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(x, 0xee, sizeof(x)), (void *)&x[i]);
		KUNIT_EXPECT_NULL(test, memchr(x, 0x11, i));
		KUNIT_EXPECT_NULL(test, memchr_inv(x, 0xee, i));
		/* Only the low 8 bits count. */
		KUNIT_EXPECT_PTR_EQ(test, memchr(x, 0xff11, sizeof(x)), (void *)&x[i]);
	}
}

static void memset_units(struct kunit *test)
{
	u16 half[5] = {1, 1, 1, 1, 1};
	u32 whole[4] = {2, 2, 2, 2};

	memset16(half + 1, 0xabcd, 3);
	memset32(whole + 1, 0x12345678, 2);
	KUNIT_EXPECT_EQ(test, half[0] + half[4], 2);
	KUNIT_EXPECT_EQ(test, half[1], 0xabcd);
	KUNIT_EXPECT_EQ(test, half[3], 0xabcd);
	KUNIT_EXPECT_EQ(test, whole[0] + whole[3], 4u);
	KUNIT_EXPECT_EQ(test, whole[2], 0x12345678u);
}

static struct kunit_case mem_cases[] = {
	KUNIT_CASE(memset_model),
	KUNIT_CASE(memmove_model),
	KUNIT_CASE(memcpy_model),
	KUNIT_CASE(memcmp_finds_each_byte),
	KUNIT_CASE(memcmp_first_difference),
	KUNIT_CASE(memchr_and_inverse),
	KUNIT_CASE(memset_units),
	{},
};

static struct kunit_suite mem_suite = {
	.name = "lib_mem",
	.init = arena_init,
	.test_cases = mem_cases,
};
kunit_test_suite(mem_suite);
