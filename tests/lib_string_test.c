/* SPDX-License-Identifier: MIT */
/*
 * Strings: what each function of lib/string.h promises, edges first: empty strings, no room, no
 * terminator within reach, characters above 127.
 */
#include "lib/ctype.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/kunit.h"

static void lengths(struct kunit *test)
{
	const char open[3] = {'a', 'b', 'c'};

	KUNIT_EXPECT_EQ(test, strlen(""), 0u);
	KUNIT_EXPECT_EQ(test, strlen("loft"), 4u);
	KUNIT_EXPECT_EQ(test, strnlen("loft", 3), 3u);
	KUNIT_EXPECT_EQ(test, strnlen("loft", 99), 4u);
	KUNIT_EXPECT_EQ(test, strnlen(open, sizeof(open)), 3u);
}

/* Two strings, how many bytes of them, and the sign of the result with and without case. */
static const struct comparison {
	const char *a, *b;
	size_t n;
	int exact, folded;
} comparisons[] = {
	{"", "", 9, 0, 0},         {"", "a", 9, -1, -1},     {"ab", "a", 9, 1, 1},
	{"\x80", "\x7f", 9, 1, 1}, {"abc", "abd", 2, 0, 0},  {"abc", "abd", 3, -1, -1},
	{"a\0b", "a\0c", 3, 0, 0}, {"a", "b", 0, 0, 0},      {"LoFt", "lOfT", 9, -1, 0},
	{"[", "{", 9, -1, -1},     {"ABx", "aby", 2, -1, 0}, {"A", "b", 9, -1, -1},
	{"a", "B", 9, 1, -1},
};

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

static void comparison(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++) {
		const struct comparison *c = &comparisons[i];

		KUNIT_EXPECT_EQ(test, sign(strncmp(c->a, c->b, c->n)), c->exact);
		KUNIT_EXPECT_EQ(test, sign(strncmp(c->b, c->a, c->n)), -c->exact);
		KUNIT_EXPECT_EQ(test, sign(strncasecmp(c->a, c->b, c->n)), c->folded);
		if (c->n < 9)
			continue;
		KUNIT_EXPECT_EQ(test, sign(strcmp(c->a, c->b)), c->exact);
		KUNIT_EXPECT_EQ(test, sign(strcasecmp(c->b, c->a)), -c->folded);
	}
	KUNIT_EXPECT_EQ(test, str_has_prefix("mem=4M", "mem="), 4u);
	KUNIT_EXPECT_EQ(test, str_has_prefix("mem", "mem="), 0u);
}

static void strscpy_cuts_and_tells(struct kunit *test)
{
	char buf[5] = "####";

	KUNIT_EXPECT_EQ(test, strscpy(buf, "abcdef", 0), -E2BIG);
	KUNIT_EXPECT_STREQ(test, buf, "####");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "ab", sizeof(buf)), 2);
	KUNIT_EXPECT_STREQ(test, buf, "ab");
	KUNIT_EXPECT_EQ(test, buf[3], '#');
	KUNIT_EXPECT_EQ(test, strscpy(buf, "abcd", sizeof(buf)), 4);
	KUNIT_EXPECT_STREQ(test, buf, "abcd");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "vwxyz", sizeof(buf)), -E2BIG);
	KUNIT_EXPECT_STREQ(test, buf, "vwxy");
	KUNIT_EXPECT_EQ(test, strscpy(buf, "q", 1), -E2BIG);
	KUNIT_EXPECT_STREQ(test, buf, "");
}

static void strlcpy_strlcat(struct kunit *test)
{
	char buf[6] = "";
	char full[2] = {'x', 'y'};

	KUNIT_EXPECT_EQ(test, strlcpy(buf, "abcdefgh", sizeof(buf)), 8u);
	KUNIT_EXPECT_STREQ(test, buf, "abcde");
	strlcpy(buf, "abc", sizeof(buf));
	KUNIT_EXPECT_EQ(test, strlcat(buf, "d", sizeof(buf)), 4u);
	KUNIT_EXPECT_EQ(test, strlcat(buf, "efg", sizeof(buf)), 7u);
	KUNIT_EXPECT_STREQ(test, buf, "abcde");
	KUNIT_EXPECT_BUG(test, "*", strlcat(full, "z", sizeof(full)));
}

static void classic_copies(struct kunit *test)
{
	char buf[8];

	memset(buf, '#', sizeof(buf));
	KUNIT_EXPECT_STREQ(test, strcpy(buf, "abc"), "abc");
	KUNIT_EXPECT_EQ(test, buf[4], '#');
	KUNIT_EXPECT_STREQ(test, strcat(buf, "de"), "abcde");
	KUNIT_EXPECT_STREQ(test, strncat(buf, "fgh", 1), "abcdef");
	KUNIT_EXPECT_EQ(test, buf[7], '#');
	strncpy(buf, "xy", 5);
	KUNIT_EXPECT_MEMEQ(test, buf, "xy\0\0\0f\0#", 8);
	strncpy(buf, "12345678", 3);
	KUNIT_EXPECT_MEMEQ(test, buf, "123\0\0f", 6);
}

static void searching(struct kunit *test)
{
	const char *s = "kmap_high";

	KUNIT_EXPECT_PTR_EQ(test, strchr(s, 'h'), (char *)s + 5);
	KUNIT_EXPECT_PTR_EQ(test, strrchr(s, 'h'), (char *)s + 8);
	KUNIT_EXPECT_PTR_EQ(test, strchr(s, '\0'), (char *)s + 9);
	KUNIT_EXPECT_PTR_EQ(test, strrchr(s, '\0'), (char *)s + 9);
	KUNIT_EXPECT_NULL(test, strchr(s, 'z'));
	KUNIT_EXPECT_NULL(test, strrchr(s, 'z'));
	KUNIT_EXPECT_PTR_EQ(test, strchrnul(s, 'z'), (char *)s + 9);
	KUNIT_EXPECT_NULL(test, strnchr(s, 5, 'h'));
	KUNIT_EXPECT_PTR_EQ(test, strnchr(s, 6, 'h'), (char *)s + 5);
	KUNIT_EXPECT_NULL(test, strnchr("ab\0h", 4, 'h'));
	KUNIT_EXPECT_EQ(test, strspn(s, "kamp"), 4u);
	KUNIT_EXPECT_EQ(test, strspn(s, ""), 0u);
	KUNIT_EXPECT_EQ(test, strcspn(s, "_p"), 3u);
	KUNIT_EXPECT_EQ(test, strcspn(s, ""), 9u);
	KUNIT_EXPECT_PTR_EQ(test, strpbrk(s, "hi"), (char *)s + 5);
	KUNIT_EXPECT_NULL(test, strpbrk(s, "xyz"));
}

static void substrings(struct kunit *test)
{
	const char *s = "aaab";

	KUNIT_EXPECT_PTR_EQ(test, strstr(s, "aab"), (char *)s + 1);
	KUNIT_EXPECT_PTR_EQ(test, strstr(s, ""), (char *)s);
	KUNIT_EXPECT_PTR_EQ(test, strstr("", ""), strchr("", 0));
	KUNIT_EXPECT_NULL(test, strstr(s, "aaaab"));
	KUNIT_EXPECT_NULL(test, strstr("", "a"));
	KUNIT_EXPECT_NULL(test, strnstr(s, "b", 3));
	KUNIT_EXPECT_PTR_EQ(test, strnstr(s, "b", 4), (char *)s + 3);
	KUNIT_EXPECT_PTR_EQ(test, strnstr(s, "", 0), (char *)s);
}

static void taking_apart(struct kunit *test)
{
	char line[] = "a;;b,c", *rest = line;
	char spaces[] = " \t x y \r\n", blank[] = "  ";

	KUNIT_EXPECT_STREQ(test, strsep(&rest, ";,"), "a");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ";,"), "");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ";,"), "b");
	KUNIT_EXPECT_STREQ(test, strsep(&rest, ";,"), "c");
	KUNIT_EXPECT_NULL(test, rest);
	KUNIT_EXPECT_NULL(test, strsep(&rest, ";,"));
	KUNIT_EXPECT_STREQ(test, strim(spaces), "x y");
	KUNIT_EXPECT_STREQ(test, strim(blank), "");
	KUNIT_EXPECT_STREQ(test, kbasename("mm/kmap.c"), "kmap.c");
	KUNIT_EXPECT_STREQ(test, kbasename("kmap.c"), "kmap.c");
	KUNIT_EXPECT_STREQ(test, kbasename("mm/"), "");
}

static void match_string_index(struct kunit *test)
{
	static const char *const names[] = {"DMA", "Normal", NULL, "HighMem"};

	KUNIT_EXPECT_EQ(test, match_string(names, 4, "Normal"), 1);
	KUNIT_EXPECT_EQ(test, match_string(names, 1, "Normal"), -EINVAL);
	KUNIT_EXPECT_EQ(test, match_string(names, 4, "HighMem"), -EINVAL);
	KUNIT_EXPECT_EQ(test, match_string(names, 4, "Norm"), -EINVAL);
}

/* Each class by the characters at its edges, and by how many it has. */
static void character_classes(struct kunit *test)
{
	int digits = 0, alphas = 0, prints = 0, spaces = 0, controls = 0, punctuation = 0, hex = 0;

	for (int c = 0; c < 256; c++) {
		digits += !!isdigit(c);
		alphas += !!isalpha(c);
		prints += !!isprint(c);
		spaces += !!isspace(c);
		controls += !!iscntrl(c);
		punctuation += !!ispunct(c);
		hex += !!isxdigit(c);
		KUNIT_EXPECT_EQ(test, tolower(c) != c, c >= 'A' && c <= 'Z');
		KUNIT_EXPECT_EQ(test, toupper(c) != c, c >= 'a' && c <= 'z');
	}
	KUNIT_EXPECT_EQ(test, digits, 10);
	KUNIT_EXPECT_EQ(test, alphas, 52);
	KUNIT_EXPECT_EQ(test, prints, 95);
	KUNIT_EXPECT_EQ(test, spaces, 6);
	KUNIT_EXPECT_EQ(test, controls, 33);
	KUNIT_EXPECT_EQ(test, punctuation, 32);
	KUNIT_EXPECT_EQ(test, hex, 22);
	KUNIT_EXPECT_EQ(test, tolower('Q'), 'q');
	KUNIT_EXPECT_EQ(test, toupper('z'), 'Z');
	KUNIT_EXPECT_TRUE(test, isdigit('0') && isdigit('9') && isspace('\v'));
}

static struct kunit_case string_cases[] = {
	KUNIT_CASE(lengths),
	KUNIT_CASE(comparison),
	KUNIT_CASE(strscpy_cuts_and_tells),
	KUNIT_CASE(strlcpy_strlcat),
	KUNIT_CASE(classic_copies),
	KUNIT_CASE(searching),
	KUNIT_CASE(substrings),
	KUNIT_CASE(taking_apart),
	KUNIT_CASE(match_string_index),
	KUNIT_CASE(character_classes),
	{},
};

static struct kunit_suite string_suite = {
	.name = "lib_string",
	.test_cases = string_cases,
	.quick = true,
};
kunit_test_suite(string_suite);
