/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 decoding [RFC 3629], strict: overlong forms, surrogates and values above 0x10ffff are no
 * characters. Widths follow what terminals do with East Asian wide characters and combining
 * marks, in ranges coarse enough for a table of a few lines.
 */
#include "monitor/utf8.h"

#include "lib/compiler.h"

struct range {
	u32 first, last;
};

static const struct range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0xa4cf},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
	{0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static const struct range zero[] = {
	{0x0300, 0x036f},
	{0x200b, 0x200f},
	{0x202a, 0x202e},
	{0xfe00, 0xfe0f},
};

static bool in_ranges(u32 code, const struct range *ranges, size_t n)
{
	while (n--)
		if (code >= ranges[n].first && code <= ranges[n].last)
			return true;
	return false;
}

/* Bytes of a sequence by its first byte, and the smallest code point that needs so many. */
static unsigned int sequence_length(u8 first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

struct utf8_char utf8_at(const char *text, size_t n)
{
	static const u32 smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	struct utf8_char c = {.bytes = 1, .width = 1, .printable = false};
	const u8 *s = (const u8 *)text;
	unsigned int length = sequence_length(s[0]);
	unsigned int i;
	u32 code;

	if (length == 1) {
		c.printable = s[0] >= ' ' && s[0] != 0x7f;
		return c;
	}
	if (!length || length > n)
		return c;
	code = s[0] & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return c;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return c;
	c.bytes = length;
	c.printable = code >= 0xa0; /* below lie the C1 control characters */
	if (in_ranges(code, zero, ARRAY_SIZE(zero)))
		c.width = 0;
	else if (in_ranges(code, wide, ARRAY_SIZE(wide)))
		c.width = 2;
	return c;
}

unsigned int utf8_before(const char *text, size_t end)
{
	unsigned int back;

	for (back = min_t(size_t, end, 4); back > 1; back--)
		if (utf8_at(text + end - back, back).bytes == back)
			return back;
	return 1;
}

/* A first byte never occurs inside a character, so looking back at most three bytes tells. */
bool utf8_inside(const char *text, size_t n, size_t at)
{
	size_t back;

	for (back = 1; back <= 3 && back <= at; back++)
		if (utf8_at(text + at - back, n - (at - back)).bytes > back)
			return true;
	return false;
}
