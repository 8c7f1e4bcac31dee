/* SPDX-License-Identifier: MIT */
/*
 * Integers as text. The parts of a printed number, of which each may be empty:
 *
 *	spaces | sign | 0 or 0x | zeros | digits | spaces
 *
 * Digits are made from the last to the first in a small buffer; the precision and the 0 flag
 * only decide how many zeros precede them.
 */
#include "lib/div64.h"
#include "lib/printf_impl.h"

/* 22 octal digits are the most that 64 bits need. */
#define MAX_DIGITS 22

/* Writes the digits of VALUE before END and returns the first; none for 0. */
static char *make_digits(char *end, u64 value, unsigned int base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 rest, digit;

	while (value >> 32) {
		value = div_u64_rem(value, base, &digit);
		*--end = digits[digit];
	}
	/* From here on native division does. */
	for (rest = (u32)value; rest; rest /= base)
		*--end = digits[rest % base];
	return end;
}

void out_number(struct out *out, const struct spec *spec, u64 magnitude, unsigned int base,
		char sign)
{
	char buf[MAX_DIGITS], *end = buf + sizeof(buf);
	char *first = make_digits(end, magnitude, base, spec->upper);
	bool hex_prefix = spec->alternate && base == 16;
	int digits = (int)(end - first);
	int zeros = (spec->precision < 0 ? 1 : spec->precision) - digits;
	int spaces;

	zeros = max(zeros, 0);
	if (spec->alternate && base == 8 && zeros == 0)
		zeros = 1;
	spaces = spec->width - (sign != 0) - 2 * hex_prefix - zeros - digits;
	if (spec->zero && !spec->left && spec->precision < 0 && spaces > 0) {
		zeros += spaces;
		spaces = 0;
	}

	if (!spec->left)
		out_pad(out, ' ', spaces);
	if (sign)
		out_char(out, sign);
	if (hex_prefix) {
		out_char(out, '0');
		out_char(out, spec->upper ? 'X' : 'x');
	}
	out_pad(out, '0', zeros);
	while (first < end)
		out_char(out, *first++);
	if (spec->left)
		out_pad(out, ' ', spaces);
}
