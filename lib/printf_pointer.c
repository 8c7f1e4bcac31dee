/* SPDX-License-Identifier: MIT */
/*
 * Behind %p: addresses, symbols, physical addresses, bytes and nested formats (the table is in
 * lib/printf.h). A letter that means nothing here is printed as text after the address.
 */
#include "lib/bug.h"
#include "lib/err.h"
#include "lib/errname.h"
#include "lib/printf.h"
#include "lib/printf_impl.h"
#include "lib/string.h"

/* Enough for any symbol of ours with its offset and size. */
#define SYMBOL_MAX 128
/* The most bytes that %*ph prints. */
#define HEX_MAX 64

int (*printf_symbol_hook)(char *buf, size_t n, unsigned long addr, enum printf_symbol what);

/* VALUE with all DIGITS hexadecimal digits, in the field of SPEC. */
static void out_hex(struct out *out, const struct spec *spec, u64 value, int digits, bool prefix)
{
	struct spec hex = *spec;

	hex.precision = digits;
	hex.alternate = prefix;
	out_number(out, &hex, value, 16, 0);
}

static void out_address(struct out *out, const struct spec *spec, const void *ptr)
{
	out_hex(out, spec, (uintptr_t)ptr, 2 * sizeof(ptr), spec->alternate);
}

static void out_symbol(struct out *out, const struct spec *spec, const void *ptr,
		       enum printf_symbol what)
{
	char name[SYMBOL_MAX];
	int n = -1;

	if (printf_symbol_hook)
		n = printf_symbol_hook(name, sizeof(name), (uintptr_t)ptr, what);
	if (n >= 0)
		out_field(out, spec, name, min_t(size_t, (size_t)n, sizeof(name) - 1));
	else
		out_hex(out, spec, (uintptr_t)ptr, 2 * sizeof(ptr), true);
}

/* An error pointer by its name, or by its number; anything else as the address that it is. */
static void out_error(struct out *out, const struct spec *spec, const void *ptr)
{
	const char *name = IS_ERR(ptr) ? errname((int)PTR_ERR(ptr)) : NULL;

	if (name)
		out_field(out, spec, name, strlen(name));
	else if (IS_ERR(ptr))
		out_number(out, spec, (u64)-PTR_ERR(ptr), 10, '-');
	else
		out_address(out, spec, ptr);
}

/* SEPARATOR 0: none. */
static void out_bytes(struct out *out, const struct spec *spec, const u8 *bytes, char separator)
{
	static const struct spec pair = {.precision = 2};
	int n = min(spec->width, HEX_MAX);

	for (int i = 0; i < n; i++) {
		if (i && separator)
			out_char(out, separator);
		out_number(out, &pair, bytes[i], 16, 0);
	}
}

/* %*ph: FMT is behind the h. Returns how many letters more were used. */
static int out_bytes_as(struct out *out, const struct spec *spec, const char *fmt, const u8 *bytes)
{
	char separator = *fmt == 'C' ? ':' : *fmt == 'D' ? '-' : *fmt == 'N' ? 0 : ' ';

	out_bytes(out, spec, bytes, separator);
	return separator != ' ';
}

static void out_nested(struct out *out, const struct va_format *nested)
{
	va_list args;

	va_copy(args, *nested->va);
	out_format(out, nested->fmt, &args);
	va_end(args);
}

int out_pointer(struct out *out, const struct spec *spec, const char *fmt, const void *ptr)
{
	switch (*fmt) {
	case 'x':
		out_address(out, spec, ptr);
		return 1;
	case 'S':
		out_symbol(out, spec, ptr, PRINTF_SYMBOL_OFFSET);
		return 1;
	case 'B':
		out_symbol(out, spec, ptr, PRINTF_SYMBOL_CALLER);
		return 1;
	case 's':
		out_symbol(out, spec, ptr, PRINTF_SYMBOL_NAME);
		return 1;
	case 'a':
		out_hex(out, spec, *(const phys_addr_t *)ptr, 2 * sizeof(phys_addr_t), true);
		return fmt[1] == 'p' ? 2 : 1;
	case 'e':
		out_error(out, spec, ptr);
		return 1;
	case 'h':
		return 1 + out_bytes_as(out, spec, fmt + 1, ptr);
	case 'V':
		out_nested(out, ptr);
		return 1;
	default:
		out_address(out, spec, ptr);
		return 0;
	}
}
