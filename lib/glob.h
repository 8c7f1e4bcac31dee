/* SPDX-License-Identifier: MIT */
/*
 * Shell patterns.
 */
#ifndef LIB_GLOB_H
#define LIB_GLOB_H

#include "lib/types.h"

/*
 * Whether PATTERN matches the whole of S.
 *
 *	*	any string, also the empty one; '/' and a leading '.' are not special
 *	?	any one character
 *	[abx-z]	one of these; [!..] one that is not; a ']' right behind the '[' or '!' and a '-'
 *		at either end stand for themselves; a '[' that is never closed does so too
 *	\c	the character c itself
 *
 * Pure, any context; time at most the product of both lengths.
 */
bool glob_match(const char *pattern, const char *s);

#endif /* LIB_GLOB_H */
