/* SPDX-License-Identifier: MIT */
/*
 * Proves that an interrupt between CPUs that gets lost is reported, by the CPU that did not hear
 * and the function that it did not run, and that all goes on. Interrupts are lost where they
 * arrive: a handler in front of the real one ends them and does nothing.
 */
#include "boot/x86.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/sched.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

static trap_handler_t real_handler;
static atomic_t to_lose[NR_CPUS]; /* 1: the next interrupt that comes there */
static atomic_t runs[NR_CPUS];
static unsigned int here, patience;

static void count_run(void *info)
{
	atomic_inc(&runs[smp_processor_id()]);
}

static void lossy_handler(struct pt_regs *regs)
{
	if (atomic_xchg(&to_lose[smp_processor_id()], 0))
		apic_eoi();
	else
		real_handler(regs);
}

static int smp_lost_init(struct kunit *test)
{
	memset(runs, 0, sizeof(runs));
	memset(to_lose, 0, sizeof(to_lose));
	migrate_disable();
	here = smp_processor_id();
	patience = smp_call_patience_ms;
	smp_call_patience_ms = 20;
	if (apic_present())
		real_handler = trap_set_handler(CALL_FUNCTION_VECTOR, lossy_handler);
	return 0;
}

static void smp_lost_exit(struct kunit *test)
{
	smp_call_patience_ms = patience;
	if (real_handler)
		trap_set_handler(CALL_FUNCTION_VECTOR, real_handler);
	real_handler = NULL;
	migrate_enable();
}

/* The Nth CPU that is not this one. */
static unsigned int other_cpu(struct kunit *test, unsigned int n)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) if (cpu != here && n-- == 0) return cpu;
	kunit_skip(test, "too few CPUs");
}

static void lose_next(unsigned int cpu)
{
	atomic_set(&to_lose[cpu], 1);
}

static void call_and_wait(void *cpu)
{
	smp_call_function_single((int)*(unsigned int *)cpu, count_run, NULL, true);
}

/* Either side may be the first to run out of patience. */
static void waiting_calls_go_on(struct kunit *test)
{
	unsigned int cpu = other_cpu(test, 0);
	char glob[64];

	lose_next(cpu);
	snprintf(glob, sizeof(glob), "smp: CPU %u has not *count_run *", cpu);
	KUNIT_EXPECT_WARN(test, glob, call_and_wait(&cpu));
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[cpu]), 1);
}

/* Nobody waits: the CPU itself finds, at a tick, what it was not told of. */
static void calls_that_nobody_waits_for_are_found(struct kunit *test)
{
	unsigned int cpu = other_cpu(test, 0);
	call_single_data_t csd = CSD_INIT(count_run, NULL);
	char glob[80];

	lose_next(cpu);
	snprintf(glob, sizeof(glob), "smp: CPU %u has not heard of a call of count_run in *", cpu);
	KUNIT_EXPECT_WARN(test, glob, ({
				  smp_call_function_single_async((int)cpu, &csd);
				  wait_until(atomic_read(&runs[cpu]) == 1);
			  }));
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[cpu]), 1);
}

static struct kunit_case smp_lost_cases[] = {
	KUNIT_CASE(waiting_calls_go_on),
	KUNIT_CASE(calls_that_nobody_waits_for_are_found),
	{},
};

static struct kunit_suite smp_lost_suite = {
	.name = "smp_lost",
	.init = smp_lost_init,
	.exit = smp_lost_exit,
	.test_cases = smp_lost_cases,
};
kunit_test_suite(smp_lost_suite);
