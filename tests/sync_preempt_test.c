/* SPDX-License-Identifier: MIT */
/*
 * Proves: preempt_count says what it should in each context, spin locks count and exclude, and a
 * sleep in atomic context is reported with its place, at each place the first time.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/rwlock.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/softirq.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/invariant.h"
#include "tests/kunit.h"

static DEFINE_PER_CPU(unsigned int, sample) = 7;

static void percpu_copies_are_apart(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, this_cpu_read(sample), 7u);
	KUNIT_EXPECT_EQ(test, per_cpu(sample, NR_CPUS - 1), 7u);
	this_cpu_add(sample, 5);
	KUNIT_EXPECT_EQ(test, this_cpu_read(sample), 12u);
	KUNIT_EXPECT_EQ(test, per_cpu(sample, smp_processor_id()), 12u);
	KUNIT_EXPECT_EQ(test, per_cpu(sample, (smp_processor_id() + 1) % NR_CPUS), 7u);
	KUNIT_EXPECT_PTR_EQ(test, this_cpu_ptr(&sample), per_cpu_ptr(&sample, smp_processor_id()));
	this_cpu_sub(sample, 5);
	KUNIT_EXPECT_EQ(test, *this_cpu_ptr(&sample), 7u);
}

static void preempt_count_nests(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, preempt_count(), 0u);
	preempt_disable();
	preempt_disable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 2u * PREEMPT_OFFSET);
	KUNIT_EXPECT_TRUE(test, in_atomic());
	KUNIT_EXPECT_FALSE(test, in_interrupt());
	preempt_enable();
	preempt_enable();
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, in_softirq() && in_interrupt() && !in_serving_softirq());
	local_bh_enable();
	pagefault_disable();
	KUNIT_EXPECT_TRUE(test, pagefault_disabled() && !in_atomic() && faulthandler_disabled());
	pagefault_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	KUNIT_EXPECT_FALSE(test, pagefault_disabled());
}

static void spin_locks_disable_preemption(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	unsigned long flags = 0;

	spin_lock(&lock);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	KUNIT_EXPECT_FALSE(test, spin_trylock(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	spin_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, spin_trylock(&lock));
	spin_unlock(&lock);

	spin_lock_irqsave(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
}

/* However often it was taken. */
static void many_rounds_leave_it_free(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);

	for (unsigned int i = 0; i < 70000; i++) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_TRUE(test, spin_trylock(&lock));
	spin_unlock(&lock);
}

/* Reported, and nothing is given back that was not taken. */
#define EXPECT_UNHELD(test, unlock)                                                                \
	do {                                                                                       \
		unsigned int __count = 0;                                                          \
		KUNIT_EXPECT_WARN(test, "*nobody holds it*", unlock;                               \
				  __count = preempt_count_all(); preempt_count_set(0));            \
		KUNIT_EXPECT_EQ(test, __count, 0u);                                                \
		KUNIT_EXPECT_FALSE(test, irqs_disabled());                                         \
	} while (0)

static void unlocking_an_unlocked_lock_is_reported(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	static DEFINE_RWLOCK(rw);

	EXPECT_UNHELD(test, spin_unlock(&lock));
	EXPECT_UNHELD(test, spin_unlock_bh(&lock));
	EXPECT_UNHELD(test, spin_unlock_irq(&lock));
	EXPECT_UNHELD(test, spin_unlock_irqrestore(&lock, EFLAGS_IF));
	EXPECT_UNHELD(test, read_unlock(&rw));
	EXPECT_UNHELD(test, read_unlock_bh(&rw));
	EXPECT_UNHELD(test, read_unlock_irqrestore(&rw, EFLAGS_IF));
	EXPECT_UNHELD(test, write_unlock(&rw));
	EXPECT_UNHELD(test, write_unlock_bh(&rw));
	EXPECT_UNHELD(test, write_unlock_irq(&rw));
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_EQ(test, rw.count, 0u);
}

static void sleeping_in_atomic_is_reported(struct kunit *test)
{
	unsigned long before = warn_count;

	might_sleep();
	KUNIT_EXPECT_EQ(test, warn_count, before);

	preempt_disable();
	KUNIT_EXPECT_WARN(test, "*sleeping function called from invalid context*", might_sleep());
	KUNIT_EXPECT_WARN(test, "*sync_preempt_test.c*", might_sleep());
	/* Debug builds also say who made the context atomic. */
	KUNIT_EXPECT_WARN(test,
			  preempt_disable_site() ? "*; atomic since sleeping_in*"
						 : "*sync_preempt_test.c*; in_atomic*",
			  might_sleep());
	preempt_enable();
}

/* However the count of ticks stands: also where it wraps, and half way round from there. */
static void sleep_reports_are_rationed(struct kunit *test)
{
	static const unsigned long ticks[] = {
		0, 1, -1ul, -HZ, INITIAL_JIFFIES, 0x7fffffff, INITIAL_JIFFIES + 0x80000001};

	for (size_t i = 0; i < ARRAY_SIZE(ticks); i++) {
		struct sleep_place place = {0};
		unsigned long now = ticks[i];

		KUNIT_EXPECT_TRUE(test, sleep_place_due(&place, now));
		KUNIT_EXPECT_FALSE_MSG(test, sleep_place_due(&place, now), "tick %#lx", now);
		KUNIT_EXPECT_FALSE_MSG(test, sleep_place_due(&place, now + HZ - 1), "tick %#lx",
				       now);
		KUNIT_EXPECT_TRUE(test, sleep_place_due(&place, now + HZ));
		might_sleep_forget();
		KUNIT_EXPECT_TRUE(test, sleep_place_due(&place, now + HZ));
	}
}

/* Handlers run with the hardirq count up; what they interrupt gets its count back. */
static unsigned int count_in_handler;

static void handler(unsigned int irq, void *arg)
{
	count_in_handler = preempt_count();
}

#define FREE_IRQ 10

static void interrupts_count(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, handler, "preempt", NULL), 0);
	preempt_disable();
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	preempt_enable();
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, count_in_handler, (unsigned int)(HARDIRQ_OFFSET + PREEMPT_OFFSET));
}

/* --- who made the context atomic: debug builds --- */

static DEFINE_SPINLOCK(bh_lock);

static noinline void some_other_place(void)
{
	preempt_disable();
	preempt_enable();
}

static noinline void sleep_without_softirqs(void)
{
	local_bh_disable();
	might_sleep();
	local_bh_enable();
}

static noinline void sleep_under_bh_lock(void)
{
	spin_lock_bh(&bh_lock);
	might_sleep();
	spin_unlock_bh(&bh_lock);
}

static void sleeping_handler(unsigned int irq, void *arg)
{
	might_sleep();
}

static void raising_handler(unsigned int irq, void *arg)
{
	raise_softirq_irqoff(HI_SOFTIRQ);
}

static void sleeping_action(void)
{
	might_sleep();
}

static void ring(void)
{
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
}

/* CALL sleeps where it must not: PLACE is to blame, and not who was atomic before. */
static void expect_place(struct kunit *test, const char *place, void (*call)(void))
{
	char glob[100];

	snprintf(glob, sizeof(glob), "*invalid context*%s%s*",
		 preempt_disable_site() ? "; atomic since " : "",
		 preempt_disable_site() ? place : "");
	some_other_place();
	might_sleep_forget();
	KUNIT_EXPECT_WARN(test, glob, call());
}

static void the_place_is_that_of_this_context(struct kunit *test)
{
	expect_place(test, "sleep_without_softirqs+", sleep_without_softirqs);
	expect_place(test, "sleep_under_bh_lock+", sleep_under_bh_lock);
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, sleeping_handler, "preempt", NULL), 0);
	expect_place(test, "irq_dispatch+", ring);
	free_irq(FREE_IRQ);
	open_softirq(HI_SOFTIRQ, sleeping_action);
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, raising_handler, "preempt", NULL), 0);
	expect_place(test, "run_softirqs+", ring);
	free_irq(FREE_IRQ);
	open_softirq(HI_SOFTIRQ, NULL);
}

static void leaking_handler(unsigned int irq, void *arg)
{
	preempt_disable();
}

/* A handler that leaves preemption disabled is named, and the interrupted code has its count back.
 */
static void a_handler_that_leaks_is_reported(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, leaking_handler, "leaker", NULL), 0);
	KUNIT_EXPECT_WARN(test, "*handler of leaker left preempt_count*",
			  raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ));
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	preempt_count_set(0); /* if it was not reported, it was not mended */
	free_irq(FREE_IRQ);
}

/*
 * No test leaves a CPU in another context than it found: a leaked lock or disable shows here. Other
 * CPUs are asked by an interrupt, so what it interrupted is seen; somebody there may hold a lock
 * just now, and is given some time.
 */
static atomic_t others_atomic;

static void add_context(void *unused)
{
	atomic_add(
		(int)(preempt_count_all() - HARDIRQ_OFFSET + pagefault_disabled() + kmap_depth()),
		&others_atomic);
}

static void take_context(struct invariant_state *now)
{
	now->value[0] = preempt_count_all();
	now->value[1] = pagefault_disabled();
	now->value[2] = irqs_disabled();
	now->value[3] = current->migration_disabled;
	now->value[4] = kmap_depth();
	if (!preemptible() || num_online_cpus() == 1)
		return;
	for (int tries = 0; tries < 1000; tries++) {
		atomic_set(&others_atomic, 0);
		smp_call_function(add_context, NULL, 1);
		now->value[5] = (unsigned int)atomic_read(&others_atomic);
		if (!now->value[5])
			return;
		udelay(100);
	}
}

/* The other snapshots may sleep. */
static void mend_context(const struct invariant_state *before)
{
	if (!control(context_not_mended))
		preempt_count_set((unsigned int)before->value[0]);
}
TEST_INVARIANT_FIRST(context, take_context, mend_context,
		     "preempt_count (a lock or preempt_disable() that was not undone?)",
		     "pagefault_disable()", "interrupts off", "migrate_disable()",
		     "temporary maps of this CPU", "atomic context of other CPUs");

static struct kunit_case preempt_cases[] = {
	KUNIT_CASE(percpu_copies_are_apart),
	KUNIT_CASE(preempt_count_nests),
	KUNIT_CASE(spin_locks_disable_preemption),
	KUNIT_CASE(many_rounds_leave_it_free),
	KUNIT_CASE(unlocking_an_unlocked_lock_is_reported),
	KUNIT_CASE(sleeping_in_atomic_is_reported),
	KUNIT_CASE(sleep_reports_are_rationed),
	KUNIT_CASE(interrupts_count),
	KUNIT_CASE(the_place_is_that_of_this_context),
	KUNIT_CASE(a_handler_that_leaks_is_reported),
	{},
};

static struct kunit_suite preempt_suite = {
	.name = "sync_preempt",
	.test_cases = preempt_cases,
	.quick = true,
};
kunit_test_suite(preempt_suite);
