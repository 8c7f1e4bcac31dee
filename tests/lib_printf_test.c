/* SPDX-License-Identifier: MIT */
/*
 * Formatted output: each conversion and flag by its expected text, what is loft's own (symbols,
 * physical addresses, bytes), and what must never happen: a byte behind the buffer, or an argument
 * of an unknown conversion read with a guessed size. (The host compares thousands of random
 * formats with libc's.)
 */
#include "lib/bug.h"
#include "lib/err.h"
#include "lib/errno.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"

/* Without an attribute, since the compiler would object to formats that are odd on purpose. */
static int print(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

#define PRINTS(test, expected, ...)                                                                \
	do {                                                                                       \
		char __text[160];                                                                  \
		int __n = print(__text, sizeof(__text), __VA_ARGS__);                              \
                                                                                                   \
		KUNIT_EXPECT_STREQ(test, __text, expected);                                        \
		KUNIT_EXPECT_EQ(test, __n, (int)strlen(expected));                                 \
	} while (0)

static void integers(struct kunit *test)
{
	PRINTS(test, "0 -1 2147483647 -2147483648", "%d %d %d %i", 0, -1, INT_MAX, INT_MIN);
	PRINTS(test, "4294967295 37777777777 ffffffff FFFFFFFF", "%u %o %x %X", -1, -1, -1, -1);
	PRINTS(test, "-1 255 -1 65535", "%hhd %hhu %hd %hu", 255, 511, 65535, -1);
	PRINTS(test, "-9223372036854775808 18446744073709551615", "%lld %llu", S64_MIN, U64_MAX);
	PRINTS(test, "ffffffffffffffff 1777777777777777777777", "%llx %llo", U64_MAX, U64_MAX);
	PRINTS(test, "123456789abcdef0 4096 -3", "%Lx %zu %zd", 0x123456789abcdef0ull, (size_t)4096,
	       (ssize_t)-3);
	PRINTS(test, "-7 7 1000000000000", "%ld %lu %lld", -7l, 7ul, 1000000000000ll);
}

static void flags_and_widths(struct kunit *test)
{
	PRINTS(test, "[   42][42   ][00042]", "[%5d][%-5d][%05d]", 42, 42, 42);
	PRINTS(test, "[+42][ 42][-0042][  +42]", "[%+d][% d][%05d][%+5d]", 42, 42, -42, 42);
	PRINTS(test, "[0xff][0XFF][0x00ff][  0xff][0xff  ]", "[%#x][%#X][%#06x][%#6x][%-#6x]", 255,
	       255, 255, 255, 255);
	PRINTS(test, "[0377][0]", "[%#o][%#o]", 255, 0);
	PRINTS(test, "[00042][  00042][-042]", "[%.5d][%7.5d][%.3d]", 42, 42, -42);
	PRINTS(test, "[][ ][   42]", "[%.0d][%1.0d][%05.2d]", 0, 0, 42);
	PRINTS(test, "[   42][42   ][042][42]", "[%*d][%*d][%.*d][%.*d]", 5, 42, -5, 42, 3, 42, -3,
	       42);
	/* As Linux has it: a column of addresses lines up at 0 too. */
	PRINTS(test, "0x0", "%#x", 0);
}

static void strings_and_characters(struct kunit *test)
{
	const char open[2] = {'o', 'k'};

	PRINTS(test, "[loft][  loft][loft  ][lo][    lo]", "[%s][%6s][%-6s][%.2s][%6.2s]", "loft",
	       "loft", "loft", "loft", "loft");
	PRINTS(test, "[ok][][ok]", "[%.2s][%.0s][%.*s]", open, open, 2, open);
	PRINTS(test, "(null) (efault) (efault)", "%s %s %s", NULL, (char *)8,
	       (char *)ERR_PTR(-EFAULT));
	PRINTS(test, "a[  b][c  ]100%", "%c[%3c][%-3c]%d%%", 'a', 'b', 'c', 100);
}

static void pointers(struct kunit *test)
{
	phys_addr_t pa = 0x123456789ull;
	bool wide = sizeof(void *) == 8;

	PRINTS(test, wide ? "00000000c0100000" : "c0100000", "%p", (void *)0xc0100000ul);
	PRINTS(test, wide ? "0000000000000000" : "00000000", "%px", NULL);
	PRINTS(test, "0x0000000123456789", "%pa", &pa);
	PRINTS(test, "0x0000000123456789, a", "%pap, %c", &pa, 'a');
	PRINTS(test, "6c 6f 66 74, ", "%*ph, %*ph", 4, "loft", 0, "loft");
	PRINTS(test, "6c:6f:66:74 6c-6f-66-74 6c6f6674", "%*phC %*phD %*phN", 4, "loft", 4, "loft",
	       4, "loft");
	PRINTS(test, "-ENOMEM [ -EINVAL] -4094", "%pe [%8pe] %pe", ERR_PTR(-ENOMEM),
	       ERR_PTR(-EINVAL), ERR_PTR(-4094));
	PRINTS(test, "-EAGAIN -ERESTARTSYS", "%pe %pe", ERR_PTR(-EWOULDBLOCK),
	       ERR_PTR(-ERESTARTSYS));
	PRINTS(test, sizeof(long) == 4 ? "12345678" : "0000000012345678", "%pe",
	       (void *)0x12345678);
	PRINTS(test, wide ? "00000000000000c0z" : "000000c0z", "%pz", (void *)0xc0);
}

static int fake_symbol(char *buf, size_t n, unsigned long addr, enum printf_symbol what)
{
	if (addr != 0x1234)
		return -1;
	return snprintf(buf, n, what == PRINTF_SYMBOL_NAME ? "kmap_high" : "kmap_high+0x4/0x10");
}

static void symbols(struct kunit *test)
{
	int (*hook)(char *, size_t, unsigned long, enum printf_symbol) = printf_symbol_hook;

	printf_symbol_hook = fake_symbol;
	PRINTS(test, "kmap_high+0x4/0x10 kmap_high [ kmap_high]", "%pS %ps [%10ps]", (void *)0x1234,
	       (void *)0x1234, (void *)0x1234);
	PRINTS(test, sizeof(long) == 8 ? "0x0000000000001235" : "0x00001235", "%pS",
	       (void *)0x1235);
	printf_symbol_hook = NULL;
	PRINTS(test, sizeof(long) == 8 ? "0x0000000000001234" : "0x00001234", "%ps",
	       (void *)0x1234);
	printf_symbol_hook = hook;
}

static int nested(char *buf, size_t n, const char *fmt, ...)
{
	struct va_format inner = {.fmt = fmt};
	va_list args;
	int length;

	va_start(args, fmt);
	inner.va = &args;
	/* Twice: printing it must not use the arguments up. */
	length = snprintf(buf, n, "<%pV|%pV>", &inner, &inner);
	va_end(args);
	return length;
}

static void nested_format(struct kunit *test)
{
	char buf[40];

	KUNIT_EXPECT_EQ(test, nested(buf, sizeof(buf), "%s-%d", "pkmap", 512), 21);
	KUNIT_EXPECT_STREQ(test, buf, "<pkmap-512|pkmap-512>");
}

static void unknown_conversions_read_nothing(struct kunit *test)
{
	PRINTS(test, "1 %y %d", "%d %y %d", 1, 2, 3);
	PRINTS(test, "%n", "%n", (int *)8);
	PRINTS(test, "%5.2f of %s", "%5.2f of %s", 1, 2);
	PRINTS(test, "50%", "50%");
	PRINTS(test, "%l", "%l");
	PRINTS(test, "%-", "%-");
}

static void cut_to_the_buffer(struct kunit *test)
{
	char buf[8];

	for (size_t size = 0; size < sizeof(buf); size++) {
		memset(buf, '#', sizeof(buf));
		KUNIT_EXPECT_EQ(test, snprintf(buf, size, "%d%s", 12, "3456789"), 9);
		for (size_t i = size; i < sizeof(buf); i++)
			KUNIT_EXPECT_EQ(test, buf[i], '#');
		if (size) {
			KUNIT_EXPECT_EQ(test, strlen(buf), size - 1);
			KUNIT_EXPECT_EQ(test, memcmp(buf, "123456789", size - 1), 0);
		}
		KUNIT_EXPECT_EQ(test, scnprintf(buf, size, "%d%s", 12, "3456789"),
				size ? (int)size - 1 : 0);
	}
	KUNIT_EXPECT_EQ(test, scnprintf(buf, sizeof(buf), "%s", "abc"), 3);
	KUNIT_EXPECT_EQ(test, sprintf(buf, "%s", "abc"), 3);
	KUNIT_EXPECT_EQ(test, snprintf(NULL, 0, "%20s", ""), 20);
}

static void negative_size_is_refused(struct kunit *test)
{
	char buf[4] = "abc";

	warn_once_reset();
	KUNIT_EXPECT_WARN(test, "*size > *", print(buf, (size_t)-4, "%s", "overrun"));
	KUNIT_EXPECT_STREQ(test, buf, "abc");
	warn_once_reset();
}

static struct kunit_case printf_cases[] = {
	KUNIT_CASE(integers),
	KUNIT_CASE(flags_and_widths),
	KUNIT_CASE(strings_and_characters),
	KUNIT_CASE(pointers),
	KUNIT_CASE(symbols),
	KUNIT_CASE(nested_format),
	KUNIT_CASE(unknown_conversions_read_nothing),
	KUNIT_CASE(cut_to_the_buffer),
	KUNIT_CASE(negative_size_is_refused),
	{},
};

static struct kunit_suite printf_suite = {
	.name = "lib_printf",
	.test_cases = printf_cases,
	.quick = true,
};
kunit_test_suite(printf_suite);
