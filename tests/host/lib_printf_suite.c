/* SPDX-License-Identifier: MIT */
/*
 * Formatted output against libc's: 10^5 random formats of one conversion each between text, with
 * random flags, width, precision, length and value, into buffers of random size. Both must agree
 * in text and length. Left out is what differs on purpose (lib/printf.h): %#x of 0, %p, and
 * combinations that C leaves undefined ('#' with d, u, c, s; '0' with c, s; precision with c).
 */
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/host/suite.h"

#define ROUNDS 100000

/* One random conversion: its text, and how its value is to be passed. */
struct conversion {
	char text[40];
	char length[3];
	char letter;
	u64 value;
};

static u32 below(u32 n)
{
	return prandom_u32_below(&host_random, n);
}

static void append(struct conversion *c, const char *s)
{
	strlcat(c->text, s, sizeof(c->text));
}

static void append_number(struct conversion *c, u32 n)
{
	size_t at = strlen(c->text);

	libc_snprintf(c->text + at, sizeof(c->text) - at, "%u", n);
}

/* The flags out of ALLOWED, each with a chance of one in three. */
static void append_flags(struct conversion *c, const char *allowed)
{
	for (; *allowed; allowed++) {
		char flag[2] = {*allowed};

		if (below(3) == 0)
			append(c, flag);
	}
}

static void make_integer(struct conversion *c)
{
	static const char *const lengths[] = {"", "", "hh", "h", "l", "ll", "z", "t", "j"};
	char letter[2] = {"diuoxX"[below(6)]};

	c->value = prandom_edgy_state(&host_random);
	append(c, "%");
	append_flags(c, strchr("di", *letter) ? "-+ 0" : strchr("xXo", *letter) ? "-#0" : "-0");
	if (below(2))
		append_number(c, below(30) + 1);
	if (below(3) == 0) {
		append(c, ".");
		if (below(8))
			append_number(c, below(30));
	}
	strscpy(c->length, lengths[below(ARRAY_SIZE(lengths))], sizeof(c->length));
	append(c, c->length);
	append(c, letter);
	c->letter = *letter;
}

/* Prints VALUE by PRINT as the type that the conversion names. */
static int print_integer(int (*print)(char *, size_t, const char *, ...), char *buf, size_t size,
			 const char *fmt, const struct conversion *c)
{
	if (strchr("lzjt", c->length[0]) && c->length[0])
		return print(buf, size, fmt, c->value);
	return print(buf, size, fmt, (int)c->value);
}

/* '#' and 0 in hexadecimal is where Linux and C differ. */
static bool is_special(const struct conversion *c)
{
	return strchr(c->text, '#') && c->letter != 'o';
}

static void integers(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct conversion c = {.text = ""};
		char fmt[64], ours[80], theirs[80];
		size_t size = below(5) ? sizeof(ours) : below(20);
		int n, m;

		make_integer(&c);
		if (is_special(&c))
			c.value |= 1;
		libc_snprintf(fmt, sizeof(fmt), "<%s>%%%%", c.text);
		memset(ours, 'z', sizeof(ours));
		memset(theirs, 'z', sizeof(theirs));
		n = print_integer(snprintf, ours, size, fmt, &c);
		m = print_integer(libc_snprintf, theirs, size, fmt, &c);
		KUNIT_ASSERT_EQ_MSG(test, n, m, "%s of %llx", fmt, c.value);
		KUNIT_ASSERT_EQ_MSG(test, memcmp(ours, theirs, sizeof(ours)), 0,
				    "%s of %llx: \"%s\" and \"%s\"", fmt, c.value, ours, theirs);
	}
}

static void strings(struct kunit *test)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct conversion c = {.text = "%"};
		char value[12], ours[64], theirs[64];
		u32 length = below(sizeof(value));
		int width = (int)below(30) - 15, precision = (int)below(16) - 4, n, m;
		size_t size = below(4) ? sizeof(ours) : below(12);
		char *exact;

		for (u32 j = 0; j < length; j++)
			value[j] = (char)('a' + j);
		value[length] = '\0';
		append_flags(&c, "-");
		append(&c, "*.*s|%-*c");
		memset(ours, 'z', sizeof(ours));
		memset(theirs, 'z', sizeof(theirs));
		/* Memory of the string's size only: nothing behind the precision may be read. */
		if (precision >= 0 && (u32)precision <= length)
			exact = host_copy(test, value, (size_t)precision);
		else
			exact = host_copy(test, value, length + 1);
		n = snprintf(ours, size, c.text, width, precision, exact, width, 'c');
		m = libc_snprintf(theirs, size, c.text, width, precision, exact, width, 'c');
		KUNIT_ASSERT_EQ_MSG(test, n, m, "%s %d %d", c.text, width, precision);
		KUNIT_ASSERT_EQ_MSG(test, memcmp(ours, theirs, sizeof(ours)), 0,
				    "%s %d %d: \"%s\" and \"%s\"", c.text, width, precision, ours,
				    theirs);
		if (i % 1000 == 999)
			host_free_all(test);
	}
}

/* Random text as a format, with plenty of '%': any garbage ends without harm. */
static void garbage(struct kunit *test)
{
	static const char alphabet[] = "%%%%dsxuclhz.*-+ #0123456789pnSVae$'\x80";

	for (int i = 0; i < ROUNDS; i++) {
		char fmt[16], buf[64];
		bool safe = true;

		for (size_t j = 0; j < sizeof(fmt) - 1; j++)
			fmt[j] = alphabet[below(sizeof(alphabet) - 1)];
		fmt[sizeof(fmt) - 1] = '\0';
		/* What reads through a pointer needs one that is good; only numbers are given. */
		for (const char *p = fmt; *p; p++)
			safe = safe && !strchr("spV", *p);
		if (!safe)
			continue;
		snprintf(buf, below(sizeof(buf)), fmt, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
			 14, 15, 16);
	}
	KUNIT_SUCCEED(test);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(integers),
	KUNIT_CASE(strings),
	KUNIT_CASE(garbage),
	{},
};

static struct kunit_suite suite = {.name = "lib_printf_host", .test_cases = cases};
kunit_test_suite(suite);
