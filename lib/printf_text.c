/* SPDX-License-Identifier: MIT */
/*
 * Strings and characters as fields of a given width, and the padding that all fields share.
 */
#include "lib/err.h"
#include "lib/limits.h"
#include "lib/printf_impl.h"
#include "lib/sizes.h"
#include "lib/string.h"

void out_pad(struct out *out, char c, int n)
{
	while (n-- > 0)
		out_char(out, c);
}

void out_field(struct out *out, const struct spec *spec, const char *s, size_t n)
{
	int pad = n < (size_t)spec->width ? spec->width - (int)n : 0;

	if (!spec->left)
		out_pad(out, ' ', pad);
	while (n--)
		out_char(out, *s++);
	if (spec->left)
		out_pad(out, ' ', pad);
}

void out_string(struct out *out, const struct spec *spec, const char *s)
{
	/* A bad pointer in a message must not cost us the message. */
	if (!s)
		s = "(null)";
	else if ((uintptr_t)s < SZ_4K || IS_ERR(s))
		s = "(efault)";
	out_field(out, spec, s,
		  strnlen(s, spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision));
}
