/* SPDX-License-Identifier: MIT */
/*
 * Monitor command slabinfo: the caches of the slab allocator.
 */
#include "kernel/console/printk.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/slabinfo.h"
#include "monitor/command.h"

static int cmd_slabinfo(int argc, char **argv)
{
	unsigned long n;

	if (argc == 1) {
		slabinfo_show(console_line);
		return 0;
	}
	if (argc > 2)
		return monitor_usage(argv[0]);
	if (strlen(argv[1]) != 2 || argv[1][0] != '-') {
		console_line("slabinfo: '%s' is none of -v -s", argv[1]);
		return 1;
	}
	switch (argv[1][1]) {
	case 'v':
		n = slabinfo_validate(console_line);
		console_line("all caches looked at: %lu reports", n);
		return n != 0;
	case 's':
		console_line("%lu pages came free", slab_shrink_all());
		return 0;
	default:
		console_line("slabinfo: '%s' is none of -v -s", argv[1]);
		return 1;
	}
}
MONITOR_COMMAND(
	slabinfo, cmd_slabinfo, "[-v | -s]",
	"the slab caches, as /proc/slabinfo; -v checks all objects, -s gives free pages back");
