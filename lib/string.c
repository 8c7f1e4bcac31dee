/* SPDX-License-Identifier: MIT */
/*
 * Strings, byte by byte: the kernel's strings are short and its time goes elsewhere, so each
 * function is the shortest loop that keeps its contract (lib/string.h). Memory blocks, where
 * speed does count, are in lib/mem.c.
 */
#include "lib/bug.h"
#include "lib/ctype.h"
#include "lib/errno.h"
#include "lib/limits.h"
#include "lib/string.h"

/* C's search functions take a const string and give back a pointer without it. */
static char *unconst(const char *s)
{
	return (char *)(uintptr_t)s;
}

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

/* Both comparisons; N may be more than either string has. */
static int compare(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return compare(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t n)
{
	return compare(a, b, n);
}

static int compare_folded(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++) {
		int x = tolower((u8)*a), y = tolower((u8)*b);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return compare_folded(a, b, SIZE_MAX);
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	return compare_folded(a, b, n);
}

size_t str_has_prefix(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? n : 0;
}

ssize_t strscpy(char *to, const char *from, size_t size)
{
	size_t n;

	if (!size || WARN_ON_ONCE(size > SSIZE_MAX))
		return -E2BIG;
	n = strnlen(from, size);
	if (n < size) {
		memcpy(to, from, n + 1);
		return (ssize_t)n;
	}
	memcpy(to, from, size - 1);
	to[size - 1] = '\0';
	return -E2BIG;
}

size_t strlcpy(char *to, const char *from, size_t size)
{
	strscpy(to, from, size);
	return strlen(from);
}

size_t strlcat(char *to, const char *from, size_t size)
{
	size_t n = strnlen(to, size);

	BUG_ON(n == size);
	return n + strlcpy(to + n, from, size - n);
}

char *strcpy(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}

char *strncpy(char *to, const char *from, size_t n)
{
	size_t length = strnlen(from, n);

	memcpy(to, from, length);
	memset(to + length, 0, n - length);
	return to;
}

char *strcat(char *to, const char *from)
{
	strcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *to, const char *from, size_t n)
{
	char *end = to + strlen(to);
	size_t length = strnlen(from, n);

	memcpy(end, from, length);
	end[length] = '\0';
	return to;
}

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return unconst(s);
}

char *strchr(const char *s, int c)
{
	s = strchrnul(s, c);
	return *s == (char)c ? unconst(s) : NULL;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return unconst(last);
}

char *strnchr(const char *s, size_t n, int c)
{
	for (; n; n--, s++) {
		if (*s == (char)c)
			return unconst(s);
		if (!*s)
			break;
	}
	return NULL;
}

char *strnstr(const char *s, const char *needle, size_t n)
{
	size_t length = strlen(needle);

	/* N shrinks to the room that is left, so a match cannot reach beyond it. */
	for (n = strnlen(s, n); n >= length; n--, s++) {
		if (memcmp(s, needle, length) == 0)
			return unconst(s);
		if (n == 0)
			break;
	}
	return NULL;
}

char *strstr(const char *s, const char *needle)
{
	return strnstr(s, needle, SIZE_MAX);
}

size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] && strchr(accept, s[n]))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? unconst(s) : NULL;
}

char *strsep(char **s, const char *delimiters)
{
	char *piece = *s;

	if (!piece)
		return NULL;
	*s = strpbrk(piece, delimiters);
	if (*s)
		*(*s)++ = '\0';
	return piece;
}

char *skip_spaces(const char *s)
{
	while (isspace((u8)*s))
		s++;
	return unconst(s);
}

char *strim(char *s)
{
	size_t n = strlen(s);

	while (n && isspace((u8)s[n - 1]))
		s[--n] = '\0';
	return skip_spaces(s);
}

const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int match_string(const char *const *array, size_t n, const char *string)
{
	for (size_t i = 0; i < n && array[i]; i++) {
		if (strcmp(array[i], string) == 0)
			return (int)i;
	}
	return -EINVAL;
}
