/* SPDX-License-Identifier: MIT */
/*
 * Proves: waiting for the end of a work and cancelling it really wait, and so does a delay; it
 * never runs twice at once; blocked workers hold up nobody.
 *
 * The work is a job with a gate: while that is closed, whoever runs it stays inside.
 */
#include "kernel/cpu/traps.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue.h"
#include "lib/string.h"
#include "proc/workqueue.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

struct job {
	struct work_struct work;
	struct delayed_work late;
	unsigned int ran, inside, overlaps;
	bool again;
	bool again_late; /* once */
	bool gate;       /* closed: the work stays inside */
};

static struct job job;

static void do_job(struct work_struct *work)
{
	if (READ_ONCE(job.inside))
		job.overlaps++;
	WRITE_ONCE(job.inside, 1);
	while (READ_ONCE(job.gate))
		schedule_timeout_uninterruptible(1);
	WRITE_ONCE(job.inside, 0);
	WRITE_ONCE(job.ran, job.ran + 1);
	if (READ_ONCE(job.again))
		schedule_work(work);
	if (READ_ONCE(job.again_late)) {
		WRITE_ONCE(job.again_late, false);
		mod_delayed_work(system_wq, &job.late, 0);
	}
}

static int cancel_init(struct kunit *test)
{
	memset(&job, 0, sizeof(job));
	INIT_WORK(&job.work, do_job);
	INIT_DELAYED_WORK(&job.late, do_job);
	return 0;
}

/*
 * Opens the gate the third time it fires. A host that stops this CPU for a while makes one firing
 * late, not three: whoever arms it and goes on to wait is waiting when the gate opens.
 */
static unsigned int openings;

static void open_gate(struct timer_list *timer)
{
	if (++openings < 3)
		mod_timer(timer, jiffies + 1);
	else
		WRITE_ONCE(job.gate, false);
}
static DEFINE_TIMER(opener, open_gate);

static void open_gate_later(void)
{
	openings = 0;
	mod_timer(&opener, jiffies + 1);
}

static void flush_waits_for_the_end(struct kunit *test)
{
	job.gate = true;
	KUNIT_EXPECT_FALSE(test, flush_work(&job.work));
	schedule_work(&job.work);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(job.inside)));
	KUNIT_EXPECT_EQ(test, work_busy(&job.work), (unsigned int)WORK_BUSY_RUNNING);
	schedule_work(&job.work); /* once more, while it runs */
	KUNIT_EXPECT_EQ(test, work_busy(&job.work),
			(unsigned int)(WORK_BUSY_RUNNING | WORK_BUSY_PENDING));
	open_gate_later();
	KUNIT_EXPECT_TRUE(test, flush_work(&job.work));
	KUNIT_EXPECT_EQ(test, READ_ONCE(job.ran), 2u);
	KUNIT_EXPECT_EQ(test, job.overlaps, 0u);
	job.gate = false;
	del_timer_sync(&opener);
	workqueue_settle();
}

static void cancel_waits_for_the_end(struct kunit *test)
{
	unsigned int ran;

	job.gate = job.again = true;
	schedule_work(&job.work);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(job.inside)));
	open_gate_later();
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&job.work));
	ran = job.ran;
	KUNIT_EXPECT_EQ(test, ran, 1u);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(job.inside));
	KUNIT_EXPECT_FALSE(test, work_pending(&job.work));
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.ran, ran);
	job.again = false;
	preempt_disable();
	schedule_work(&job.work);
	KUNIT_EXPECT_TRUE(test, cancel_work(&job.work));
	preempt_enable();
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.ran, ran);
	del_timer_sync(&opener);
}

static void delays_are_kept(struct kunit *test)
{
	unsigned long start = jiffies;

	local_bh_disable(); /* however long the host lets us wait here, the timer waits too */
	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&job.late, 3));
	KUNIT_EXPECT_FALSE(test, schedule_delayed_work(&job.late, 1));
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&job.late));
	local_bh_enable();
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(job.ran) == 1));
	KUNIT_EXPECT_GE(test, jiffies - start, 3ul);
	workqueue_settle();

	schedule_delayed_work(&job.late, 100000);
	KUNIT_EXPECT_TRUE(test, mod_delayed_work(system_wq, &job.late, 200000));
	KUNIT_EXPECT_TRUE(test, flush_delayed_work(&job.late));
	KUNIT_EXPECT_EQ(test, job.ran, 2u);
	schedule_delayed_work(&job.late, 100000);
	KUNIT_EXPECT_TRUE(test, cancel_delayed_work_sync(&job.late));
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work_sync(&job.late));
	KUNIT_EXPECT_FALSE(test, mod_delayed_work(system_wq, &job.late, 0));
	flush_delayed_work(&job.late);
	KUNIT_EXPECT_EQ(test, job.ran, 3u);
}

static atomic_t cancelling, cancelled;

static int cancel_late_job(void *unused)
{
	atomic_inc(&cancelling);
	cancel_delayed_work_sync(&job.late);
	atomic_inc(&cancelled);
	return 0;
}

static bool all_wait(struct task_struct **task, int nr)
{
	while (nr--)
		if (task_is_running(task[nr]))
			return false;
	return delayed_work_pending(&job.late);
}

/*
 * Threads sleep in cancel_delayed_work_sync(): nobody can queue it meanwhile, not even the work
 * itself; and who must not wait, because he may be what they wait for, is told so at once.
 */
static void cancelled_work_is_not_queued(struct kunit *test)
{
	struct task_struct *task[2];
	bool changed, queued, taken;

	atomic_set(&cancelling, 0);
	atomic_set(&cancelled, 0);
	job.gate = job.again_late = true;
	schedule_delayed_work(&job.late, 0);
	KUNIT_ASSERT_TRUE(test, wait_until_sleeping(READ_ONCE(job.inside)));
	for (int i = 0; i < 2; i++)
		task[i] = thread_go(test, kthread_create(cancel_late_job, NULL, "cancel/%d", i));
	KUNIT_EXPECT_TRUE(test,
			  wait_until_sleeping(atomic_read(&cancelling) == 2 && all_wait(task, 2)));
	local_bh_disable();
	changed = mod_delayed_work(system_wq, &job.late, 100000);
	queued = schedule_delayed_work(&job.late, 0);
	taken = cancel_delayed_work(&job.late);
	if (timer_pending(&job.late.timer)) /* twice would be too much */
		job.again_late = false;
	local_bh_enable();
	KUNIT_EXPECT_TRUE(test, changed);
	KUNIT_EXPECT_FALSE(test, queued);
	KUNIT_EXPECT_FALSE(test, taken);
	KUNIT_EXPECT_EQ(test, atomic_read(&cancelled), 0);
	WRITE_ONCE(job.gate, false);
	for (int i = 0; i < 2; i++)
		thread_end(task[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&cancelled), 2);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.ran, 1u);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&job.late));
	KUNIT_EXPECT_EQ(test, del_timer_sync(&job.late.timer), 0);
}

static unsigned int interruptions;

static void interrupt_queueing(struct pt_regs *regs)
{
	if (!(regs->eflags & EFLAGS_IF))
		return;
	interruptions++;
	cancel_delayed_work(&job.late);
}

static void queue_in_each_way(void *unused)
{
	schedule_delayed_work(&job.late, 100000);
	mod_delayed_work(system_wq, &job.late, 100000);
	schedule_work(&job.late.work);
}

/* An interrupt takes the work back, after whichever instruction it comes. */
static void interrupts_cancel_at_any_point(struct kunit *test)
{
	interruptions = 0;
	preempt_disable(); /* the worker shall not come to it */
	trap_step(queue_in_each_way, NULL, interrupt_queueing);
	cancel_delayed_work(&job.late);
	preempt_enable();
	KUNIT_EXPECT_GE(test, interruptions, 10u);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.ran, 0u);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&job.late));
}

/* All workers of a CPU wait for a work that is queued behind theirs: somebody must come to it. */
static unsigned int blocked;

static void wait_for_gate(struct work_struct *work)
{
	blocked++;
	wait_until_sleeping(!READ_ONCE(job.gate));
	blocked--;
}

static void open_by_work(struct work_struct *work)
{
	WRITE_ONCE(job.gate, false);
}

static void blocked_workers_are_helped(struct kunit *test)
{
	static struct work_struct waiter[4], last;

	job.gate = true;
	blocked = 0;
	migrate_disable();
	for (unsigned int i = 0; i < ARRAY_SIZE(waiter); i++) {
		INIT_WORK(&waiter[i], wait_for_gate);
		schedule_work(&waiter[i]);
	}
	INIT_WORK(&last, open_by_work);
	schedule_work(&last);
	migrate_enable();
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(!READ_ONCE(job.gate)));
	job.gate = false;
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, blocked, 0u);
}

/* Queued from one CPU after the other while it still runs: it must never run twice at once. */
static void never_twice_at_once(struct kunit *test)
{
	unsigned int cpu, queued = 0;

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU");
	for (unsigned int round = 0; round < 20 && !job.overlaps; round++) {
		job.gate = true;
		for_each_online_cpu(cpu)
		{
			queued += schedule_work_on((int)cpu, &job.work);
			wait_until_sleeping(READ_ONCE(job.inside));
		}
		WRITE_ONCE(job.gate, false);
		flush_work(&job.work);
	}
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.overlaps, 0u);
	KUNIT_EXPECT_EQ(test, job.ran, queued);
}

/*
 * A work's memory is its own when it is called: what lies there next, with another function, is
 * another work. Memory given back and asked for again comes to the same; here nothing can come in
 * between.
 */
static void do_next(struct work_struct *work)
{
	job.ran++;
}

static void be_another(struct work_struct *work)
{
	INIT_WORK(work, do_next);
	job.inside = schedule_work(work);
	job.again = flush_work(work);
	job.overlaps = job.ran;
}

static void memory_used_again_is_another_work(struct kunit *test)
{
	INIT_WORK(&job.work, be_another);
	schedule_work(&job.work);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, job.inside, 1u);
	KUNIT_EXPECT_TRUE(test, job.again);
	KUNIT_EXPECT_EQ(test, job.overlaps, 1u); /* before the first one had ended */
	KUNIT_EXPECT_EQ(test, job.ran, 1u);
}

static struct kunit_case cancel_cases[] = {
	KUNIT_CASE_SLOW(flush_waits_for_the_end),
	KUNIT_CASE_SLOW(cancel_waits_for_the_end),
	KUNIT_CASE_SLOW(delays_are_kept),
	KUNIT_CASE_SLOW(cancelled_work_is_not_queued),
	KUNIT_CASE_SLOW(interrupts_cancel_at_any_point),
	KUNIT_CASE_SLOW(blocked_workers_are_helped),
	KUNIT_CASE_SLOW(never_twice_at_once),
	KUNIT_CASE_SLOW(memory_used_again_is_another_work),
	{},
};

static struct kunit_suite cancel_suite = {
	.name = "sync_work_cancel",
	.init = cancel_init,
	.test_cases = cancel_cases,
	.quick = true,
};
kunit_test_suite(cancel_suite);
