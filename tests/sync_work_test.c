/* SPDX-License-Identifier: MIT */
/*
 * Proves: lists fed without a lock keep all that they are given, and queued work runs once, in
 * order, and never in atomic context; waiting for it and cancelling it really wait; it never runs
 * twice at once; blocked workers hold up nobody.
 */
#include "kernel/cpu/irq.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue.h"
#include "lib/llist.h"
#include "lib/string.h"
#include "proc/kthread.h"
#include "proc/workqueue.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define FREE_IRQ 10
#define NODES    8

struct numbered {
	struct llist_node node;
	unsigned int number;
};

static void llist_keeps_all(struct kunit *test)
{
	static struct numbered item[NODES];
	struct llist_node *pos, *next;
	LLIST_HEAD(list);
	unsigned int n = 0;

	KUNIT_EXPECT_NULL(test, llist_del_all(&list));
	for (unsigned int i = 0; i < NODES; i++) {
		item[i].number = i;
		KUNIT_EXPECT_EQ(test, llist_add(&item[i].node, &list), i == 0);
	}
	llist_for_each_safe(pos, next, llist_reverse_order(llist_del_all(&list)))
	{
		KUNIT_EXPECT_EQ(test, llist_entry(pos, struct numbered, node)->number, n);
		pos->next = NULL;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, (unsigned int)NODES);
	KUNIT_EXPECT_TRUE(test, llist_empty(&list));
}

static unsigned int ran, order[4], count_in_work;

static void first(struct work_struct *work)
{
	count_in_work = preempt_count();
	order[ran++ & 3] = 1;
}

static void second(struct work_struct *work)
{
	order[ran++ & 3] = 2;
}

static DECLARE_WORK(first_work, first);
static DECLARE_WORK(second_work, second);

static void handler(unsigned int irq, void *arg)
{
	schedule_work(&first_work);
	schedule_work(&second_work);
	schedule_work(&first_work); /* waits already */
	workqueue_settle();         /* must do nothing here */
}

static void work_of_an_interrupt_runs_later(struct kunit *test)
{
	unsigned int at_once;

	ran = 0;
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, handler, "work", NULL), 0);
	preempt_disable();
	__asm__ volatile("int %0" : : "i"(FIRST_IRQ_VECTOR + FREE_IRQ) : "memory");
	workqueue_run();
	at_once = ran;
	preempt_enable();
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, at_once, 0u);
	flush_work(&first_work);
	flush_work(&second_work);
	KUNIT_ASSERT_EQ(test, ran, 2u);
	KUNIT_EXPECT_TRUE(test, order[0] == 1 && order[1] == 2);
	KUNIT_EXPECT_EQ(test, count_in_work, 0u);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, ran, 2u);
}

static void again(struct work_struct *work)
{
	if (++ran < 3)
		schedule_work(work);
}

static DECLARE_WORK(again_work, again);

static void work_may_queue_itself(struct kunit *test)
{
	bool queued, twice;

	ran = 0;
	preempt_disable();
	queued = schedule_work(&again_work);
	twice = schedule_work(&again_work);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, twice);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, ran, 3u);
}

/* --- waiting, cancelling, delays ----------------------------------------------------------------
 */

struct job {
	struct work_struct work;
	struct delayed_work late;
	unsigned int ran, inside, overlaps;
	unsigned int cpu;
	bool bound; /* its worker may run nowhere else */
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
	job.cpu = smp_processor_id();
	job.bound = cpumask_equal(&current->cpus_mask, cpumask_of(job.cpu));
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

static int work_init(struct kunit *test)
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
	for (int i = 0; i < 2; i++) {
		task[i] = kthread_create(cancel_late_job, NULL, "cancel/%d", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(task[i]));
		get_task_struct(task[i]);
		wake_up_process(task[i]);
	}
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
	for (int i = 0; i < 2; i++) {
		kthread_stop(task[i]);
		put_task_struct(task[i]);
	}
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

static void waits_for_itself(struct work_struct *work)
{
	flush_work(work);
	job.ran++;
}

static void leaves_a_count(struct work_struct *work)
{
	job.ran++;
	preempt_disable();
}

static void mistakes_are_named(struct kunit *test)
{
	INIT_WORK(&job.work, waits_for_itself);
	KUNIT_EXPECT_WARN(test, "*waits_for_itself waits for its own end*", {
		schedule_work(&job.work);
		workqueue_settle();
	});
	INIT_WORK(&job.work, leaves_a_count);
	KUNIT_EXPECT_WARN(test, "*leaves_a_count left preempt_count*", {
		schedule_work(&job.work);
		workqueue_settle();
	});
	KUNIT_EXPECT_EQ(test, job.ran, 2u);
}

static void each_cpu_does_its_own(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		KUNIT_EXPECT_TRUE(test, schedule_work_on((int)cpu, &job.work));
		flush_work(&job.work);
		KUNIT_EXPECT_EQ(test, job.cpu, cpu);
		KUNIT_EXPECT_TRUE_MSG(test, job.bound, "CPU %u", cpu);
	}
	KUNIT_EXPECT_EQ(test, job.ran, num_online_cpus());
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

/* --- queues of their own ------------------------------------------------------------------------
 */

#define ORDERED 32

static struct numbered_work {
	struct work_struct work;
	unsigned int number;
} in_order[ORDERED];
static unsigned int next_number, disorder, begun;

static void check_order(struct work_struct *work)
{
	struct numbered_work *w = container_of(work, struct numbered_work, work);

	WRITE_ONCE(begun, begun + 1);
	disorder += w->number != READ_ONCE(next_number);
	/* The first one takes so long that somebody else would come to the second. */
	for (int naps = 0; w->number == 0 && naps < 20 && READ_ONCE(begun) == 1; naps++)
		schedule_timeout_uninterruptible(1);
	if (w->number % 8 == 7)
		schedule_timeout_uninterruptible(1);
	next_number++;
}

static void ordered_queues_keep_order(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered", 0);

	KUNIT_ASSERT_NOT_NULL(test, wq);
	next_number = disorder = begun = 0;
	for (unsigned int i = 0; i < ORDERED; i++) {
		in_order[i].number = i;
		INIT_WORK(&in_order[i].work, check_order);
		KUNIT_EXPECT_TRUE(test, queue_work(wq, &in_order[i].work));
	}
	flush_workqueue(wq);
	KUNIT_EXPECT_EQ(test, next_number, (unsigned int)ORDERED);
	KUNIT_EXPECT_EQ(test, disorder, 0u);
	destroy_workqueue(wq);
	wq = alloc_workqueue("plain-%d", WQ_UNBOUND, 0, 7);
	KUNIT_ASSERT_NOT_NULL(test, wq);
	queue_work(wq, &job.work);
	destroy_workqueue(wq);
	KUNIT_EXPECT_EQ(test, job.ran, 1u);
}

static struct kunit_case work_cases[] = {
	KUNIT_CASE(llist_keeps_all),
	KUNIT_CASE(work_of_an_interrupt_runs_later),
	KUNIT_CASE(work_may_queue_itself),
	KUNIT_CASE(each_cpu_does_its_own),
	KUNIT_CASE_SLOW(flush_waits_for_the_end),
	KUNIT_CASE_SLOW(cancel_waits_for_the_end),
	KUNIT_CASE_SLOW(delays_are_kept),
	KUNIT_CASE_SLOW(cancelled_work_is_not_queued),
	KUNIT_CASE_SLOW(interrupts_cancel_at_any_point),
	KUNIT_CASE_SLOW(blocked_workers_are_helped),
	KUNIT_CASE_SLOW(mistakes_are_named),
	KUNIT_CASE_SLOW(never_twice_at_once),
	KUNIT_CASE_SLOW(ordered_queues_keep_order),
	{},
};

/* A queue's pool is kept for the next one: it shall not look like a leak of the first. */
static int one_queue_for_all(struct kunit_suite *suite)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("first", 0);

	if (!wq)
		return -ENOMEM;
	destroy_workqueue(wq);
	return 0;
}

static struct kunit_suite work_suite = {
	.name = "sync_work",
	.suite_init = one_queue_for_all,
	.init = work_init,
	.test_cases = work_cases,
	.quick = true,
};
kunit_test_suite(work_suite);
