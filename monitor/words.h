/* SPDX-License-Identifier: MIT */
/*
 * A line taken apart: into commands at each `;`, and a command into words.
 *
 * Words are separated by blanks. Between single quotes everything stands for itself; between
 * double quotes all but \" and \\ does; elsewhere a backslash takes the meaning from the next
 * character. A # that begins a word begins a comment up to the end of the line. Pure.
 */
#ifndef MONITOR_WORDS_H
#define MONITOR_WORDS_H

#include "lib/types.h"

/*
 * Finds the next command in the line at *CURSOR and moves the cursor behind it. Returns its first
 * byte and its length in *LENGTH, without blanks around it; empty commands are passed over. NULL
 * at the end of the line.
 */
const char *words_command(const char **cursor, size_t *length);

/*
 * Splits the terminated string TEXT, which is changed in place, into at most MAX words. Returns
 * their number; -EINVAL if a quote is not closed; -E2BIG if there are more.
 */
int words_split(char *text, char **words, int max);

/*
 * Where a word around offset AT of LINE begins or ends, for moving by words: runs of letters,
 * digits, '_' and bytes above 0x7f; the last form takes whatever lies between blanks.
 */
size_t words_before(const char *line, size_t at);
size_t words_after(const char *line, size_t at);
size_t words_blank_before(const char *line, size_t at);

#endif
