/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 as a line editor needs it: where a character begins and ends, and how wide it is. Bytes
 * that are not UTF-8 count as characters of their own, so that any garbage can be edited. Pure.
 */
#ifndef MONITOR_UTF8_H
#define MONITOR_UTF8_H

#include "lib/types.h"

/* One character of a text. */
struct utf8_char {
	unsigned int bytes; /* 1..4 */
	unsigned int width; /* columns on a terminal: 0..2 */
	bool printable;     /* false: a control character or no UTF-8; show a stand-in of width 1 */
};

/* The character at TEXT, of which N >= 1 bytes may be looked at. */
struct utf8_char utf8_at(const char *text, size_t n);

/* The length in bytes of the character that ends at offset END > 0 of TEXT. */
unsigned int utf8_before(const char *text, size_t end);

/* Whether offset AT lies inside a character of TEXT, which has N bytes: not before or behind it. */
bool utf8_inside(const char *text, size_t n, size_t at);

#endif
