/* SPDX-License-Identifier: MIT */
/*
 * A template for new tests: each construct once. Copy this file, keep what you need, and say here
 * what the suite proves and what would make it go red.
 */
#include "tests/kunit.h"

#include "lib/string.h"

/* Runs before each case; what it returns other than 0 fails the case. */
static int example_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(int), GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

static void example_expectations(struct kunit *test)
{
	int *value = test->priv;

	KUNIT_EXPECT_EQ(test, *value, 0);
	KUNIT_EXPECT_EQ_MSG(test, 0x100000000ull << 4, 1ull << 36, "shifts of 64 bits");
	KUNIT_EXPECT_STREQ(test, "loft", "loft");
	KUNIT_EXPECT_MEMEQ(test, "loft", "loop", 2);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, test);
}

static void example_assertion(struct kunit *test)
{
	/* Nothing below makes sense without it, so it is an ASSERT. */
	KUNIT_ASSERT_NOT_NULL(test, test->priv);
	*(int *)test->priv = 1;
}

static void example_skip(struct kunit *test)
{
	if (sizeof(long) < 8)
		kunit_skip(test, "needs a 64-bit long");
	KUNIT_EXPECT_EQ(test, ~0ul, ~0ull);
}

static const struct example_length {
	const char *text;
	size_t length;
} example_lengths[] = {{"", 0}, {"loft", 4}};

static void describe_length(const struct example_length *param, char *desc)
{
	strscpy(desc, param->text, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(example_length, example_lengths, describe_length);

static void example_params(struct kunit *test)
{
	const struct example_length *param = test->param_value;

	KUNIT_EXPECT_EQ(test, strlen(param->text), param->length);
}

static void example_crashes(struct kunit *test)
{
	KUNIT_EXPECT_FAULT_READ(test, -8);
	KUNIT_EXPECT_BUG(test, "*example*", BUG_ON("example"));
	KUNIT_EXPECT_WARN(test, "example 7", WARN(true, "example %d", 7));
}

static struct kunit_case example_cases[] = {
	KUNIT_CASE(example_expectations),
	KUNIT_CASE(example_assertion),
	KUNIT_CASE(example_skip),
	KUNIT_CASE_PARAM(example_params, example_length_gen_params),
	KUNIT_CASE(example_crashes),
	{},
};

static struct kunit_suite example_suite = {
	.name = "kunit_example",
	.init = example_init,
	.test_cases = example_cases,
};
kunit_test_suite(example_suite);
