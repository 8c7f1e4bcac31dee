/* SPDX-License-Identifier: MIT */
/*
 * Shell patterns, hashes and repeatable random numbers. The patterns by a table of what must and
 * must not match (the host also compares with a matcher that tries everything); hashes by how
 * evenly they fill buckets; random numbers by known values, so that a seed keeps its meaning.
 */
#include "lib/glob.h"
#include "lib/hash.h"
#include "lib/random.h"
#include "lib/string.h"
#include "tests/kunit.h"

static const struct glob_case {
	const char *pattern, *text;
	bool matches;
} glob_cases[] = {
	{"", "", true},
	{"", "a", false},
	{"a", "", false},
	{"loft", "loft", true},
	{"loft", "lofts", false},
	{"lofts", "loft", false},
	{"*", "", true},
	{"*", "any.thing/", true},
	{"**", "", true},
	{"a*", "a", true},
	{"*a", "ba", true},
	{"*a", "ab", false},
	{"*ab*ab", "ababxab", true},
	{"*aab", "aaaab", true},
	{"a*b*c", "abbbcbc", true},
	{"a*b*c", "abbbcb", false},
	{"?", "x", true},
	{"?", "", false},
	{"?", "xy", false},
	{"k??p*", "kmap_high", true},
	{"k??p*", "kap_high", false},
	{"k??p*", "kmmp", true},
	{"[abc]", "b", true},
	{"[abc]", "d", false},
	{"[!abc]", "b", false},
	{"[!abc]", "d", true},
	{"[!abc]", "", false},
	{"[a-cx-z]*", "yes", true},
	{"[a-c]", "d", false},
	{"[]]", "]", true},
	{"[]a]", "a", true},
	{"[!]a]", "]", false},
	{"[-a]", "-", true},
	{"[a-]", "-", true},
	{"[a-]", "b", false},
	{"[a", "[a", true},
	{"[a", "a", false},
	{"[!a", "[!a", true},
	{"[\x80-\xff]", "\xc0", true},
	{"\\*", "*", true},
	{"\\*", "x", false},
	{"\\\\", "\\", true},
	{"\\", "\\", true},
	{"a\\?b", "a?b", true},
	{"*[0-9]", "v6", true},
	{"*[0-9]x", "v66x", true},
};

static void describe_glob(const struct glob_case *c, char *desc)
{
	strscpy(desc, c->pattern, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(glob, glob_cases, describe_glob);

static void patterns(struct kunit *test)
{
	const struct glob_case *c = test->param_value;

	KUNIT_EXPECT_EQ_MSG(test, glob_match(c->pattern, c->text), c->matches, "\"%s\" on \"%s\"",
			    c->pattern, c->text);
}

/* A backtracking matcher would need longer than the test's time limit for this. */
static void no_explosion(struct kunit *test)
{
	char text[200];

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	KUNIT_EXPECT_FALSE(test, glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab", text));
}

#define BUCKET_BITS 5

/* Keys a fixed stride apart, as page frames and addresses are, must not share buckets. */
static void hashes_spread(struct kunit *test)
{
	for (unsigned int shift = 0; shift < 20; shift++) {
		u8 filled[1 << BUCKET_BITS] = {0};
		u8 most = 0;

		for (u32 i = 0; i < 4 << BUCKET_BITS; i++) {
			u32 bucket = hash_32(i << shift, BUCKET_BITS);

			KUNIT_ASSERT_LT(test, bucket, 1u << BUCKET_BITS);
			most = max(most, ++filled[bucket]);
		}
		KUNIT_EXPECT_LE_MSG(test, most, 12, "stride %u", 1u << shift);
	}
	KUNIT_EXPECT_NE(test, hash_64(1ull << 32, 16), hash_64(2ull << 32, 16));
	KUNIT_EXPECT_EQ(test, hash_long(77, 7), hash_ptr((void *)77, 7));
	/* FNV-1a's published value. */
	KUNIT_EXPECT_EQ(test, hash_bytes("foobar", 6, 0), 0xbf9cf968u);
}

static void random_numbers_repeat(struct kunit *test)
{
	u8 bytes[11] = {0}, seen = 0;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 1234567);
	/* splitmix64's published values for this seed. */
	KUNIT_EXPECT_EQ(test, prandom_u64_state(&rnd), 6457827717110365317ull);
	KUNIT_EXPECT_EQ(test, prandom_u64_state(&rnd), 3203168211198807973ull);
	for (int i = 0; i < 1000; i++) {
		u32 n = prandom_u32_below(&rnd, 6);

		KUNIT_ASSERT_LT(test, n, 6u);
		seen |= (u8)(1 << n);
	}
	KUNIT_EXPECT_EQ(test, seen, 0x3f);
	KUNIT_EXPECT_EQ(test, prandom_u32_below(&rnd, 0), 0u);
	prandom_bytes_state(&rnd, bytes, 10);
	KUNIT_EXPECT_NOT_NULL(test, memchr_inv(bytes + 8, 0, 2));
	KUNIT_EXPECT_EQ(test, bytes[10], 0);
}

static struct kunit_case glob_suite_cases[] = {
	KUNIT_CASE_PARAM(patterns, glob_gen_params),
	KUNIT_CASE(no_explosion),
	KUNIT_CASE(hashes_spread),
	KUNIT_CASE(random_numbers_repeat),
	{},
};

static struct kunit_suite glob_suite = {
	.name = "lib_glob",
	.test_cases = glob_suite_cases,
	.quick = true,
};
kunit_test_suite(glob_suite);
