/* SPDX-License-Identifier: MIT */
/*
 * Proves of the watches: a CPU that is stuck and a task that hangs are reported, by name and place;
 * a CPU that is only busy and a task that only sleeps are not. The limits are lowered to some
 * ticks; nothing here depends on how long these are.
 */
#include "kernel/sync/watchdog.h"
#include "kernel/sync/delay.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/wait.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "kernel/console/symbols.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define LIMIT 8
#define TRIES 20 /* of what a busy host can spoil */

static unsigned int limits[2];

static int lower_limits(struct kunit *test)
{
	limits[0] = soft_lockup_ticks;
	limits[1] = hung_task_ticks;
	return 0;
}

static void restore_limits(struct kunit *test)
{
	soft_lockup_ticks = limits[0];
	hung_task_watch(limits[1]);
}

static void stuck_cpus_are_reported(struct kunit *test)
{
	unsigned int before = soft_lockup_reports;

	KUNIT_EXPECT_WARN(test, "watchdog: BUG: soft lockup - CPU#*stuck for *", {
		preempt_disable();
		touch_softlockup_watchdog();
		mdelay(6); /* the limit counts from the next tick on, not from the first */
		soft_lockup_ticks = LIMIT;
		wait_until(READ_ONCE(soft_lockup_reports) != before);
		soft_lockup_ticks = limits[0];
		preempt_enable();
	});
	KUNIT_EXPECT_EQ(test, soft_lockup_reports, before + 1);
}

/* Busy, but always ready to let others run. */
static void busy_cpus_are_not(struct kunit *test)
{
	unsigned long first;

	migrate_disable();
	first = tick_count(smp_processor_id());
	soft_lockup_ticks = LIMIT;
	KUNIT_EXPECT_TRUE(test, wait_until(tick_count(smp_processor_id()) - first > 4 * LIMIT));
	migrate_enable();
}

static DECLARE_WAIT_QUEUE_HEAD(forgotten);
static bool remembered;

static noinline void waits_for_ever(void)
{
	wait_event(forgotten, READ_ONCE(remembered));
}

static int hanging_thread(void *data)
{
	waits_for_ever();
	return 0;
}

static void hung_tasks_are_reported(struct kunit *test)
{
	unsigned int before = hung_task_reports;
	unsigned long offset, size;
	struct task_struct *task;
	const char *name;

	remembered = false;
	task = thread_go(test, kthread_create(hanging_thread, NULL, "hangs"));
	KUNIT_EXPECT_TRUE(test, wait_until_idle(task_state_char(task) == 'D'));
	hung_task_watch(LIMIT);
	KUNIT_EXPECT_TRUE(test, wait_until_idle(READ_ONCE(hung_task_reports) != before));
	hung_task_watch(limits[1]);
	KUNIT_EXPECT_EQ(test, hung_task_last_pid, task->pid);
	name = symbol_lookup(hung_task_last_wchan, &offset, &size);
	KUNIT_EXPECT_STREQ(test, name ? name : "?", "waits_for_ever");
	WRITE_ONCE(remembered, true);
	wake_up(&forgotten);
	thread_end(task);
}

static int idle_thread(void *data)
{
	wait_event_idle(forgotten, READ_ONCE(remembered));
	return 0;
}

/* One task asleep in state I, and one in D with a wake-up now and then: is neither reported? */
static bool sleepers_stay_unnoticed(struct kunit *test)
{
	unsigned int before = hung_task_reports;
	struct task_struct *task;
	bool unnoticed;

	remembered = false;
	task = thread_go(test, kthread_create(idle_thread, NULL, "idles"));
	hung_task_watch(LIMIT);
	for (unsigned int i = 0; i < 2 * LIMIT; i++)
		schedule_timeout_uninterruptible(2);
	hung_task_watch(limits[1]);
	unnoticed = hung_task_reports == before;
	WRITE_ONCE(remembered, true);
	wake_up(&forgotten);
	thread_end(task);
	return unnoticed;
}

/*
 * A host that stops this CPU for longer than the limit keeps the second task from being woken, and
 * that is a hang, hence the tries: each has tasks of its own, which a fault would report again.
 */
static void sleeping_tasks_are_not(struct kunit *test)
{
	int tries = 0;

	while (tries < TRIES && !sleepers_stay_unnoticed(test))
		tries++;
	KUNIT_EXPECT_LT(test, tries, TRIES);
}

static struct kunit_case watchdog_cases[] = {
	KUNIT_CASE_SLOW(stuck_cpus_are_reported),
	KUNIT_CASE_SLOW(busy_cpus_are_not),
	KUNIT_CASE_SLOW(hung_tasks_are_reported),
	KUNIT_CASE_SLOW(sleeping_tasks_are_not),
	{},
};

static struct kunit_suite watchdog_suite = {
	.name = "sync_watchdog",
	.init = lower_limits,
	.exit = restore_limits,
	.test_cases = watchdog_cases,
};
kunit_test_suite(watchdog_suite);
