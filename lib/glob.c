/* SPDX-License-Identifier: MIT */
/*
 * Shell patterns without recursion: on a mismatch only the latest '*' needs to be tried again,
 * one character further on, because whatever an earlier one could swallow more of, the latest
 * can skip as well. So two saved positions are all the state there is.
 */
#include "lib/glob.h"

/*
 * The class that begins behind a '[' at P. Returns what follows its ']' and whether C is in it,
 * or NULL if the class is never closed.
 */
static const char *match_class(const char *p, unsigned char c, bool *matches)
{
	bool invert = *p == '!', in = false;
	const char *first;

	p += invert;
	for (first = p; *p != ']' || p == first; p++) {
		unsigned char low = (unsigned char)*p, high = low;

		if (!low)
			return NULL;
		if (p[1] == '-' && p[2] && p[2] != ']') {
			high = (unsigned char)p[2];
			p += 2;
		}
		in |= low <= c && c <= high;
	}
	*matches = in != invert;
	return p + 1;
}

/*
 * Matches the single character C, not NUL, against the start of P, which is not '*'. Returns
 * the rest of the pattern, or NULL if it does not match.
 */
static const char *match_one(const char *p, unsigned char c)
{
	const char *behind;
	bool matches;

	switch (*p) {
	case '\0':
		return NULL;
	case '?':
		return p + 1;
	case '[':
		behind = match_class(p + 1, c, &matches);
		if (behind)
			return matches ? behind : NULL;
		break;
	case '\\':
		if (p[1])
			p++;
		break;
	}
	return (unsigned char)*p == c ? p + 1 : NULL;
}

bool glob_match(const char *pattern, const char *s)
{
	const char *star = NULL, *resume = NULL;

	while (*s) {
		const char *next;

		if (*pattern == '*') {
			star = ++pattern;
			resume = s;
			continue;
		}
		next = match_one(pattern, (unsigned char)*s);
		if (next) {
			pattern = next;
			s++;
		} else if (star) {
			pattern = star;
			s = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
