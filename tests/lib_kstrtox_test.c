/* SPDX-License-Identifier: MIT */
/*
 * Text to numbers: limits of every type, what is no number, and sizes with suffixes, where an
 * overflow must not come back as a small number (mem=99999999999G).
 */
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "tests/kunit.h"

static const struct number_case {
	const char *text;
	unsigned int base;
	int err;
	u64 value;
} number_cases[] = {
	{"0", 0, 0, 0},
	{"42", 10, 0, 42},
	{"+42\n", 10, 0, 42},
	{"0x2A", 0, 0, 42},
	{"0X2a", 16, 0, 42},
	{"2a", 16, 0, 42},
	{"052", 0, 0, 42},
	{"052", 10, 0, 52},
	{"101010", 2, 0, 42},
	{"z", 36, 0, 35},
	{"18446744073709551615", 0, 0, U64_MAX},
	{"0xffffffffffffffff", 0, 0, U64_MAX},
	{"000000000000000000000000000000001", 10, 0, 1},
	{"18446744073709551616", 0, -ERANGE, 0},
	{"99999999999999999999999", 0, -ERANGE, 0},
	{"0x10000000000000000", 0, -ERANGE, 0},
	{"", 0, -EINVAL, 0},
	{"\n", 0, -EINVAL, 0},
	{"+", 0, -EINVAL, 0},
	{"-1", 0, -EINVAL, 0},
	{"+-1", 0, -EINVAL, 0},
	{" 1", 0, -EINVAL, 0},
	{"1 ", 0, -EINVAL, 0},
	{"1\n\n", 0, -EINVAL, 0},
	{"0x", 0, -EINVAL, 0},
	{"0x", 16, -EINVAL, 0},
	{"0xg", 0, -EINVAL, 0},
	{"08", 0, -EINVAL, 0},
	{"12", 2, -EINVAL, 0},
	{"1k", 0, -EINVAL, 0},
};

static void describe_number(const struct number_case *c, char *desc)
{
	strscpy(desc, c->text, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(number, number_cases, describe_number);

static void kstrtoull_cases(struct kunit *test)
{
	const struct number_case *c = test->param_value;
	u64 value = 0x5555;

	KUNIT_EXPECT_EQ(test, kstrtoull(c->text, c->base, &value), c->err);
	KUNIT_EXPECT_EQ(test, value, c->err ? 0x5555 : c->value);
}

/* Both limits of a type, and the numbers behind them. */
#define CHECK_RANGE(test, read, type, lowest, below, highest, above)                               \
	do {                                                                                       \
		type __value = 1;                                                                  \
                                                                                                   \
		KUNIT_EXPECT_EQ(test, read(#lowest, 0, &__value), 0);                              \
		KUNIT_EXPECT_EQ(test, __value, (type)(lowest));                                    \
		KUNIT_EXPECT_EQ(test, read(#highest, 0, &__value), 0);                             \
		KUNIT_EXPECT_EQ(test, __value, (type)(highest));                                   \
		KUNIT_EXPECT_LT(test, read(below, 0, &__value), 0);                                \
		KUNIT_EXPECT_EQ(test, read(above, 0, &__value), -ERANGE);                          \
		KUNIT_EXPECT_EQ(test, __value, (type)(highest));                                   \
	} while (0)

static void ranges(struct kunit *test)
{
	s64 s64_value;

	CHECK_RANGE(test, kstrtou8, u8, 0, "-1", 255, "256");
	CHECK_RANGE(test, kstrtos8, s8, -128, "-129", 127, "128");
	CHECK_RANGE(test, kstrtou16, u16, 0, "-1", 65535, "65536");
	CHECK_RANGE(test, kstrtos16, s16, -32768, "-32769", 32767, "32768");
	CHECK_RANGE(test, kstrtouint, unsigned int, 0, "-1", 4294967295, "4294967296");
	CHECK_RANGE(test, kstrtoint, int, -2147483648, "-2147483649", 2147483647, "2147483648");
	CHECK_RANGE(test, kstrtou64, u64, 0, "-1", 0xffffffffffffffff, "0x10000000000000000");
	KUNIT_EXPECT_EQ(test, kstrtos64("-9223372036854775808", 0, &s64_value), 0);
	KUNIT_EXPECT_EQ(test, s64_value, S64_MIN);
	KUNIT_EXPECT_EQ(test, kstrtos64("-9223372036854775809", 0, &s64_value), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtos64("9223372036854775808", 0, &s64_value), -ERANGE);
	KUNIT_EXPECT_EQ(test, kstrtos64("9223372036854775807", 0, &s64_value), 0);
	KUNIT_EXPECT_EQ(test, s64_value, S64_MAX);
}

static void longs(struct kunit *test)
{
	unsigned long ul;
	long l;

	KUNIT_EXPECT_EQ(test, kstrtoul("0xffffffff", 0, &ul), 0);
	KUNIT_EXPECT_EQ(test, ul, 0xfffffffful);
	KUNIT_EXPECT_EQ(test, kstrtoul("0x100000000", 0, &ul), sizeof(long) == 4 ? -ERANGE : 0);
	KUNIT_EXPECT_EQ(test, kstrtol("-2147483648", 0, &l), 0);
	KUNIT_EXPECT_EQ(test, l, (long)S32_MIN);
	KUNIT_EXPECT_EQ(test, kstrtol("2147483648", 0, &l), sizeof(long) == 4 ? -ERANGE : 0);
}

static void booleans(struct kunit *test)
{
	static const char *const yes[] = {"y", "Yes", "1", "on", "ON", "true"};
	static const char *const no[] = {"n", "No", "0", "off", "of", "false"};
	bool value;

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		value = false;
		KUNIT_EXPECT_EQ_MSG(test, kstrtobool(yes[i], &value), 0, "%s", yes[i]);
		KUNIT_EXPECT_TRUE_MSG(test, value, "%s", yes[i]);
		KUNIT_EXPECT_EQ_MSG(test, kstrtobool(no[i], &value), 0, "%s", no[i]);
		KUNIT_EXPECT_FALSE_MSG(test, value, "%s", no[i]);
	}
	KUNIT_EXPECT_EQ(test, kstrtobool("", &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtobool(NULL, &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtobool("o", &value), -EINVAL);
	KUNIT_EXPECT_EQ(test, kstrtobool("maybe", &value), -EINVAL);
}

static const struct size_case {
	const char *text, *rest;
	u64 value;
} size_cases[] = {
	{"512M", "", 512ull << 20},
	{"4096", "", 4096},
	{"1k,2", ",2", 1024},
	{"0x10K@16M", "@16M", 0x10 << 10},
	{"010g", "", 8ull << 30},
	{"3T", "", 3ull << 40},
	{"1p", "", 1ull << 50},
	{"15E", "", 15ull << 60},
	{"16E", "", U64_MAX},
	{"99999999999G", "", U64_MAX},
	{"99999999999999999999999", "", U64_MAX},
	{"0", "", 0},
	{"0M", "", 0},
	{"", "", 0},
	{"M", "M", 0},
	{"garbage", "garbage", 0},
	{"-1M", "-1M", 0},
	{"1MM", "M", 1 << 20},
	{"0x", "x", 0},
	{"1e", "", 1ull << 60},
	{"0x1e", "", 30},
};

static void describe_size(const struct size_case *c, char *desc)
{
	strscpy(desc, c->text, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(size, size_cases, describe_size);

static void memparse_cases(struct kunit *test)
{
	const struct size_case *c = test->param_value;
	char *end = NULL;

	KUNIT_EXPECT_EQ(test, memparse(c->text, &end), c->value);
	KUNIT_EXPECT_STREQ(test, end, c->rest);
	KUNIT_EXPECT_EQ(test, memparse(c->text, NULL), c->value);
}

static void simple_numbers(struct kunit *test)
{
	char *end;

	KUNIT_EXPECT_EQ(test, simple_strtoul("12ab", &end, 10), 12ul);
	KUNIT_EXPECT_STREQ(test, end, "ab");
	KUNIT_EXPECT_EQ(test, simple_strtoull("-5", &end, 10), 0ull);
	KUNIT_EXPECT_STREQ(test, end, "-5");
	KUNIT_EXPECT_EQ(test, simple_strtol("-5x", &end, 0), -5l);
	KUNIT_EXPECT_STREQ(test, end, "x");
	KUNIT_EXPECT_EQ(test, simple_strtol("-", &end, 0), 0l);
	KUNIT_EXPECT_STREQ(test, end, "-");
	KUNIT_EXPECT_EQ(test, simple_strtoul("99999999999999999999", NULL, 0), ULONG_MAX);
	KUNIT_EXPECT_EQ(test, simple_strtol("-99999999999999999999", NULL, 0), LONG_MIN);
	KUNIT_EXPECT_EQ(test, simple_strtoll("99999999999999999999", NULL, 0), S64_MAX);
}

static struct kunit_case kstrtox_cases[] = {
	KUNIT_CASE_PARAM(kstrtoull_cases, number_gen_params),
	KUNIT_CASE(ranges),
	KUNIT_CASE(longs),
	KUNIT_CASE(booleans),
	KUNIT_CASE_PARAM(memparse_cases, size_gen_params),
	KUNIT_CASE(simple_numbers),
	{},
};

static struct kunit_suite kstrtox_suite = {
	.name = "lib_kstrtox",
	.test_cases = kstrtox_cases,
	.quick = true,
};
kunit_test_suite(kstrtox_suite);
