/* SPDX-License-Identifier: MIT */
/*
 * memcpy and its family in plain C.
 *
 * The compiler calls memcpy, memmove, memset and memcmp on its own account, so these must exist
 * and must not themselves be turned into calls of each other: the Makefile compiles this file
 * with the loop-to-call optimisations off. They move a machine word at a time through a type
 * that may alias anything and needs no alignment, which costs nothing on x86; a machine-specific
 * version may take their place where every cycle counts (page copies).
 */
#include "lib/control.h"
#include "lib/string.h"

/* A word of memory of unknown type and alignment. */
struct word {
	unsigned long value;
} __packed __attribute__((__may_alias__));

#define WORD sizeof(struct word)

static __always_inline unsigned long load(const void *p)
{
	return ((const struct word *)p)->value;
}

static __always_inline void store(void *p, unsigned long value)
{
	((struct word *)p)->value = value;
}

/* Lowest address first: right whenever TO is below FROM, even if they overlap. */
static __always_inline void copy_up(u8 *to, const u8 *from, size_t n)
{
	for (; n >= WORD; n -= WORD, to += WORD, from += WORD)
		store(to, load(from));
	while (n--)
		*to++ = *from++;
}

/* Highest address first: right whenever TO is above FROM. */
static __always_inline void copy_down(u8 *to, const u8 *from, size_t n)
{
	for (; n >= WORD; n -= WORD)
		store(to + n - WORD, load(from + n - WORD));
	while (n--)
		to[n] = from[n];
}

void *memcpy(void *to, const void *from, size_t n)
{
	copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to <= (uintptr_t)from || control(overlap_copied_up))
		copy_up(to, from, n);
	else
		copy_down(to, from, n);
	return to;
}

void *memset(void *s, int c, size_t n)
{
	u8 *p = s;
	unsigned long pattern = (u8)c * (~0UL / 0xff);

	for (; n >= WORD; n -= WORD, p += WORD)
		store(p, pattern);
	while (n--)
		*p++ = (u8)c;
	return s;
}

void *memset16(u16 *s, u16 v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] = v;
	return s;
}

void *memset32(u32 *s, u32 v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s[i] = v;
	return s;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	/* Equal words are skipped; the bytes of the first unequal one decide. */
	for (; n >= WORD && load(x) == load(y); n -= WORD) {
		x += WORD;
		y += WORD;
	}
	for (; n; n--, x++, y++) {
		if (*x != *y)
			return *x - *y;
	}
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n--; p++) {
		if (*p == (u8)c)
			return (void *)(uintptr_t)p;
	}
	return NULL;
}

void *memchr_inv(const void *s, int c, size_t n)
{
	const u8 *p = s;
	unsigned long pattern = (u8)c * (~0UL / 0xff);

	for (; n >= WORD && load(p) == pattern; n -= WORD)
		p += WORD;
	for (; n; n--, p++) {
		if (*p != (u8)c)
			return (void *)(uintptr_t)p;
	}
	return NULL;
}
