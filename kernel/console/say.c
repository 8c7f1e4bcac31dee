/* SPDX-License-Identifier: MIT */
/*
 * From struct boot_say to printk: see say.h.
 */
#include "kernel/console/say.h"
#include "kernel/console/printk.h"
#include "lib/printf.h"

static void __printf(2, 3) warn_line(void *ctx, const char *fmt, ...)
{
	char line[SAY_MAX + 1];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	pr_warn("%s\n", line);
}

const struct boot_say say_warnings = {warn_line, NULL};
