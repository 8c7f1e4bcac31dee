/* SPDX-License-Identifier: MIT */
/*
 * Tab completion: which command the cursor is in, and which word of it.
 *
 * Only words without quotes are completed; names and symbols need none. A word longer than
 * WORD_MAX is not completed.
 */
#include "monitor/complete.h"

#include "lib/string.h"

#define WORD_MAX 64

void monitor_complete_word(const char *word, const char *prefix, monitor_add_t add, void *arg)
{
	if (!strncmp(word, prefix, strlen(prefix)))
		add(word, arg);
}

void monitor_complete_commands(const char *prefix, monitor_add_t add, void *arg)
{
	const struct monitor_command *c;

	for (c = monitor_next(NULL); c; c = monitor_next(c->name))
		monitor_complete_word(c->name, prefix, add, arg);
}

/* The command named by the word of N bytes at NAME. */
static const struct monitor_command *command_at(const char *name, size_t n)
{
	char word[WORD_MAX];

	if (n >= sizeof(word))
		return NULL;
	memcpy(word, name, n);
	word[n] = '\0';
	return monitor_find(word);
}

size_t monitor_complete(const char *line, size_t cursor, monitor_add_t add, void *arg)
{
	size_t command = cursor, word = cursor, end;
	const struct monitor_command *c;
	char prefix[WORD_MAX];

	while (command && line[command - 1] != ';')
		command--;
	command += strspn(line + command, " ");
	while (word && line[word - 1] != ' ' && line[word - 1] != ';')
		word--;
	if (cursor - word >= sizeof(prefix))
		return cursor - word;
	memcpy(prefix, line + word, cursor - word);
	prefix[cursor - word] = '\0';

	if (word <= command) {
		monitor_complete_commands(prefix, add, arg);
	} else {
		end = command + strcspn(line + command, " ;");
		c = command_at(line + command, end - command);
		if (c && c->complete)
			c->complete(prefix, add, arg);
	}
	return cursor - word;
}
