/* SPDX-License-Identifier: MIT */
/*
 * demo: what there is to see, by name.
 */
#include "kernel/console/console.h"
#include "lib/compiler.h"
#include "lib/string.h"
#include "monitor/command.h"
#include "monitor/demo.h"

static const struct {
	const char *name;
	int (*show)(void);
	const char *help;
} demos[] = {
	{"highmem", demo_highmem, "one page through every kind of mapping, with entries and costs"},
};

static int cmd_demo(int argc, char **argv)
{
	for (unsigned int i = 0; argc == 2 && i < ARRAY_SIZE(demos); i++)
		if (strcmp(argv[1], demos[i].name) == 0)
			return demos[i].show();
	if (argc == 2)
		console_line("demo: there is no \"%s\"", argv[1]);
	for (unsigned int i = 0; i < ARRAY_SIZE(demos); i++)
		console_line("demo %s: %s", demos[i].name, demos[i].help);
	return argc != 1;
}
MONITOR_COMMAND(demo, cmd_demo, "[NAME]", "shows a part of loft at work");
