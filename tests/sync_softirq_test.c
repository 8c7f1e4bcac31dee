/* SPDX-License-Identifier: MIT */
/*
 * Proves of softirqs: they run after the handler that raised them, before the thread goes on, with
 * interrupts on; not while they are disabled; and never so long that no thread runs any more.
 */
#include "kernel/sync/softirq.h"
#include "boot/x86.h"
#include "kernel/cpu/irq.h"
#include "kernel/sync/jiffies.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define FREE_IRQ 10

static unsigned int ran, ran_in_handler, count_in_action;
static bool interrupts_on;

static void action(void)
{
	ran++;
	count_in_action = preempt_count();
	interrupts_on = !irqs_disabled();
}

static void handler(unsigned int irq, void *arg)
{
	raise_softirq(HI_SOFTIRQ);
	raise_softirq(HI_SOFTIRQ);
	ran_in_handler = ran;
}

static void ring(void)
{
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
}

static int take_line(struct kunit *test)
{
	ran = 0;
	open_softirq(HI_SOFTIRQ, action);
	return request_irq(FREE_IRQ, handler, "softirq", NULL);
}

static void give_line(struct kunit *test)
{
	free_irq(FREE_IRQ);
}

static void runs_behind_the_handler(struct kunit *test)
{
	preempt_disable();
	ring();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ran, 1u);
	KUNIT_EXPECT_EQ(test, ran_in_handler, 0u);
	KUNIT_EXPECT_EQ(test, count_in_action, (unsigned int)SOFTIRQ_OFFSET + PREEMPT_OFFSET);
	KUNIT_EXPECT_TRUE(test, interrupts_on);
}

static void waits_where_disabled(struct kunit *test)
{
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, in_softirq());
	KUNIT_EXPECT_FALSE(test, in_serving_softirq());
	ring();
	raise_softirq(HI_SOFTIRQ);
	local_bh_disable();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, ran, 0u);
	KUNIT_EXPECT_NE(test, local_softirq_pending() & (1u << HI_SOFTIRQ), 0u);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, ran, 1u);
	raise_softirq(HI_SOFTIRQ);
	KUNIT_EXPECT_EQ(test, ran, 2u);
	KUNIT_EXPECT_FALSE(test, in_atomic());
}

static void leaves_a_count(void)
{
	ran++;
	local_bh_disable();
}

static void leaks_are_named(struct kunit *test)
{
	open_softirq(HI_SOFTIRQ, leaves_a_count);
	KUNIT_EXPECT_WARN(test, "softirq 0: leaves_a_count left preempt_count*",
			  raise_softirq(HI_SOFTIRQ));
	KUNIT_EXPECT_EQ(test, ran, 1u);
	KUNIT_EXPECT_FALSE(test, in_atomic());
}

/* Raises itself until the thread has come so far; or gives up on its behalf. */
static unsigned int progress;
static bool starved;
static u64 give_up_at;

static void greedy(void)
{
	ran++;
	if (READ_ONCE(progress) >= 1000)
		return;
	starved = clock_ns() > give_up_at;
	if (!starved)
		raise_softirq(HI_SOFTIRQ);
}

static void threads_are_not_starved(struct kunit *test)
{
	progress = 0;
	starved = false;
	give_up_at = clock_ns() + 2000000000ull;
	open_softirq(HI_SOFTIRQ, greedy);
	raise_softirq(HI_SOFTIRQ);
	while (progress < 1000) {
		WRITE_ONCE(progress, progress + 1);
		local_bh_disable(); /* each of these would let them run */
		local_bh_enable();
	}
	KUNIT_EXPECT_FALSE(test, starved);
	KUNIT_EXPECT_TRUE(test, wait_until(!(local_softirq_pending() & (1u << HI_SOFTIRQ))));
	KUNIT_EXPECT_GE(test, ran, 2u);
}

static struct kunit_case softirq_cases[] = {
	KUNIT_CASE(runs_behind_the_handler),
	KUNIT_CASE(waits_where_disabled),
	KUNIT_CASE(leaks_are_named),
	KUNIT_CASE(threads_are_not_starved),
	{},
};

static struct kunit_suite softirq_suite = {
	.name = "sync_softirq",
	.init = take_line,
	.exit = give_line,
	.test_cases = softirq_cases,
	.quick = true,
};
kunit_test_suite(softirq_suite);
