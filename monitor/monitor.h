/* SPDX-License-Identifier: MIT */
/*
 * The monitor: the last step of the boot. See monitor.c.
 */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "lib/compiler.h"

/*
 * Runs exec="..." if the command line had it, or reads commands from the console, and powers off
 * when they end. Thread context, interrupts on.
 */
void monitor_run(void) __noreturn;

#endif
