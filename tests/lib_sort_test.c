/* SPDX-License-Identifier: MIT */
/*
 * Sorting and searching: the result is in order and is a permutation of the input (sum and
 * exclusive or agree), for every length from 0 on, element sizes of 1, 4 and 12 bytes, many equal
 * keys, and the classic bad inputs of other algorithms. Also the number of comparisons, which
 * must stay near N log N whatever the input.
 */
#include "lib/log2.h"
#include "lib/random.h"
#include "lib/sort.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define MAX_N 300

static unsigned int nr_compared;

static int compare_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	nr_compared++;
	return x < y ? -1 : x > y;
}

/* Fills the N numbers at V in one of several ways. */
static void fill(u32 *v, size_t n, int way, struct rnd_state *rnd)
{
	for (size_t i = 0; i < n; i++) {
		switch (way) {
		case 0:
			v[i] = prandom_u32_state(rnd);
			break;
		case 1:
			v[i] = prandom_u32_below(rnd, 4);
			break;
		case 2:
			v[i] = (u32)i;
			break;
		case 3:
			v[i] = (u32)(n - i);
			break;
		default:
			v[i] = (u32)min(i, n - i);
		}
	}
}

static void sorts_everything(struct kunit *test)
{
	u32 *v = kunit_kmalloc(test, (MAX_N + 1) * sizeof(u32), GFP_KERNEL);
	struct rnd_state rnd;

	KUNIT_ASSERT_NOT_NULL(test, v);
	prandom_seed_state(&rnd, 300);
	for (size_t n = 0; n <= MAX_N; n += 1 + n / 8) {
		for (int way = 0; way < 5; way++) {
			u32 sum = 0, xor = 0;

			fill(v, n, way, &rnd);
			v[n] = 0xdeadbeef;
			for (size_t i = 0; i < n; i++) {
				sum += v[i];
				xor ^= v[i];
			}
			nr_compared = 0;
			sort(v, n, sizeof(u32), compare_u32, NULL);
			for (size_t i = 0; i < n; i++) {
				if (i)
					KUNIT_ASSERT_LE(test, v[i - 1], v[i]);
				sum -= v[i];
				xor ^= v[i];
			}
			KUNIT_ASSERT_EQ(test, sum | xor, 0u);
			KUNIT_ASSERT_EQ(test, v[n], 0xdeadbeefu);
			KUNIT_ASSERT_LE(test, nr_compared, 2 * n * (order_base_2(n) + 1));
		}
	}
}

struct record {
	u32 key;
	char name[8];
};

static int compare_record(const void *a, const void *b, const void *priv)
{
	const struct record *x = a, *y = b;
	int direction = *(const int *)priv;

	return direction * (x->key < y->key ? -1 : x->key > y->key);
}

static void whole_elements_move(struct kunit *test)
{
	struct record r[] = {{2, "two"}, {9, "nine"}, {5, "five"}, {7, "seven"}};
	int descending = -1;

	sort_r(r, ARRAY_SIZE(r), sizeof(r[0]), compare_record, NULL, &descending);
	KUNIT_EXPECT_STREQ(test, r[0].name, "nine");
	KUNIT_EXPECT_STREQ(test, r[1].name, "seven");
	KUNIT_EXPECT_STREQ(test, r[2].name, "five");
	KUNIT_EXPECT_STREQ(test, r[3].name, "two");
}

static const void *swapped_with;

static void swap_record(void *a, void *b, int size, const void *priv)
{
	swapped_with = priv;
	swap(*(struct record *)a, *(struct record *)b);
}

static void own_swap_gets_the_value(struct kunit *test)
{
	struct record r[] = {{2, "two"}, {9, "nine"}, {5, "five"}};
	int descending = -1;

	swapped_with = NULL;
	sort_r(r, ARRAY_SIZE(r), sizeof(r[0]), compare_record, swap_record, &descending);
	KUNIT_EXPECT_STREQ(test, r[0].name, "nine");
	KUNIT_EXPECT_STREQ(test, r[2].name, "two");
	KUNIT_EXPECT_PTR_EQ(test, swapped_with, &descending);
}

static int compare_byte(const void *a, const void *b)
{
	return *(const u8 *)a - *(const u8 *)b;
}

static unsigned int nr_swapped;

static void swap_byte(void *a, void *b, int size)
{
	u8 *x = a, *y = b;

	nr_swapped += (unsigned int)size;
	swap(*x, *y);
}

static void own_swap(struct kunit *test)
{
	char text[] = "heapsort";

	nr_swapped = 0;
	sort(text, 8, 1, compare_byte, swap_byte);
	KUNIT_EXPECT_STREQ(test, text, "aehoprst");
	KUNIT_EXPECT_GT(test, nr_swapped, 0u);
}

static int compare_u8_key(const void *key, const void *element)
{
	return (int)*(const u32 *)key - *(const u8 *)element;
}

static void searching(struct kunit *test)
{
	u8 v[40];

	for (size_t i = 0; i < sizeof(v); i++)
		v[i] = (u8)(2 * i + 1);
	for (size_t n = 0; n <= sizeof(v); n++) {
		for (u32 key = 0; key <= 2 * sizeof(v); key++) {
			u8 *found = bsearch(&key, v, n, 1, compare_u8_key);
			bool there = key % 2 && key / 2 < n;

			KUNIT_ASSERT_PTR_EQ_MSG(test, found, there ? v + key / 2 : NULL,
						"%u of %zu", key, n);
		}
	}
}

static struct kunit_case sort_cases[] = {
	KUNIT_CASE(sorts_everything),
	KUNIT_CASE(whole_elements_move),
	KUNIT_CASE(own_swap_gets_the_value),
	KUNIT_CASE(own_swap),
	KUNIT_CASE(searching),
	{},
};

static struct kunit_suite sort_suite = {
	.name = "lib_sort",
	.test_cases = sort_cases,
};
kunit_test_suite(sort_suite);
