/* SPDX-License-Identifier: MIT */
/*
 * Proves: queued work runs once, in order, on the CPU that it was queued for, and never in atomic
 * context; works that wait for themselves or leave a count are named; ordered queues keep order.
 */
#include "kernel/cpu/irq.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/workqueue.h"
#include "lib/string.h"
#include "proc/workqueue.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

#define FREE_IRQ 10

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
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
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

/* A work that says where it ran. */
static struct job {
	struct work_struct work;
	unsigned int ran, cpu;
	bool bound; /* its worker may run nowhere else */
} job;

static void do_job(struct work_struct *work)
{
	job.cpu = smp_processor_id();
	job.bound = cpumask_equal(&current->cpus_mask, cpumask_of(job.cpu));
	WRITE_ONCE(job.ran, job.ran + 1);
}

static int work_init(struct kunit *test)
{
	memset(&job, 0, sizeof(job));
	INIT_WORK(&job.work, do_job);
	return 0;
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

/* --- queues of their own ---------------------------------------------------------------------- */

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
	KUNIT_CASE(work_of_an_interrupt_runs_later), KUNIT_CASE(work_may_queue_itself),
	KUNIT_CASE(each_cpu_does_its_own),           KUNIT_CASE_SLOW(mistakes_are_named),
	KUNIT_CASE_SLOW(ordered_queues_keep_order),  {},
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
