/* SPDX-License-Identifier: MIT */
/*
 * Text to numbers (lib/kstrtox.h). One routine reads digits; everything else says which sign,
 * which range and which rest of the line it accepts.
 */
#include "lib/control.h"
#include "lib/ctype.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"

/* The value of a digit, or 36 and more for what is none. */
static unsigned int digit_value(char c)
{
	if (isdigit((u8)c))
		return (unsigned int)(c - '0');
	if (isalpha((u8)c))
		return (unsigned int)(tolower((u8)c) - 'a') + 10;
	return 99;
}

/* Steps over 0x where BASE allows it and a digit follows; finds out what base 0 means. */
static const char *read_prefix(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower((u8)s[1]) == 'x' && isxdigit((u8)s[2]);

	if (*base == 0)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? s + 2 : s;
}

/*
 * Reads prefix and digits at S into *VALUE and returns the first byte behind them, or S if there
 * is no digit. A number beyond 64 bits gives U64_MAX and sets *OVERFLOW.
 */
static const char *read_number(const char *s, unsigned int base, u64 *value, bool *overflow)
{
	const char *digits = read_prefix(s, &base), *p = digits;
	unsigned int digit;

	*value = 0;
	*overflow = false;
	for (; (digit = digit_value(*p)) < base; p++) {
		/* Dividing is slow, and only a number in the last 36th of the range needs it. */
		if (*value >> 58 && *value > div_u64(U64_MAX - digit, base))
			*overflow = true;
		*value = *value * base + digit;
	}
	if (*overflow)
		*value = U64_MAX;
	return p == digits ? s : p;
}

/* Reads the whole string as a sign and a magnitude. */
static int read_whole(const char *s, unsigned int base, bool allow_minus, bool *minus, u64 *value)
{
	const char *end;
	bool overflow;

	*minus = allow_minus && *s == '-';
	if (*minus || *s == '+')
		s++;
	end = read_number(s, base, value, &overflow);
	if (end == s)
		return -EINVAL;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	return overflow ? -ERANGE : 0;
}

static int read_unsigned(const char *s, unsigned int base, u64 max, u64 *value)
{
	bool minus;
	int err = read_whole(s, base, false, &minus, value);

	if (!err && *value > max)
		err = -ERANGE;
	return err;
}

/* MAX is the type's largest value; its smallest is -MAX - 1. */
static int read_signed(const char *s, unsigned int base, u64 max, s64 *value)
{
	u64 magnitude;
	bool minus;
	int err = read_whole(s, base, true, &minus, &magnitude);

	if (!err && magnitude > max + minus)
		err = -ERANGE;
	*value = (s64)(minus ? -magnitude : magnitude);
	return err;
}

#define DEFINE_KSTRTO(name, type, read, wide, max)                                                 \
	int name(const char *s, unsigned int base, type *res)                                      \
	{                                                                                          \
		wide value;                                                                        \
		int err = read(s, base, max, &value);                                              \
                                                                                                   \
		if (!err)                                                                          \
			*res = (type)value;                                                        \
		return err;                                                                        \
	}

DEFINE_KSTRTO(kstrtoull, unsigned long long, read_unsigned, u64, U64_MAX)
DEFINE_KSTRTO(kstrtoul, unsigned long, read_unsigned, u64, ULONG_MAX)
DEFINE_KSTRTO(kstrtouint, unsigned int, read_unsigned, u64, U32_MAX)
DEFINE_KSTRTO(kstrtou16, u16, read_unsigned, u64, U16_MAX)
DEFINE_KSTRTO(kstrtou8, u8, read_unsigned, u64, U8_MAX)
DEFINE_KSTRTO(kstrtoll, long long, read_signed, s64, S64_MAX)
DEFINE_KSTRTO(kstrtol, long, read_signed, s64, LONG_MAX)
DEFINE_KSTRTO(kstrtoint, int, read_signed, s64, S32_MAX)
DEFINE_KSTRTO(kstrtos16, s16, read_signed, s64, S16_MAX)
DEFINE_KSTRTO(kstrtos8, s8, read_signed, s64, S8_MAX)

int kstrtobool(const char *s, bool *res)
{
	char first, second;

	if (!s || !*s)
		return -EINVAL;
	first = (char)tolower((u8)s[0]);
	second = (char)tolower((u8)s[1]);

	if (first == 'y' || first == 't' || first == '1' || (first == 'o' && second == 'n'))
		*res = true;
	else if (first == 'n' || first == 'f' || first == '0' || (first == 'o' && second == 'f'))
		*res = false;
	else
		return -EINVAL;
	return 0;
}

static void set_end(char **end, const char *s)
{
	if (end)
		*end = (char *)(uintptr_t)s;
}

/* The number at the start of S with an optional '-', its magnitude limited to MAX (+ 1). */
static s64 simple_signed(const char *s, char **end, unsigned int base, u64 max)
{
	bool minus = *s == '-', overflow;
	const char *start = s + minus;
	u64 value;
	const char *behind = read_number(start, base, &value, &overflow);

	set_end(end, behind == start ? s : behind);
	if (value > max + minus)
		value = max + minus;
	return (s64)(minus ? -value : value);
}

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	bool overflow;
	u64 value;

	set_end(end, read_number(s, base, &value, &overflow));
	return value;
}

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
	return (unsigned long)min_t(u64, simple_strtoull(s, end, base), ULONG_MAX);
}

long long simple_strtoll(const char *s, char **end, unsigned int base)
{
	return simple_signed(s, end, base, S64_MAX);
}

long simple_strtol(const char *s, char **end, unsigned int base)
{
	return (long)simple_signed(s, end, base, LONG_MAX);
}

/* The power of two that a size suffix stands for, 0 for any other character. */
static unsigned int suffix_shift(char c)
{
	switch (tolower((u8)c)) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	case 't':
		return 40;
	case 'p':
		return 50;
	case 'e':
		return 60;
	default:
		return 0;
	}
}

unsigned long long memparse(const char *s, char **end)
{
	bool overflow;
	u64 value;
	const char *p = read_number(s, 0, &value, &overflow);
	unsigned int shift;

	if (p == s) {
		set_end(end, s);
		return 0;
	}
	shift = suffix_shift(*p);
	set_end(end, shift ? p + 1 : p);
	if (shift && value >> (64 - shift) && !control(size_overflow_wraps))
		return U64_MAX;
	return value << shift;
}
