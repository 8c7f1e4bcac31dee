/* SPDX-License-Identifier: MIT */
/*
 * Memory as text: see compat/linux/linux/printk.h.
 */
#include "compat/linux/linux/printk.h"
#include "lib/ctype.h"
#include "lib/log2.h"
#include "lib/printf.h"
#include "lib/string.h"

#define ROW_MAX 32
/* Pairs with a blank behind each, a blank more, the characters, and the end. */
#define TEXT_MAX (3 * ROW_MAX + 1 + ROW_MAX + 1)

/* A group is a number as the CPU reads it: its digits are in the other order than its bytes. */
static size_t put_group(char *text, size_t size, const u8 *bytes, unsigned int groupsize)
{
	u64 value = 0;

	memcpy(&value, bytes, groupsize);
	return scnprintf(text, size, "%0*llx", (int)(2 * groupsize), value);
}

int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii)
{
	size_t row = rowsize == ROW_MAX ? ROW_MAX : 16, n = 0, column;
	unsigned int group = (unsigned int)groupsize;
	const u8 *bytes = buf;
	char text[TEXT_MAX] = "";

	len = min(len, row);
	if (groupsize < 1 || groupsize > 8 || !is_power_of_2(group) || len % group != 0)
		group = 1;
	column = 2 * row + row / group + 1;
	for (size_t i = 0; i < len; i += group) {
		if (i)
			text[n++] = ' ';
		n += put_group(text + n, sizeof(text) - n, bytes + i, group);
	}
	if (ascii && len) {
		memset(text + n, ' ', column - n);
		n = column;
		for (size_t i = 0; i < len; i++)
			text[n++] = isprint(bytes[i]) && bytes[i] < 0x80 ? (char)bytes[i] : '.';
		text[n] = '\0';
	}
	if (linebuflen)
		strscpy(linebuf, text, linebuflen);
	return (int)n;
}

void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	size_t row = rowsize == ROW_MAX ? ROW_MAX : 16;
	char text[TEXT_MAX], where[24] = "";

	for (size_t i = 0; i < len; i += row) {
		const char *at = (const char *)buf + i;

		if (prefix_type == DUMP_PREFIX_ADDRESS)
			scnprintf(where, sizeof(where), "%p: ", (const void *)at);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			scnprintf(where, sizeof(where), "%08zx: ", i);
		hex_dump_to_buffer(at, len - i, (int)row, groupsize, text, sizeof(text), ascii);
		printk("%s%s%s%s\n", level, prefix_str, where, text);
	}
}
