/* SPDX-License-Identifier: MIT */
/*
 * Classes of ASCII characters. Arguments are character codes 0 to 255: cast a plain char to u8
 * first (anything else is in no class). Codes above 127 belong to no class, whatever a code page
 * says.
 */
#ifndef LIB_CTYPE_H
#define LIB_CTYPE_H

#include "lib/types.h"

/* Whether FIRST <= C <= LAST, with one comparison. */
static inline int __in_range(int c, int first, int last)
{
	return (unsigned int)(c - first) <= (unsigned int)(last - first);
}

static inline int isdigit(int c)
{
	return __in_range(c, '0', '9');
}

static inline int islower(int c)
{
	return __in_range(c, 'a', 'z');
}

static inline int isupper(int c)
{
	return __in_range(c, 'A', 'Z');
}

static inline int isalpha(int c)
{
	return islower(c) || isupper(c);
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isxdigit(int c)
{
	return isdigit(c) || __in_range(c, 'a', 'f') || __in_range(c, 'A', 'F');
}

/* Space, tab, line feed, vertical tab, form feed, carriage return. */
static inline int isspace(int c)
{
	return c == ' ' || __in_range(c, '\t', '\r');
}

static inline int isprint(int c)
{
	return __in_range(c, ' ', '~');
}

static inline int isgraph(int c)
{
	return __in_range(c, '!', '~');
}

static inline int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static inline int iscntrl(int c)
{
	return __in_range(c, 0, 31) || c == 127;
}

static inline int isascii(int c)
{
	return __in_range(c, 0, 127);
}

static inline int tolower(int c)
{
	return isupper(c) ? c - 'A' + 'a' : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - 'a' + 'A' : c;
}

#endif /* LIB_CTYPE_H */
