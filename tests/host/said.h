/* SPDX-License-Identifier: MIT */
/*
 * Catches what pure boot code says, so that a test can look for it. One message a line.
 */
#ifndef TESTS_HOST_SAID_H
#define TESTS_HOST_SAID_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "boot/bootinfo.h"

static char said_text[65536];
static unsigned int said_count;

static void __attribute__((format(printf, 2, 3))) said_line(void *ctx, const char *fmt, ...)
{
	size_t used = strlen(said_text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(said_text + used, sizeof(said_text) - used, fmt, args);
	va_end(args);
	strncat(said_text, "\n", sizeof(said_text) - strlen(said_text) - 1);
	said_count++;
}

static const struct boot_say said = {.fn = said_line};

static inline void said_clear(void)
{
	said_text[0] = '\0';
	said_count = 0;
}

/* True if some line contains TEXT; otherwise prints what was said. */
static inline int said_has(const char *text)
{
	if (strstr(said_text, text))
		return 1;
	printf("    # wanted: %s\n    # was said: %s\n", text,
	       said_text[0] ? said_text : "nothing");
	return 0;
}

#endif /* TESTS_HOST_SAID_H */
