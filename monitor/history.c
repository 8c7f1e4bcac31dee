/* SPDX-License-Identifier: MIT */
/*
 * The history buffer: see history.h. Few lines and rare calls, so it is moved and searched
 * in the plainest way.
 */
#include "monitor/history.h"

#include "lib/string.h"

static void drop_oldest(struct history *history)
{
	size_t n = strlen(history->bytes) + 1;

	history->used -= n;
	history->count--;
	memmove(history->bytes, history->bytes + n, history->used);
}

void history_add(struct history *history, const char *line)
{
	const char *newest = history_get(history, 1);
	size_t n = strlen(line) + 1;

	if (n == 1 || n > history->size || (newest && !strcmp(newest, line)))
		return;
	while (history->size - history->used < n)
		drop_oldest(history);
	memcpy(history->bytes + history->used, line, n);
	history->used += n;
	history->count++;
}

const char *history_get(const struct history *history, unsigned int back)
{
	const char *line = history->bytes;
	unsigned int skip;

	if (!back || back > history->count)
		return NULL;
	for (skip = history->count - back; skip; skip--)
		line += strlen(line) + 1;
	return line;
}
