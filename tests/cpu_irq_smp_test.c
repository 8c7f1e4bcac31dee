/* SPDX-License-Identifier: MIT */
/*
 * Device lines on several CPUs: a line goes to the CPU that it was given to, is counted there, and
 * its handler is not forgotten while another CPU runs it. The device is the clock chip of a PC,
 * which can ring a thousand times a second.
 */
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/sched.h"
#include "lib/atomic.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/rtc.h"

#define FREE_IRQ 11

#define SLOW_NS  20000000ull
#define PATIENCE (5 * HZ)
#define RINGS    5

static atomic_t rings[NR_CPUS];

static void rtc_rings(unsigned int irq, void *arg)
{
	rtc_answer();
	atomic_inc(&rings[smp_processor_id()]);
}

static bool by_io_apic(void)
{
	return strcmp(irq_controller(), "IO-APIC") == 0;
}

/* The line is given to CPU: from now on it rings there, and soon nowhere else. */
static void expect_rings_on(struct kunit *test, unsigned int cpu)
{
	unsigned long end = jiffies + PATIENCE, counted;

	KUNIT_ASSERT_EQ(test, irq_set_affinity(RTC_IRQ, cpumask_of(cpu)), 0);
	KUNIT_EXPECT_EQ(test, irq_cpu(RTC_IRQ), cpu);
	counted = per_cpu(irq_stat, cpu).lines[RTC_IRQ];
	memset(rings, 0, sizeof(rings));
	while (atomic_read(&rings[cpu]) < RINGS && time_before(jiffies, end))
		schedule_timeout_uninterruptible(1);
	KUNIT_EXPECT_GE(test, atomic_read(&rings[cpu]), RINGS);
	KUNIT_EXPECT_GE(test, per_cpu(irq_stat, cpu).lines[RTC_IRQ] - counted,
			(unsigned long)RINGS);
	for (unsigned int other = 0; other < NR_CPUS; other++)
		if (other != cpu)
			KUNIT_EXPECT_LE(test, atomic_read(&rings[other]), 1); /* was on its way */
}

static void lines_go_to_the_cpu_they_are_given(struct kunit *test)
{
	unsigned int cpu;

	KUNIT_ASSERT_EQ(test, request_irq(RTC_IRQ, rtc_rings, "rtc", NULL), 0);
	KUNIT_EXPECT_EQ(test, irq_cpu(RTC_IRQ), 0u);
	KUNIT_EXPECT_EQ(test, irq_set_affinity(RTC_IRQ, cpu_none_mask), -EINVAL);
	KUNIT_EXPECT_EQ(test, irq_set_affinity(NR_IRQS, cpu_online_mask), -EINVAL);
	rtc_ring(RTC_1024_HZ);
	for_each_online_cpu(cpu)
	{
		if (cpu == 0 || by_io_apic())
			expect_rings_on(test, cpu);
		else
			KUNIT_EXPECT_EQ(test, irq_set_affinity(RTC_IRQ, cpumask_of(cpu)), -EINVAL);
	}
	expect_rings_on(test, 0);
	rtc_ring(RTC_SILENT);
	free_irq(RTC_IRQ);
}

static atomic_t entered, left;

static void slow_handler(unsigned int irq, void *arg)
{
	u64 end = clock_ns() + SLOW_NS;

	atomic_set(&entered, 1);
	while (clock_ns() < end)
		cpu_relax();
	atomic_set(&left, 1);
}

static void no_handler_runs_after_free_irq(struct kunit *test)
{
	unsigned int cpu;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	if (!by_io_apic())
		return; /* only the boot CPU gets lines: there is nothing to wait for */
	migrate_disable();
	cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	atomic_set(&entered, 0);
	atomic_set(&left, 0);
	KUNIT_EXPECT_EQ(test, request_irq(FREE_IRQ, slow_handler, "slow", NULL), 0);
	apic_send_ipi(cpu, FIRST_IRQ_VECTOR + FREE_IRQ);
	while (!atomic_read(&entered))
		cpu_relax();
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, atomic_read(&left), 1);
	while (!atomic_read(&left)) /* or it would run while others use its counters */
		cpu_relax();
	migrate_enable();
}

static struct kunit_case irq_smp_cases[] = {
	KUNIT_CASE_SLOW(lines_go_to_the_cpu_they_are_given),
	KUNIT_CASE_SLOW(no_handler_runs_after_free_irq),
	{},
};

static struct kunit_suite irq_smp_suite = {
	.name = "cpu_irq_smp",
	.test_cases = irq_smp_cases,
	.quick = true,
};
kunit_test_suite(irq_smp_suite);
