/* SPDX-License-Identifier: MIT */
/*
 * Text functions against something simpler: string searches against libc's, numbers against
 * strtoull, shell patterns against a matcher that tries everything. Random inputs over alphabets
 * so small that matches are frequent, in memory that ends exactly where the string does, so the
 * sanitiser sees a byte read too many.
 */
#include "lib/errno.h"
#include "lib/glob.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "tests/host/suite.h"

#define ROUNDS 50000

/* A string of up to MAX characters of ALPHABET, alone in its memory. */
static char *make(struct kunit *test, const char *alphabet, u32 max)
{
	u32 n = prandom_u32_below(&host_random, max + 1);
	char *s = host_alloc(test, n + 1);

	for (u32 i = 0; i < n; i++)
		s[i] = alphabet[prandom_u32_below(&host_random, (u32)strlen(alphabet))];
	s[n] = '\0';
	return s;
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

static void searches(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *s = make(test, "aab", 12), *needle = make(test, "aab", 4);
		char *t = make(test, "aab\xc0", 12);
		size_t n = prandom_u32_below(&host_random, 14), length = strlen(s), bound = n;
		char *found = strstr(s, needle), *near = strnstr(s, needle, n);

		KUNIT_ASSERT_PTR_EQ_MSG(test, found, libc_strstr(s, needle), "%s in %s", needle, s);
		if (!found || (size_t)(found - s) + strlen(needle) > bound)
			found = NULL;
		KUNIT_ASSERT_PTR_EQ_MSG(test, near, found, "%s in %zu of %s", needle, n, s);
		KUNIT_ASSERT_EQ_MSG(test, sign(strncmp(s, t, n)), sign(libc_strncmp(s, t, n)),
				    "%s and %s", s, t);
		KUNIT_ASSERT_EQ(test, sign(strcmp(s, t)), sign(libc_strncmp(s, t, 99)));
		KUNIT_ASSERT_EQ(test, strnlen(s, n), min(n, length));
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

static void copies(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *s = make(test, "abc", 12);
		size_t size = prandom_u32_below(&host_random, 14), length = strlen(s);
		char *to = host_alloc(test, size);
		ssize_t n = strscpy(to, s, size);

		KUNIT_ASSERT_EQ(test, n, length < size ? (ssize_t)length : -E2BIG);
		if (size) {
			KUNIT_ASSERT_EQ(test, strlen(to), min(length, size - 1));
			KUNIT_ASSERT_EQ(test, strncmp(to, s, size - 1), 0);
		}
		strncpy(to, s, size);
		KUNIT_ASSERT_EQ(test, strnlen(to, size), min(length, size));
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

static void numbers(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *s = make(test, "0123456789999xfF", 22), *end, *ours;
		u32 base = prandom_u32_below(&host_random, 4) * 8 % 17;
		u64 expected, value = 0;
		bool overflow;

		/* libc takes a sign and "0x" without digits differently; the alphabet has no sign.
		 */
		expected = libc_strtoull(s, &end, (int)base);
		overflow = expected == U64_MAX;
		KUNIT_ASSERT_EQ_MSG(test, simple_strtoull(s, &ours, base), expected, "%s", s);
		KUNIT_ASSERT_PTR_EQ_MSG(test, ours, end, "%s", s);
		if (end == s || *end)
			KUNIT_ASSERT_EQ_MSG(test, kstrtoull(s, base, &value), -EINVAL, "%s", s);
		else if (!overflow)
			KUNIT_ASSERT_EQ_MSG(test, kstrtoull(s, base, &value), 0, "%s", s);
		else
			KUNIT_ASSERT_EQ_MSG(test, kstrtoull(s, base, &value), -ERANGE, "%s", s);
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

/* Any string into memparse: no overflow comes back small. */
static void sizes(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *s = make(test, "0123456789kMgTPEe-x", 16), *end, *digits_end;
		u64 number = libc_strtoull(s, &digits_end, 0), value;

		if (*s == '-')
			number = 0;
		value = memparse(s, &end);
		KUNIT_ASSERT_TRUE(test, end >= s && end <= s + strlen(s));
		KUNIT_ASSERT_GE_MSG(test, value, number, "%s", s);
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

/* As glob_match() without classes, by trying everything. */
static bool match_slowly(const char *p, const char *s)
{
	if (!*p)
		return !*s;
	if (*p == '*')
		return match_slowly(p + 1, s) || (*s && match_slowly(p, s + 1));
	if (!*s)
		return false;
	if (*p == '\\' && p[1])
		return p[1] == *s && match_slowly(p + 2, s + 1);
	return (*p == '?' || *p == *s) && match_slowly(p + 1, s + 1);
}

static void patterns(struct kunit *test)
{
	int matches = 0;

	for (int i = 0; i < ROUNDS; i++) {
		char *p = make(test, "ab**?\\", 8), *s = make(test, "aab*\\", 10);

		KUNIT_ASSERT_EQ_MSG(test, glob_match(p, s), match_slowly(p, s), "%s on %s", p, s);
		matches += glob_match(p, s);
		if (i % 1000 == 999)
			host_free_all(test);
	}
	KUNIT_EXPECT_GT(test, matches, ROUNDS / 100);
}

/* Whether each '[' of P is closed; what an open one means POSIX leaves open. */
static bool is_closed(const char *p)
{
	while (*p) {
		if (*p++ != '[')
			continue;
		p += *p == '!';
		p += *p == ']';
		p = strchr(p, ']');
		if (!p)
			return false;
		p++;
	}
	return true;
}

static void pattern_classes(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		char *p = make(test, "ab-[]!*?", 10), *s = make(test, "ab-c]!", 4);

		if (!is_closed(p))
			continue;
		KUNIT_ASSERT_EQ_MSG(test, glob_match(p, s), libc_fnmatch(p, s) == 0, "%s on %s", p,
				    s);
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(searches),
	KUNIT_CASE(copies),
	KUNIT_CASE(numbers),
	KUNIT_CASE(sizes),
	KUNIT_CASE(patterns),
	KUNIT_CASE(pattern_classes),
	{},
};

static struct kunit_suite suite = {.name = "lib_text_host", .test_cases = cases};
kunit_test_suite(suite);
