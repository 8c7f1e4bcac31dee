/* SPDX-License-Identifier: MIT */
/*
 * Two watches, which see that something is wrong when nobody else does.
 *
 * Soft lockup: a CPU that is in code that cannot be preempted, tick after tick, and switches to
 * nobody. It does not let its own tasks run, grace periods of RCU do not end, and whoever waits for
 * it waits. Locks are held for microseconds, so a tick that finds preemption off is rare, and
 * thousands in a row are a loop that does not end. (With interrupts off as well no tick comes: who
 * waits for a lock or a call says so then, kernel/sync/spinlock.c and kernel/cpu/smp.c.)
 *
 * Hung task: a task that is in state D, uninterruptible, and has not been switched to since the
 * last time it was looked at, for long: what it waits for has probably been forgotten. TASK_IDLE is
 * the state for those who wait for ever with good reason.
 *
 * Time is counted in ticks, and a tick that comes late counts for nothing: where the host stops the
 * machine or is slow, ticks come late, and the limits stretch with it.
 */
#include "kernel/sync/watchdog.h"
#include "boot/cmdline.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/switch.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/rq.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/timer.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"

#define LATE_TICKS 2  /* jiffies between two ticks of a CPU that are too many */
#define HUNG_MAX   4  /* reports of one look */
#define HUNG_DEPTH 16 /* lines of a backtrace */

unsigned int soft_lockup_ticks = 20 * HZ, hung_task_ticks = 120 * HZ;
unsigned int soft_lockup_reports, hung_task_reports;
int hung_task_last_pid;
unsigned long hung_task_last_wchan;

static int set_seconds(const char *value, unsigned int factor, unsigned int *ticks)
{
	unsigned int seconds;

	if (!value || kstrtouint(value, 0, &seconds) || seconds > 1000000)
		return -EINVAL;
	*ticks = seconds * factor * HZ;
	return 0;
}

static int set_watchdog_thresh(const char *value)
{
	return set_seconds(value, 2, &soft_lockup_ticks);
}
BOOT_PARAM("watchdog_thresh", set_watchdog_thresh,
	   "report a CPU that is stuck for twice so many seconds (default 10; 0: never)");

static int set_hung_task_timeout(const char *value)
{
	return set_seconds(value, 1, &hung_task_ticks);
}
BOOT_PARAM("hung_task_timeout", set_hung_task_timeout,
	   "report a task that waits in state D for so many seconds (default 120; 0: never)");

/* --- CPUs ------------------------------------------------------------------------------------- */

struct cpu_watch {
	unsigned int stuck;      /* ticks in a row */
	unsigned int reported;   /* how often meanwhile: each time it takes twice as many */
	unsigned long switches;  /* of its run queue, at the last tick */
	unsigned long last_tick; /* in jiffies */
	unsigned long on_time;   /* ticks, all in all */
};

static DEFINE_PER_CPU(struct cpu_watch, cpu_watch);

void touch_softlockup_watchdog(void)
{
	preempt_disable();
	this_cpu_ptr(&cpu_watch)->stuck = 0;
	this_cpu_ptr(&cpu_watch)->reported = 0;
	preempt_enable();
}

void watchdog_tick(bool preemptible)
{
	struct cpu_watch *w = this_cpu_ptr(&cpu_watch);
	unsigned long switches = this_rq()->nr_switches, now = jiffies;
	bool late = now - w->last_tick > LATE_TICKS;

	w->last_tick = now;
	if (preemptible || switches != w->switches) {
		w->switches = switches;
		w->stuck = w->reported = 0;
	}
	if (late)
		return;
	w->on_time++;
	if (preemptible || !soft_lockup_ticks || control(soft_lockup_unseen))
		return;
	if (++w->stuck >> w->reported < soft_lockup_ticks)
		return;
	w->reported++;
	soft_lockup_reports++;
	WARN(true, "watchdog: BUG: soft lockup - CPU#%u stuck for %us! [%s:%d]", smp_processor_id(),
	     w->stuck / HZ, current->comm, current->pid);
}

/* --- tasks ------------------------------------------------------------------------------------ */

struct hung {
	unsigned long now;
	unsigned int nr;
	struct task_struct *task[HUNG_MAX];
};

/* Under the list's lock. A task that was never switched to has not begun to wait. */
static bool look_at(struct task_struct *task, void *arg)
{
	unsigned long switches = READ_ONCE(task->nvcsw) + READ_ONCE(task->nivcsw);
	struct hung *hung = arg;

	if (READ_ONCE(task->__state) != TASK_UNINTERRUPTIBLE || !switches ||
	    switches != task->watched_switches) {
		task->watched_switches = switches;
		task->watched_since = hung->now;
	} else if (hung->now - task->watched_since >= hung_task_ticks && hung->nr < HUNG_MAX &&
		   !control(hung_task_unseen)) {
		task->watched_since = hung->now;
		hung->task[hung->nr++] = get_task_struct(task);
	}
	return true;
}

static void report(struct task_struct *task)
{
	unsigned long wchan = get_wchan(task), trace[HUNG_DEPTH];
	unsigned int depth;

	hung_task_last_pid = task->pid;
	hung_task_last_wchan = wchan;
	hung_task_reports++;
	pr_err("INFO: task %s:%d blocked for more than %u seconds, in %pS\n", task->comm, task->pid,
	       hung_task_ticks / HZ, (void *)wchan);
	depth = sched_stack_trace(task, trace, HUNG_DEPTH);
	for (unsigned int i = 0; i < depth; i++)
		pr_err(" [<%08lx>] %pB\n", trace[i], (void *)trace[i]);
}

static struct timer_list hung_timer;

static void look_at_all(struct timer_list *timer)
{
	struct hung hung = {.now = per_cpu(cpu_watch, hung_timer.cpu).on_time};

	if (!hung_task_ticks)
		return;
	for_each_task(look_at, &hung);
	for (unsigned int i = 0; i < hung.nr; i++) {
		report(hung.task[i]);
		put_task_struct(hung.task[i]);
	}
	mod_timer(timer, jiffies + max(hung_task_ticks / 4, 1u));
}

void hung_task_watch(unsigned int ticks)
{
	del_timer_sync(&hung_timer);
	hung_task_ticks = ticks;
	if (ticks)
		mod_timer(&hung_timer, jiffies + max(ticks / 4, 1u));
}

void watchdog_init(void)
{
	timer_setup(&hung_timer, look_at_all, TIMER_PINNED);
	hung_task_watch(hung_task_ticks);
}
