/* SPDX-License-Identifier: MIT */
/*
 * Lines typed before: the strings one behind the other in a fixed buffer, oldest first. Pure.
 */
#ifndef MONITOR_HISTORY_H
#define MONITOR_HISTORY_H

#include "lib/types.h"

struct history {
	char *bytes; /* the caller's */
	size_t size; /* of it */
	size_t used; /* bytes in use, each line's '\0' counted */
	unsigned int count;
};

/*
 * Adds LINE as the newest, dropping the oldest ones as needed. An empty line, one equal to the
 * newest, and one that cannot fit at all are not added.
 */
void history_add(struct history *history, const char *line);

/* The line BACK steps ago: 1 is the newest, count the oldest; else NULL. Valid until the next add.
 */
const char *history_get(const struct history *history, unsigned int back);

#endif
