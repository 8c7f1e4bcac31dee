/* SPDX-License-Identifier: MIT */
/*
 * What Tab offers at the prompt.
 */
#ifndef MONITOR_COMPLETE_H
#define MONITOR_COMPLETE_H

#include "monitor/command.h"

/*
 * For struct lineedit: offers command names where a command begins, else what the command's own
 * hook offers. Returns the length of the word that ends at CURSOR.
 */
size_t monitor_complete(const char *line, size_t cursor, monitor_add_t add, void *arg);

/* Adds the names of all commands that begin with PREFIX. */
void monitor_complete_commands(const char *prefix, monitor_add_t add, void *arg);

/* Adds WORD if it begins with PREFIX. */
void monitor_complete_word(const char *word, const char *prefix, monitor_add_t add, void *arg);

#endif
