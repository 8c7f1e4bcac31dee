/* SPDX-License-Identifier: MIT */
/*
 * help: all commands in alphabetical order, or all there is to say about one.
 */
#include "kernel/console/console.h"
#include "lib/string.h"
#include "monitor/complete.h"

static void list_all(void)
{
	const struct monitor_command *c;
	int first_line;

	for (c = monitor_next(NULL); c; c = monitor_next(c->name)) {
		first_line = (int)(strchrnul(c->help, '\n') - c->help);
		console_line("  %-12s %.*s", c->name, first_line, c->help);
	}
	console_line("'help COMMAND' tells more. Commands can be put in one line with ';'.");
}

static int cmd_help(int argc, char **argv)
{
	const struct monitor_command *c;

	if (argc > 2)
		return monitor_usage(argv[0]);
	if (argc == 1) {
		list_all();
		return 0;
	}
	c = monitor_find(argv[1]);
	if (!c) {
		console_line("help: no command '%s'", argv[1]);
		return 1;
	}
	monitor_usage(c->name);
	console_line("%s", c->help);
	return 0;
}

MONITOR_COMMAND_COMPLETE(help, cmd_help, "[COMMAND]", "lists the commands, or explains one",
			 monitor_complete_commands);
