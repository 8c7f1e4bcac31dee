/* SPDX-License-Identifier: MIT */
/*
 * The monitor's view of lockdep: the classes of locks, how they are used, and what was found.
 */
#include "kernel/console/console.h"
#include "kernel/sync/lockdep.h"
#include "monitor/command.h"

static int cmd_locks(int argc, char **argv)
{
	lockdep_print_classes(console_line);
	return 0;
}
MONITOR_COMMAND(locks, cmd_locks, "", "classes of locks and how they are used (debug builds)");
