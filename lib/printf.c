/* SPDX-License-Identifier: MIT */
/*
 * Formats and their arguments (lib/printf.h has the table of what is understood).
 *
 * A format is read from left to right once. Each conversion is taken apart into a struct spec
 * (lib/printf_impl.h), its argument fetched with the size that the length letters say, and both
 * handed to the routine for numbers, strings or pointers. Bytes beyond the buffer are counted
 * and dropped, so the result is the full length.
 */
#include "lib/bug.h"
#include "lib/ctype.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/printf_impl.h"

/* Length letters by the rank of the type; char and short arrive as int and are cut back. */
enum length { LEN_CHAR, LEN_SHORT, LEN_INT, LEN_LONG, LEN_LONG_LONG, LEN_SIZE };

/* Reads digits at *FMT; a number too large for any field becomes INT_MAX / 2. */
static int read_decimal(const char **fmt)
{
	const char *s = *fmt;
	int n = 0;

	for (; isdigit((u8)s[0]); s++)
		n = n < INT_MAX / 20 ? n * 10 + (s[0] - '0') : INT_MAX / 2;
	*fmt = s;
	return n;
}

static const char *read_flags(const char *fmt, struct spec *spec)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			spec->left = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		case '0':
			spec->zero = true;
			break;
		default:
			return fmt;
		}
	}
}

static const char *read_width(const char *fmt, struct spec *spec, va_list *args)
{
	if (*fmt != '*') {
		spec->width = read_decimal(&fmt);
		return fmt;
	}
	spec->width = va_arg(*args, int);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = spec->width < -INT_MAX / 2 ? INT_MAX / 2 : -spec->width;
	}
	return fmt + 1;
}

static const char *read_precision(const char *fmt, struct spec *spec, va_list *args)
{
	spec->precision = -1;
	if (*fmt != '.')
		return fmt;
	fmt++;
	if (*fmt != '*') {
		spec->precision = read_decimal(&fmt);
		return fmt;
	}
	spec->precision = max(va_arg(*args, int), -1);
	return fmt + 1;
}

static const char *read_length(const char *fmt, enum length *length)
{
	bool twice = fmt[0] && fmt[1] == fmt[0];

	*length = LEN_INT;
	switch (*fmt) {
	case 'h':
		*length = twice ? LEN_CHAR : LEN_SHORT;
		return fmt + 1 + twice;
	case 'l':
		*length = twice ? LEN_LONG_LONG : LEN_LONG;
		return fmt + 1 + twice;
	case 'L':
	case 'q':
	case 'j':
		*length = LEN_LONG_LONG;
		return fmt + 1;
	case 'z':
	case 't':
		*length = LEN_SIZE;
		return fmt + 1;
	default:
		return fmt;
	}
}

static u64 fetch_unsigned(va_list *args, enum length length)
{
	switch (length) {
	case LEN_CHAR:
		return (u8)va_arg(*args, int);
	case LEN_SHORT:
		return (u16)va_arg(*args, int);
	case LEN_LONG:
		return va_arg(*args, unsigned long);
	case LEN_LONG_LONG:
		return va_arg(*args, unsigned long long);
	case LEN_SIZE:
		return va_arg(*args, size_t);
	default:
		return va_arg(*args, unsigned int);
	}
}

static s64 fetch_signed(va_list *args, enum length length)
{
	switch (length) {
	case LEN_CHAR:
		return (s8)va_arg(*args, int);
	case LEN_SHORT:
		return (s16)va_arg(*args, int);
	case LEN_LONG:
		return va_arg(*args, long);
	case LEN_LONG_LONG:
		return va_arg(*args, long long);
	case LEN_SIZE:
		return va_arg(*args, ssize_t);
	default:
		return va_arg(*args, int);
	}
}

static void out_signed(struct out *out, const struct spec *spec, s64 value)
{
	char sign = spec->plus ? '+' : spec->space ? ' ' : 0;

	if (value < 0)
		out_number(out, spec, -(u64)value, 10, '-');
	else
		out_number(out, spec, (u64)value, 10, sign);
}

/*
 * The conversion whose '%' is before FMT. Returns what follows it, or NULL if it is not known.
 */
static const char *out_conversion(struct out *out, const char *fmt, va_list *args)
{
	struct spec spec = {0};
	enum length length;
	char c;

	fmt = read_flags(fmt, &spec);
	fmt = read_width(fmt, &spec, args);
	fmt = read_precision(fmt, &spec, args);
	fmt = read_length(fmt, &length);

	switch (*fmt++) {
	case 'd':
	case 'i':
		out_signed(out, &spec, fetch_signed(args, length));
		return fmt;
	case 'u':
		out_number(out, &spec, fetch_unsigned(args, length), 10, 0);
		return fmt;
	case 'o':
		out_number(out, &spec, fetch_unsigned(args, length), 8, 0);
		return fmt;
	case 'X':
		spec.upper = true;
		fallthrough;
	case 'x':
		out_number(out, &spec, fetch_unsigned(args, length), 16, 0);
		return fmt;
	case 'c':
		c = (char)va_arg(*args, int);
		out_field(out, &spec, &c, 1);
		return fmt;
	case 's':
		out_string(out, &spec, va_arg(*args, const char *));
		return fmt;
	case 'p':
		return fmt + out_pointer(out, &spec, fmt, va_arg(*args, const void *));
	case '%':
		out_char(out, '%');
		return fmt;
	default:
		return NULL;
	}
}

void out_format(struct out *out, const char *fmt, va_list *args)
{
	const char *next;

	while (*fmt) {
		if (*fmt != '%') {
			out_char(out, *fmt++);
			continue;
		}
		next = out_conversion(out, fmt + 1, args);
		if (!next)
			break;
		fmt = next;
	}
	while (*fmt)
		out_char(out, *fmt++);
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out out = {.buf = buf, .size = size};
	va_list copy;

	/* A size that was computed below zero. */
	if (WARN_ON_ONCE(size > INT_MAX))
		return 0;
	va_copy(copy, args);
	out_format(&out, fmt, &copy);
	va_end(copy);
	if (size)
		buf[min(out.pos, size - 1)] = '\0';
	return (int)out.pos;
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(buf, size, fmt, args);

	if ((size_t)n < size)
		return n;
	return size ? (int)size - 1 : 0;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(buf, INT_MAX, fmt, args);
	va_end(args);
	return n;
}
