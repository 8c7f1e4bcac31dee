/* SPDX-License-Identifier: MIT */
/*
 * Writes KTAP lines: see tests/ktap.h. Every line is put together in a buffer on the stack, so
 * that two CPUs which report at once do not mix, and goes out by one call.
 */
#include "tests/ktap.h"

#include "lib/div64.h"
#include "lib/printf.h"
#include "lib/string.h"

/* One line out of the LENGTH characters at TEXT. */
static void ktap_line(struct ktap_sink *sink, enum ktap_kind kind, unsigned int indent,
		      const char *text, size_t length)
{
	char line[KTAP_LINE_SIZE];
	const char *mark = kind == KTAP_STRUCTURE ? "" : "# ";
	size_t start, i;

	if (sink->quiet && kind != KTAP_PROBLEM)
		return;
	start = scnprintf(line, sizeof(line), "%*s%s", sink->quiet ? 0 : (int)indent, "", mark);
	scnprintf(line + start, sizeof(line) - start, "%.*s", (int)length, text);
	for (i = start; line[i]; i++)
		if ((unsigned char)line[i] < ' ')
			line[i] = ' ';
	sink->line(sink, line);
}

void ktap_vprintf(struct ktap_sink *sink, enum ktap_kind kind, unsigned int indent, const char *fmt,
		  va_list args)
{
	char text[KTAP_LINE_SIZE * 2];
	const char *at = text;
	const char *end;

	vsnprintf(text, sizeof(text), fmt, args);
	if (kind == KTAP_STRUCTURE) {
		ktap_line(sink, kind, indent, text, strlen(text));
		return;
	}
	do {
		end = strchrnul(at, '\n');
		ktap_line(sink, kind, indent, at, (size_t)(end - at));
		at = *end ? end + 1 : end;
	} while (*at);
}

void ktap_printf(struct ktap_sink *sink, enum ktap_kind kind, unsigned int indent, const char *fmt,
		 ...)
{
	va_list args;

	va_start(args, fmt);
	ktap_vprintf(sink, kind, indent, fmt, args);
	va_end(args);
}

void ktap_result(struct ktap_sink *sink, unsigned int indent, enum kunit_status status,
		 unsigned int number, const char *name, const char *comment)
{
	bool ok = status == KUNIT_SUCCESS || status == KUNIT_SKIPPED;
	const char *directive = "";

	if (status == KUNIT_SKIPPED)
		directive = " # SKIP ";
	else if (status == KUNIT_ERROR)
		directive = " # ERROR ";
	ktap_printf(sink, KTAP_STRUCTURE, indent, "%s %u %s%s%s", ok ? "ok" : "not ok", number,
		    name, directive, *directive ? comment : "");
}

void ktap_seconds(struct ktap_sink *sink, unsigned int indent, const char *name, u64 ns)
{
	u64 us = div_u64(ns, 1000);
	u32 fraction;
	u64 seconds = div_u64_rem(us, 1000000, &fraction);

	ktap_printf(sink, KTAP_INFORMATION, indent, "%s.seconds: %llu.%06u", name, seconds,
		    fraction);
}
