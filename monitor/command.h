/* SPDX-License-Identifier: MIT */
/*
 * Commands of the monitor: how to declare one, and how to run a line of them.
 */
#ifndef MONITOR_COMMAND_H
#define MONITOR_COMMAND_H

#include "lib/compiler.h"
#include "lib/types.h"

#define MONITOR_LINE_MAX 16383 /* bytes of a line, without its '\0' */
#define MONITOR_WORDS    64    /* of a command, its name included */

/* Takes one word that could stand where the cursor is. */
typedef void (*monitor_add_t)(const char *word, void *arg);

struct monitor_command {
	const char *name;
	/*
	 * Does the work. argv[0] is the name, argv[argc] is NULL; the words may be changed. Returns
	 * 0, or anything else if it failed and has said why. Thread context, interrupts on.
	 */
	int (*fn)(int argc, char **argv);
	const char *usage; /* the arguments, as "[-l] ADDRESS"; "": takes none */
	const char *help;  /* one line; what follows a '\n' is shown by `help NAME` only */
	/* Calls add(word, arg) for each argument beginning with PREFIX. May be NULL. */
	void (*complete)(const char *prefix, monitor_add_t add, void *arg);
};

/*
 * Declares a command, at file scope: MONITOR_COMMAND(peek, cmd_peek, "ADDRESS", "shows memory");
 * the first argument is the bare name. The second form also completes arguments.
 */
#define MONITOR_COMMAND_COMPLETE(cmd, function, args, text, completer)                             \
	static const struct monitor_command __unique(__monitor_command_)                           \
	__used __section(".monitor_commands")                                                      \
		__aligned(sizeof(void *)) = {.name = #cmd,                                         \
					     .fn = (function),                                     \
					     .usage = (args),                                      \
					     .help = (text),                                       \
					     .complete = (completer)}
#define MONITOR_COMMAND(cmd, function, args, text)                                                 \
	MONITOR_COMMAND_COMPLETE(cmd, function, args, text, NULL)

/* The table of the image, from linker.ld, in no particular order. */
extern const struct monitor_command __monitor_commands_start[], __monitor_commands_end[];
#define for_each_monitor_command(c)                                                                \
	for ((c) = __monitor_commands_start; (c) < __monitor_commands_end; (c)++)

/* The command called NAME, or NULL. */
const struct monitor_command *monitor_find(const char *name);

/* The command that follows NAME in the alphabet (NULL: the first), or NULL. */
const struct monitor_command *monitor_next(const char *name);

/*
 * Runs a line: commands separated by `;`, one after the other, also after one that failed.
 * Returns 0 if all succeeded, else 1. An empty line succeeds. Thread context. A command may call
 * it again, up to three levels deep.
 */
int monitor_execute(const char *line);

/*
 * The same, with each command first shown as "loft> COMMAND" on a line of its own; those that fail
 * are counted, and the run with them.
 */
int monitor_execute_aloud(const char *line);

/* Counts COMMAND, of N bytes, as one that failed, and marks the run as failed. */
void monitor_count_failure(const char *command, size_t n);

/*
 * Says how many commands were counted, and which was the first, in one line that run-qemu.sh
 * quotes; nothing if there were none. Before the machine stops or starts anew.
 */
void monitor_report_failures(void);

/* Prints the usage line of the command called NAME. Returns 1, for `return monitor_usage(...)`. */
int monitor_usage(const char *name);

#define MONITOR_PROMPT "loft> "

#endif
