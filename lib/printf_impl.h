/* SPDX-License-Identifier: MIT */
/*
 * What the files of formatted output share: where bytes go, and a conversion taken apart.
 * lib/printf.c reads formats, lib/printf_text.c prints strings, lib/printf_number.c integers,
 * lib/printf_pointer.c what hides behind %p. Nobody else includes this.
 */
#ifndef LIB_PRINTF_IMPL_H
#define LIB_PRINTF_IMPL_H

#include "lib/compiler.h"

/*
 * The output: POS counts every byte of it, also those that no longer fit the SIZE bytes of BUF.
 */
struct out {
	char *buf;
	size_t size;
	size_t pos;
};

/* A conversion: flags, field width (0: none), precision (-1: none). */
struct spec {
	bool left, plus, space, alternate, zero, upper;
	int width;
	int precision;
};

static inline void out_char(struct out *out, char c)
{
	if (out->pos < out->size)
		out->buf[out->pos] = c;
	out->pos++;
}

/* N times C; nothing for N <= 0. */
void out_pad(struct out *out, char c, int n);

/* The N bytes at S as a field: padded with spaces to the width, precision not looked at. */
void out_field(struct out *out, const struct spec *spec, const char *s, size_t n);

/* The string S (or what stands for a bad pointer), at most precision bytes of it. */
void out_string(struct out *out, const struct spec *spec, const char *s);

/* MAGNITUDE in BASE 8, 10 or 16 with all of SPEC, after SIGN ('-', '+', ' ', or 0 for none). */
void out_number(struct out *out, const struct spec *spec, u64 magnitude, unsigned int base,
		char sign);

/* %p: FMT is behind the p; returns what it has used of FMT's letters, 0 to 2. */
int out_pointer(struct out *out, const struct spec *spec, const char *fmt, const void *ptr);

/* FMT and its arguments; ARGS is the caller's copy. */
void out_format(struct out *out, const char *fmt, __builtin_va_list *args);

#endif /* LIB_PRINTF_IMPL_H */
