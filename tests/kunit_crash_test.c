/* SPDX-License-Identifier: MIT */
/*
 * The framework tests itself: crashes and warnings as results, and the frame of invariants.
 *
 * Two halves. Each kind of crash is provoked and must be caught where it was expected. And inner
 * cases expect wrongly (nothing crashes, something else does, the text differs) or leave a mess
 * behind; each must be reported as failed, or the framework would hide what it is there to show.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/preempt.h"
#include "lib/string.h"
#include "tests/heap.h"
#include "tests/invariant.h"
#include "tests/kunit.h"
#include "tests/kunit_inner.h"

#define NOWHERE                 0xfffff000ul /* the top page is never mapped */
#define X86_TRAP_DIVIDE         0
#define X86_TRAP_INVALID_OPCODE 6

static unsigned int went_on;

static int setup(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct kunit_inner), GFP_KERNEL);
	went_on = 0;
	return test->priv ? 0 : -ENOMEM;
}

/* Runs FN as an inner case, which must fail with the line SAYS in its report. */
static void must_fail(struct kunit *test, void (*fn)(struct kunit *test), const char *says)
{
	struct kunit_inner *inner = test->priv;

	kunit_inner_case(inner, NULL, fn, NULL);
	KUNIT_EXPECT_EQ_MSG(test, inner->run.totals.failed, 1, "%s", inner->text);
	KUNIT_EXPECT_FALSE(test, inner->good);
	KUNIT_EXPECT_TRUE_MSG(test, kunit_inner_says(inner, says), "no line \"%s\" in:\n%s", says,
			      inner->text);
	KUNIT_EXPECT_TRUE(test, kunit_plans_met(inner->text));
}

static void faults_are_caught(struct kunit *test)
{
	volatile int zero = 0, sink = 1;

	KUNIT_EXPECT_FAULT_READ(test, NOWHERE);
	KUNIT_EXPECT_FAULT_WRITE(test, NOWHERE + 0xffc);
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_DIVIDE, sink = 7 / zero);
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_INVALID_OPCODE, __builtin_trap());
	KUNIT_EXPECT_FAULT(test, __kunit_touch(NOWHERE, false));
	KUNIT_EXPECT_EQ(test, sink, 1);
}

static void bugs_and_panics_are_caught(struct kunit *test)
{
	int n = 3;

	KUNIT_EXPECT_BUG(test, "*n > 2*", BUG_ON(n > 2));
	KUNIT_EXPECT_PANIC(test, "*the end of 3*", panic("the end of %d", n));
}

/* 1000 times: what an expected crash leaves behind (stack, records, flags) would run out. */
static void catching_leaves_nothing_behind(struct kunit *test)
{
	volatile unsigned int i;

	for (i = 0; i < 1000; i++) {
		KUNIT_ASSERT_FALSE(test, irqs_disabled());
		KUNIT_ASSERT_FAULT(test, __kunit_touch(NOWHERE, true));
	}
	KUNIT_EXPECT_EQ(test, i, 1000);
}

static void faults_inside(struct kunit *test)
{
	KUNIT_EXPECT_FAULT_READ(test, NOWHERE);
	went_on++;
	BUG();
}

static void expectations_nest(struct kunit *test)
{
	KUNIT_EXPECT_BUG(test, "*", faults_inside(test));
	KUNIT_EXPECT_EQ(test, went_on, 1);
}

static void interrupt_flag_is_put_back(struct kunit *test)
{
	KUNIT_EXPECT_BUG(
		test, "*", do {
			local_irq_disable();
			BUG();
		} while (0));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void warnings_are_counted(struct kunit *test)
{
	volatile int i;

	KUNIT_EXPECT_WARN(test, "broken 7 times", WARN(true, "broken %d times", 7));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*once*",
				for (i = 0; i < 5; i++) WARN_ONCE(true, "only once"));
	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 5, "often", for (i = 0; i < 5; i++) WARN(true, "often"));
}

static void expects_a_fault_of_nothing(struct kunit *test)
{
	KUNIT_EXPECT_FAULT(test, went_on++);
}

static void expects_a_fault_elsewhere(struct kunit *test)
{
	KUNIT_EXPECT_FAULT_AT(test, NOWHERE + 4, __kunit_touch(NOWHERE, false));
}

static void expects_another_text(struct kunit *test)
{
	KUNIT_EXPECT_PANIC(test, "of hunger", panic("of thirst"));
}

static void expects_a_bug_and_faults(struct kunit *test)
{
	KUNIT_EXPECT_BUG(test, "*", __kunit_touch(NOWHERE, false));
	went_on++;
}

static void expects_no_such_warning(struct kunit *test)
{
	KUNIT_EXPECT_WARN(test, "a*", went_on++);
}

static void expects_fewer_warnings(struct kunit *test)
{
	KUNIT_EXPECT_WARN_COUNT(
		test, 1, "a", do {
			WARN(true, "a");
			WARN(true, "a");
		} while (0));
}

static void wrong_expectations_fail(struct kunit *test)
{
	must_fail(test, expects_a_fault_of_nothing,
		  "# Expected a fault in went_on++, but\n#     it ended without");
	must_fail(test, expects_a_fault_elsewhere, "#     it was at fffff000, not at fffff004");
	must_fail(test, expects_another_text, "#     its text does not match \"of hunger\":");
	must_fail(test, expects_no_such_warning,
		  "# Expected a warning like \"a*\" in went_on++, but saw none");
	must_fail(test, expects_fewer_warnings, "not ok 1 case");
	went_on = 0;
	must_fail(test, expects_a_bug_and_faults, "not ok 1 case");
	KUNIT_EXPECT_EQ_MSG(test, went_on, 0, "the wrong kind of crash leaves the case");
}

static void asserts_where_a_bug_is_expected(struct kunit *test)
{
	KUNIT_EXPECT_BUG(test, "*", KUNIT_ASSERT_TRUE(test, false));
	went_on++;
}

/* After the jump out of the inner statement, nobody may expect anything any more. */
static void assert_leaves_an_expecting_statement(struct kunit *test)
{
	struct kunit_point before = test->catch->point;

	must_fail(test, asserts_where_a_bug_is_expected,
		  "# Expected false to be true, but is false");
	KUNIT_EXPECT_EQ(test, went_on, 0);
	KUNIT_EXPECT_PTR_EQ(test, (void *)recover_point(), before.record);
	KUNIT_EXPECT_BUG(test, "*", BUG());
}

/* ---- the frame of invariants ---- */

static u64 watched;

static void take_watched(struct invariant_state *now)
{
	now->value[2] = watched;
}
TEST_INVARIANT(own_example, take_watched, NULL);

static void changes_what_is_watched(struct kunit *test)
{
	watched++;
}

static void disables_interrupts(struct kunit *test)
{
	local_irq_disable();
}

static void aborts_with_interrupts_off(struct kunit *test)
{
	local_irq_disable();
	kunit_skip(test, "with interrupts off");
}

static void keeps_preemption_disabled(struct kunit *test)
{
	preempt_disable();
}

static void *leaked;

static void leaks_memory(struct kunit *test)
{
	leaked = heap_alloc(24, GFP_KERNEL);
}

static void warns_unexpectedly(struct kunit *test)
{
	KUNIT_EXPECT_WARN(
		test, "expected", do {
			WARN(true, "expected");
			WARN(true, "not expected");
		} while (0));
}

static void broken_invariants_fail(struct kunit *test)
{
	watched = 5;
	must_fail(test, changes_what_is_watched,
		  "# case: INVARIANT own_example BROKEN: value 2 was 5 (0x5), is 6 (0x6)");
	watched = 0;
	must_fail(test, disables_interrupts,
		  "# case: INVARIANT interrupt_flag BROKEN: left with interrupts off");
	must_fail(test, aborts_with_interrupts_off,
		  "# case: INVARIANT interrupt_flag BROKEN: left with interrupts off");
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	/* In words; and mended before the snapshots that may sleep, or those would warn. */
	must_fail(test, keeps_preemption_disabled,
		  "# case: INVARIANT context BROKEN: preempt_count (a lock or preempt_disable() "
		  "that was not undone?) was 0 (0x0), is 1 (0x1)");
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	must_fail(
		test, leaks_memory,
		"# case: INVARIANT slab BROKEN: 1 objects with 32 bytes and 0 pages of kmalloc() were not freed");
	heap_free(leaked);
}

static void swallow_warning(const char *file, int line, const char *func, const char *fmt,
			    va_list args)
{
}

static void unexpected_warnings_fail(struct kunit *test)
{
	const warn_hook_t reporter = warn_hook;

	warn_hook = swallow_warning;
	must_fail(test, warns_unexpectedly,
		  "# case: INVARIANT warnings BROKEN: 1 unexpected warning(s)");
	warn_hook = reporter;
	kunit_forgive_warnings(1);
}

#define MANY 500

static void warn_often(void *unused)
{
	for (unsigned int i = 0; i < MANY; i++)
		WARN(true, "one of many");
}

#define ROUNDS 50

static atomic_t arrived;
static unsigned int together; /* so many CPUs: each has a core of its own, mostly */

/* They leave here together, for the Nth time. */
static void meet(unsigned int n)
{
	atomic_inc(&arrived);
	while (atomic_read(&arrived) < (int)(n * together))
		cpu_relax();
}

static void warn_together(void *unused)
{
	for (unsigned int i = 0; i < ROUNDS && smp_processor_id() < together; i++) {
		meet(2 * i + 1);
		WARN_ONCE(true, "once a round");
		meet(2 * i + 2);
		if (smp_processor_id() == 0)
			warn_once_reset();
	}
}

/* Several CPUs may warn at the same instant. None of it is lost, ... */
static void warnings_of_all_cpus_are_counted(struct kunit *test)
{
	KUNIT_EXPECT_WARN_COUNT(test, num_online_cpus() * MANY, "one of many",
				on_each_cpu(warn_often, NULL, 1));
}

/* ... and once is once. */
static void once_is_once_on_all_cpus(struct kunit *test)
{
	atomic_set(&arrived, 0);
	together = min(num_online_cpus(), 2u);
	KUNIT_EXPECT_WARN_COUNT(test, ROUNDS, "once a round", on_each_cpu(warn_together, NULL, 1));
}

static struct kunit_case crash_cases[] = {
	KUNIT_CASE(faults_are_caught),
	KUNIT_CASE(bugs_and_panics_are_caught),
	KUNIT_CASE(catching_leaves_nothing_behind),
	KUNIT_CASE(expectations_nest),
	KUNIT_CASE(interrupt_flag_is_put_back),
	KUNIT_CASE(warnings_are_counted),
	KUNIT_CASE(wrong_expectations_fail),
	KUNIT_CASE(assert_leaves_an_expecting_statement),
	KUNIT_CASE(broken_invariants_fail),
	KUNIT_CASE(unexpected_warnings_fail),
	KUNIT_CASE(warnings_of_all_cpus_are_counted),
	KUNIT_CASE(once_is_once_on_all_cpus),
	{},
};

static struct kunit_suite crash_suite = {
	.name = "kunit_crash",
	.init = setup,
	.test_cases = crash_cases,
};
kunit_test_suite(crash_suite);
