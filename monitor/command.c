/* SPDX-License-Identifier: MIT */
/*
 * From a line to calls: finds commands in the linker's table, splits their words, and says what is
 * wrong with those that cannot run.
 *
 * Running must not depend on an allocator, so each level of nesting has a static buffer for its
 * words: the line typed, a command that runs lines itself (a test of the monitor), and one spare.
 */
#include "monitor/command.h"

#include "kernel/console/console.h"
#include "kernel/cpu/power.h"
#include "lib/errno.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "monitor/suggest.h"
#include "monitor/words.h"

#define DEPTH_MAX    3
#define DISTANCE_MAX 2 /* typing errors that a suggestion forgives */
#define FAILURE_TEXT 80

static char buffers[DEPTH_MAX][sizeof(MONITOR_PROMPT) + MONITOR_LINE_MAX + 1];
static unsigned int depth;

/* Only the task `init` runs lines aloud: no lock. */
static struct {
	unsigned int count;
	char first[FAILURE_TEXT];
} failures;

/* The verdict is due now: the next command may be poweroff, which does not come back. */
void monitor_count_failure(const char *command, size_t n)
{
	verdict_fail();
	if (!failures.count++)
		snprintf(failures.first, sizeof(failures.first), "%.*s", (int)n, command);
}

void monitor_report_failures(void)
{
	if (failures.count)
		console_line("monitor: %u command%s failed, first: %s", failures.count,
			     failures.count == 1 ? "" : "s", failures.first);
}

const struct monitor_command *monitor_find(const char *name)
{
	const struct monitor_command *c;

	for_each_monitor_command(c)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

const struct monitor_command *monitor_next(const char *name)
{
	const struct monitor_command *c, *best = NULL;

	for_each_monitor_command(c)
		if ((!name || strcmp(c->name, name) > 0) &&
		    (!best || strcmp(c->name, best->name) < 0))
			best = c;
	return best;
}

int monitor_usage(const char *name)
{
	const struct monitor_command *c = monitor_find(name);

	if (c)
		console_line("usage: %s%s%s", name, *c->usage ? " " : "", c->usage);
	return 1;
}

/* How far NAME, as typed, is from the name of C; UINT_MAX: too far to be meant. */
static unsigned int typing_distance(const char *name, const struct monitor_command *c)
{
	unsigned int distance = edit_distance(name, c->name);
	size_t n = strlen(name);

	if (n > 1 && str_has_prefix(c->name, name))
		return 0;
	return distance <= DISTANCE_MAX && distance < n ? distance : UINT_MAX;
}

/* The command whose name is nearest to NAME, or NULL if none is near. */
static const struct monitor_command *nearest(const char *name)
{
	const struct monitor_command *c, *best = NULL;
	unsigned int least = UINT_MAX;

	for (c = monitor_next(NULL); c; c = monitor_next(c->name)) {
		if (typing_distance(name, c) >= least)
			continue;
		least = typing_distance(name, c);
		best = c;
	}
	return best;
}

static int unknown(const char *name)
{
	const struct monitor_command *c = nearest(name);

	if (c)
		console_line("%s: unknown command; did you mean '%s'?", name, c->name);
	else
		console_line("%s: unknown command; 'help' lists all", name);
	return 1;
}

/* Runs one command, already split into ARGC words. */
static int run(int argc, char **argv)
{
	const struct monitor_command *c = monitor_find(argv[0]);
	char *help[] = {(char[]){"help"}, argv[0], NULL};

	if (!c)
		return unknown(argv[0]);
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return run(2, help);
	if (argc > 1 && !*c->usage) {
		console_line("%s: takes no arguments", argv[0]);
		return 1;
	}
	return c->fn(argc, argv) ? 1 : 0;
}

/* Shows the command of N bytes at TEXT as a line of its own, in one piece. */
static void show(char *buffer, const char *text, size_t n)
{
	size_t prompt = strlen(MONITOR_PROMPT);

	memcpy(buffer, MONITOR_PROMPT, prompt);
	memcpy(buffer + prompt, text, n);
	buffer[prompt + n] = '\n';
	console_put_line(buffer, prompt + n + 1);
}

/* Runs the command of N bytes at TEXT. */
static int execute_one(const char *text, size_t n, bool aloud)
{
	unsigned int level = depth;
	char *argv[MONITOR_WORDS + 1];
	int argc, result;

	if (level == DEPTH_MAX || n > MONITOR_LINE_MAX) {
		console_line("monitor: %s",
			     n > MONITOR_LINE_MAX ? "command too long" : "nested too deep");
		return 1;
	}
	if (aloud)
		show(buffers[level], text, n);
	memcpy(buffers[level], text, n);
	buffers[level][n] = '\0';
	argc = words_split(buffers[level], argv, MONITOR_WORDS);
	if (argc < 0) {
		console_line("monitor: %s",
			     argc == -E2BIG ? "more than " __stringify(MONITOR_WORDS) " words"
					    : "a quote is not closed");
		return 1;
	}
	argv[argc] = NULL;
	depth = level + 1;
	result = run(argc, argv);
	depth = level; /* also if a test unwound out of levels above */
	return result;
}

static int execute(const char *line, bool aloud)
{
	const char *text;
	int failed = 0;
	size_t n;

	while ((text = words_command(&line, &n))) {
		if (!execute_one(text, n, aloud))
			continue;
		failed = 1;
		if (aloud)
			monitor_count_failure(text, n);
	}
	return failed;
}

int monitor_execute(const char *line)
{
	return execute(line, false);
}

int monitor_execute_aloud(const char *line)
{
	return execute(line, true);
}
