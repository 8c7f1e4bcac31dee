/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/printk.h> for foreign sources: messages, and memory in them.
 */
#ifndef COMPAT_LINUX_PRINTK_H
#define COMPAT_LINUX_PRINTK_H

#include "kernel/console/printk.h"

enum {
	DUMP_PREFIX_NONE,
	DUMP_PREFIX_ADDRESS,
	DUMP_PREFIX_OFFSET,
};

/*
 * hex_dump_to_buffer() - up to ROWSIZE (16 or 32; else 16) of the LEN bytes at BUF as a line of
 * text in LINEBUF, which has LINEBUFLEN bytes: numbers of GROUPSIZE (1, 2, 4 or 8) bytes, or single
 * bytes where LEN is no multiple of it; with ASCII their characters behind them, in a column.
 * Returns the length of the whole line, also where it did not fit and was cut. Any context.
 * print_hex_dump() - all of it, a message a row, each after the level, PREFIX_STR and what
 * PREFIX_TYPE says.
 */
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *linebuf,
		       size_t linebuflen, bool ascii);
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii);

#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len)                                    \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, 16, 1, buf, len, true)
#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)         \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)

#endif /* COMPAT_LINUX_PRINTK_H */
