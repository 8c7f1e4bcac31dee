/* SPDX-License-Identifier: MIT */
/*
 * Text to numbers.
 *
 * The kstrto functions are strict: the whole string must be one number, with an optional sign
 * ('-' only for signed types) before it and at most one '\n' behind it; no white space. BASE is
 * 2 to 36; with base 0 the number says it itself: 0x.. is hexadecimal, 0.. octal, else decimal;
 * base 16 allows the 0x too. They return 0, -EINVAL if it is no such number, or -ERANGE if it
 * does not fit the type; *RES is written only on success.
 *
 * The simple_strto functions and memparse take a number from the start of a longer text.
 *
 * Pure, any context. Names and meanings are Linux's, except where said.
 */
#ifndef LIB_KSTRTOX_H
#define LIB_KSTRTOX_H

#include "lib/compiler.h"

int __must_check kstrtoull(const char *s, unsigned int base, unsigned long long *res);
int __must_check kstrtoll(const char *s, unsigned int base, long long *res);
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *res);
int __must_check kstrtol(const char *s, unsigned int base, long *res);
int __must_check kstrtouint(const char *s, unsigned int base, unsigned int *res);
int __must_check kstrtoint(const char *s, unsigned int base, int *res);
int __must_check kstrtou16(const char *s, unsigned int base, u16 *res);
int __must_check kstrtos16(const char *s, unsigned int base, s16 *res);
int __must_check kstrtou8(const char *s, unsigned int base, u8 *res);
int __must_check kstrtos8(const char *s, unsigned int base, s8 *res);

static inline int __must_check kstrtou64(const char *s, unsigned int base, u64 *res)
{
	return kstrtoull(s, base, res);
}

static inline int __must_check kstrtos64(const char *s, unsigned int base, s64 *res)
{
	return kstrtoll(s, base, res);
}

static inline int __must_check kstrtou32(const char *s, unsigned int base, u32 *res)
{
	return kstrtouint(s, base, res);
}

static inline int __must_check kstrtos32(const char *s, unsigned int base, s32 *res)
{
	return kstrtoint(s, base, res);
}

/* Yes: words that begin with y, t or 1, and on; no: with n, f or 0, and of(f). Any case. */
int __must_check kstrtobool(const char *s, bool *res);

/*
 * The number at the start of S; *END (if not NULL) gets the first byte behind it, S itself if
 * there is none. Only the signed ones take a '-'. A number too large for the type becomes the
 * type's largest (Linux wraps).
 */
unsigned long long simple_strtoull(const char *s, char **end, unsigned int base);
long long simple_strtoll(const char *s, char **end, unsigned int base);
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);
long simple_strtol(const char *s, char **end, unsigned int base);

/*
 * A size: a number (base 0) with an optional suffix K, M, G, T, P or E of either case, for
 * 2^10 to 2^60. *END (if not NULL) gets the first byte behind both, S itself if there is no
 * number. A size beyond 64 bits becomes U64_MAX (Linux wraps).
 */
unsigned long long memparse(const char *s, char **end);

#endif /* LIB_KSTRTOX_H */
