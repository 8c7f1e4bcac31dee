/* SPDX-License-Identifier: MIT */
/*
 * The framework tests itself: every comparison, both ways, and the texts of failures.
 *
 * The outer case makes each check that must hold. Inner cases make checks that must not hold and
 * count how many were said to have failed: one that wrongly holds makes the count too small, and a
 * wrong text is no line of the report.
 */
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/kunit_inner.h"

static const char loft[] = "loft", other[] = "loff";
static const u64 huge = 0xffffffff00000001ull;
static const u32 all_ones = 0xffffffff;
static const s64 minus = -5;
static const s8 small = -1;

static int setup(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct kunit_inner), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void what_holds_passes(struct kunit *test)
{
	unsigned int evaluated = 0;

	KUNIT_EXPECT_EQ(test, huge, 0xffffffff00000001ull);
	KUNIT_EXPECT_NE(test, huge, 1);
	KUNIT_EXPECT_LT(test, minus, -4);
	KUNIT_EXPECT_LE(test, minus, -5);
	KUNIT_EXPECT_GT(test, huge, all_ones);
	KUNIT_EXPECT_GE(test, small, -1);
	KUNIT_EXPECT_EQ_MSG(test, all_ones, -1, "as C compares int and unsigned int");
	KUNIT_EXPECT_EQ(test, true, 1);
	KUNIT_EXPECT_STREQ(test, loft, "loft");
	KUNIT_EXPECT_STRNEQ(test, loft, other);
	KUNIT_EXPECT_MEMEQ(test, loft, other, 3);
	KUNIT_EXPECT_MEMNEQ(test, loft, other, 4);
	KUNIT_EXPECT_MEMEQ(test, loft, other, 0);
	KUNIT_EXPECT_PTR_EQ(test, &loft[1], loft + 1);
	KUNIT_EXPECT_PTR_NE(test, &loft[0], &loft[1]);
	KUNIT_EXPECT_NULL(test, NULL);
	KUNIT_EXPECT_NOT_NULL(test, ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, test);
	KUNIT_EXPECT_TRUE(test, 2);
	KUNIT_EXPECT_FALSE(test, 0);
	KUNIT_ASSERT_EQ(test, ++evaluated, 1);
	KUNIT_ASSERT_TRUE(test, ++evaluated == 2);
	KUNIT_ASSERT_STREQ(test, ++evaluated ? "" : NULL, "");
	KUNIT_ASSERT_EQ_MSG(test, evaluated, 3, "each operand is evaluated once");
}

/* Each of these must fail: 20 of them. */
static void nothing_holds(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, huge, 1);
	KUNIT_EXPECT_NE(test, minus, -5);
	KUNIT_EXPECT_LT(test, minus, -5);
	KUNIT_EXPECT_LE(test, huge, 1);
	KUNIT_EXPECT_GT(test, minus, minus);
	KUNIT_EXPECT_GE(test, small, 0);
	KUNIT_EXPECT_LT(test, huge, all_ones);
	KUNIT_EXPECT_STREQ(test, loft, other);
	KUNIT_EXPECT_STRNEQ(test, loft, "loft");
	KUNIT_EXPECT_STREQ(test, loft, NULL);
	KUNIT_EXPECT_MEMEQ(test, loft, other, 4);
	KUNIT_EXPECT_MEMNEQ(test, loft, other, 3);
	KUNIT_EXPECT_PTR_EQ(test, loft, other);
	KUNIT_EXPECT_PTR_NE(test, loft, loft);
	KUNIT_EXPECT_NULL(test, loft);
	KUNIT_EXPECT_NOT_NULL(test, NULL);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, NULL);
	KUNIT_EXPECT_TRUE(test, huge == 1);
	KUNIT_EXPECT_FALSE(test, huge != 1);
}

/* Counts the lines that begin with `# case: EXPECTATION FAILED`, whose file and line vary. */
static unsigned int count_failures(const struct kunit_inner *inner)
{
	const char *at = inner->text;
	unsigned int n = 0;

	while ((at = strstr(at, "# case: EXPECTATION FAILED at "))) {
		at++;
		n++;
	}
	return n;
}

static const char *const wanted_texts[] = {
	"# Expected huge == 1, but\n#     huge == 18446744069414584321 (0xffffffff00000001)",
	"# Expected minus != -5, but\n#     minus == -5 (0xfffffffffffffffb)",
	"# Expected small >= 0, but\n#     small == -1 (0xff)",
	"# Expected loft == other, but\n#     loft == \"loft\"\n#     other == \"loff\"",
	"# Expected loft != \"loft\", but\n#     loft == \"loft\"",
	"# Expected loft == NULL, but\n#     loft == \"loft\"\n#     NULL == NULL",
	"#     loft from byte 3 ==<74>\n#     other from byte 3 ==<66>",
	"# Expected ERR_PTR(-ENOMEM) is not error, but is: -12",
	"# Expected NULL is not null, but is",
	"# Expected huge == 1 to be true, but is false",
	"# Expected huge != 1 to be false, but is true",
};

static void what_does_not_hold_fails(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;
	unsigned int i;

	kunit_inner_case(inner, NULL, nothing_holds, NULL);
	KUNIT_ASSERT_FALSE(test, inner->cut);
	KUNIT_EXPECT_EQ(test, count_failures(inner), 20);
	KUNIT_EXPECT_EQ_MSG(test, inner->run.totals.failed, 1, "one case, however many failures");
	for (i = 0; i < ARRAY_SIZE(wanted_texts); i++)
		KUNIT_EXPECT_TRUE_MSG(test, kunit_inner_says(inner, wanted_texts[i]), "no \"%s\"",
				      wanted_texts[i]);
}

static void says_much(struct kunit *test)
{
	char long_text[600];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	KUNIT_EXPECT_STREQ(test, long_text, "");
	KUNIT_FAIL(test, "two\nlines, and one \001 control character");
}

static void long_texts_are_cut_and_lines_kept_apart(struct kunit *test)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_case(inner, NULL, says_much, NULL);
	KUNIT_EXPECT_TRUE_MSG(test, kunit_plans_met(inner->text), "%s", inner->text);
	KUNIT_EXPECT_TRUE(test, kunit_inner_says(inner, "# two\n"
							"# lines, and one   control character"));
	KUNIT_EXPECT_EQ(test, inner->run.totals.failed, 1);
}

static struct kunit_case assert_cases[] = {
	KUNIT_CASE(what_holds_passes),
	KUNIT_CASE(what_does_not_hold_fails),
	KUNIT_CASE(long_texts_are_cut_and_lines_kept_apart),
	{},
};

static struct kunit_suite assert_suite = {
	.name = "kunit_assert",
	.init = setup,
	.test_cases = assert_cases,
};
kunit_test_suite(assert_suite);
