/* SPDX-License-Identifier: MIT */
/*
 * Proves: a handler as Linux's drivers have them is called with its line and its device, one line
 * has one handler, and only its owner can free it.
 */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "kernel/cpu/vectors.h"
#include "tests/cpu_raise.h"
#include "tests/kunit_crash.h"

#define FREE_IRQ 10

struct device_state {
	unsigned int calls, irq;
	bool in_irq;
};

static irqreturn_t handler(int irq, void *dev)
{
	struct device_state *state = dev;

	state->calls++;
	state->irq = irq;
	state->in_irq = in_hardirq();
	return IRQ_HANDLED;
}

static irqreturn_t not_mine(int irq, void *dev)
{
	return IRQ_RETVAL(dev == NULL);
}

static void a_handler_gets_its_line_and_device(struct kunit *test)
{
	static const char name[] = "foreign";
	struct device_state state = {};
	irq_handler_t fn = handler;

	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, fn, IRQF_SHARED, name, &state), 0);
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
	KUNIT_EXPECT_PTR_EQ(test, free_irq(FREE_IRQ, &state), name);
	KUNIT_EXPECT_EQ(test, state.calls, 2);
	KUNIT_EXPECT_EQ(test, state.irq, FREE_IRQ);
	KUNIT_EXPECT_TRUE(test, state.in_irq);
	KUNIT_EXPECT_TRUE(test, irq_masked(FREE_IRQ));
}

static void a_line_has_one_owner(struct kunit *test)
{
	struct device_state state = {}, other = {};

	KUNIT_EXPECT_EQ(test, request_irq(FREE_IRQ, NULL, 0, "none", &state), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(FREE_IRQ, handler, IRQF_SHARED, "none", NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(NR_IRQS, handler, 0, "none", &state), -EINVAL);
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, not_mine, IRQF_SHARED, "a", &state), 0);
	KUNIT_EXPECT_EQ(test, request_irq(FREE_IRQ, handler, IRQF_SHARED, "b", &other), -EBUSY);
	KUNIT_EXPECT_WARN(test, "*", free_irq(FREE_IRQ, &other));
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
	free_irq(FREE_IRQ, &state);
	KUNIT_EXPECT_WARN(test, "*", free_irq(FREE_IRQ, &state));
	KUNIT_EXPECT_EQ(test, other.calls, 0);
}

/* <linux/mm.h> alone brings what else it brings in Linux. */
static void mm_brings_time_and_big_atomics(struct kunit *test)
{
	unsigned long before = jiffies;
	atomic64_t sum = ATOMIC64_INIT(HZ);

	schedule_timeout_uninterruptible(1);
	atomic64_add(1ll << 40, &sum);
	KUNIT_EXPECT_TRUE(test, time_after(jiffies, before));
	KUNIT_EXPECT_EQ(test, atomic64_read(&sum), (1ll << 40) + HZ);
}

static struct kunit_case interrupt_cases[] = {
	KUNIT_CASE(a_handler_gets_its_line_and_device),
	KUNIT_CASE(a_line_has_one_owner),
	KUNIT_CASE(mm_brings_time_and_big_atomics),
	{},
};

static struct kunit_suite interrupt_suite = {
	.name = "linux_interrupt",
	.test_cases = interrupt_cases,
};
kunit_test_suite(interrupt_suite);
