/* SPDX-License-Identifier: MIT */
/*
 * Watching for CPUs and tasks that do not come on. See watchdog.c.
 */
#ifndef KERNEL_SYNC_WATCHDOG_H
#define KERNEL_SYNC_WATCHDOG_H

#include "lib/types.h"

/*
 * The limits, in ticks; 0: nobody watches. soft_lockup_ticks: a CPU that is found in code that
 * cannot be preempted by so many ticks in a row. hung_task_ticks: a task that stays in state D for
 * so many. Tests lower them, by the functions.
 */
extern unsigned int soft_lockup_ticks, hung_task_ticks;
void hung_task_watch(unsigned int ticks);

/* touch_softlockup_watchdog() - what this CPU does takes long, and is meant to. Any context. */
void touch_softlockup_watchdog(void);

/* Reports so far, and whom the last one about a task was about. */
extern unsigned int soft_lockup_reports, hung_task_reports;
extern int hung_task_last_pid;
extern unsigned long hung_task_last_wchan;

/* watchdog_init() - the watch over tasks. Once, after tick_init(). */
void watchdog_init(void);

/* watchdog_tick() - from each CPU's tick; @preemptible: what it interrupted could be preempted. */
void watchdog_tick(bool preemptible);

#endif
