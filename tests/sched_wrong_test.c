/* SPDX-License-Identifier: MIT */
/*
 * Proves that what a thread must not do is reported with its name, and the place where there is
 * one: to schedule while atomic, to end with something held, to run off its stack. And what goes
 * wrong around threads: an interrupt between CPUs is lost, the CPU of a bound one does not run.
 */
#include "boot/x86.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "kernel/cpu/vectors.h"
#include "kernel/sync/mutex.h"
#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/held_thread.h"
#include "tests/sched_threads.h"
#include "tests/wait_until.h"

static void scheduling_while_atomic_is_reported(struct kunit *test)
{
	unsigned int count;

	preempt_disable();
	KUNIT_EXPECT_WARN(test,
			  preempt_disable_site()
				  ? "BUG: scheduling while atomic: init/1/0x00000001*since "
				    "scheduling_while_atomic*"
				  : "BUG: scheduling while atomic: init/1/0x00000001*",
			  schedule());
	count = preempt_count();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, count, (unsigned int)PREEMPT_OFFSET);

	local_irq_disable();
	KUNIT_EXPECT_WARN(test, "BUG: scheduling while atomic: *interrupts off*", schedule());
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_enable();
}

static int leave_count(void *data)
{
	preempt_disable();
	return 5;
}

static int leave_irqs_off(void *data)
{
	local_irq_disable();
	return 6;
}

static int leave_pagefaults_off(void *data)
{
	pagefault_disable();
	return 7;
}

static int leave_migration_off(void *data)
{
	migrate_disable();
	return 8;
}

static DEFINE_MUTEX(left_locked);

static int leave_mutex(void *data)
{
	mutex_lock(&left_locked);
	return 9;
}

static DEFINE_SPINLOCK(left_spinning);

static int leave_spin_lock(void *data)
{
	spin_lock(&left_spinning);
	return 10;
}

/* Runs FN in a thread on this CPU; what it returned. */
static int run_thread(struct kunit *test, int (*fn)(void *), void *data)
{
	struct task_struct *thread = thread_go(test, kthread_create(fn, data, "leaver"));

	KUNIT_EXPECT_TRUE(test, wait_ticks_for(500, READ_ONCE(thread->__state) & TASK_DEAD));
	return thread_end(thread);
}

/* What a thread does not give back is reported with its name, and the CPU stays usable. */
static void threads_that_leave_something_are_named(struct kunit *test)
{
	int result = 0;

	KUNIT_EXPECT_WARN(test,
			  preempt_disable_site()
				  ? "thread leaver/* ends with preempt_count 0x1; atomic since "
				    "leave_count*"
				  : "thread leaver/* ends with preempt_count 0x1*",
			  result = run_thread(test, leave_count, NULL));
	KUNIT_EXPECT_EQ(test, result, 5);
	KUNIT_EXPECT_WARN(test, "thread leaver/* ends with interrupts off",
			  result = run_thread(test, leave_irqs_off, NULL));
	KUNIT_EXPECT_EQ(test, result, 6);
	KUNIT_EXPECT_WARN(test, "thread leaver/* ends with page faults disabled",
			  result = run_thread(test, leave_pagefaults_off, NULL));
	KUNIT_EXPECT_EQ(test, result, 7);
	KUNIT_EXPECT_WARN(test, "thread leaver/* ends with migration disabled",
			  result = run_thread(test, leave_migration_off, NULL));
	KUNIT_EXPECT_EQ(test, result, 8);
}

/* So are locks; of a mutex only debug builds know. */
static void threads_that_leave_locks_are_named(struct kunit *test)
{
	int result = 0;

	KUNIT_EXPECT_WARN(test,
			  preempt_disable_site()
				  ? "thread leaver/* ends with preempt_count 0x1; atomic since "
				    "leave_spin_lock*"
				  : "thread leaver/* ends with preempt_count 0x1*",
			  result = run_thread(test, leave_spin_lock, NULL));
	KUNIT_EXPECT_EQ(test, result, 10);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&left_spinning));
	left_spinning = (spinlock_t)__SPIN_LOCK_UNLOCKED(left_spinning);
	if (!preempt_disable_site())
		return;
	KUNIT_EXPECT_WARN(test, "task leaver * ends with *left_locked* held, taken at leave_mutex*",
			  result = run_thread(test, leave_mutex, NULL));
	KUNIT_EXPECT_EQ(test, result, 9);
	left_locked = (struct mutex)__MUTEX_INITIALIZER(left_locked);
}

static int end_at_once(void *data)
{
	return 0;
}

/* Nothing is mapped below a stack, for the page that its report looks at, and to the last byte. */
static void stacks_lie_above_a_hole(struct kunit *test)
{
	struct task_struct *thread = kthread_create(end_at_once, NULL, "hole");
	const struct kernel_stack *stack;

	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	stack = &thread->stack;
	KUNIT_EXPECT_EQ(test, stack->guard + PAGE_SIZE, stack->base);
	KUNIT_EXPECT_FAULT_READ(test, stack->guard);
	KUNIT_EXPECT_FAULT_READ(test, stack->base - 1);
	kthread_stop(thread);
}

static int run_off_the_stack(void *data)
{
	return recover_try(raise_stack_overflow, NULL, data);
}

static void a_stack_overflow_is_named(struct kunit *test)
{
	struct recover_info info = {0};
	int result = run_thread(test, run_off_the_stack, &info);

	KUNIT_EXPECT_EQ(test, result, (int)RECOVERED_FAULT);
	KUNIT_EXPECT_TRUE_MSG(test, strncmp(info.text, "kernel stack overflow: leaver", 29) == 0,
			      "%s", info.text);
}

/* An expectation is its task's: what another one does in between does not end it. */
static int fail_and_recover(void *data)
{
	struct recover_info info;

	recover_try(raise_stack_overflow, NULL, &info);
	return info.kind;
}

static void expect_while_others_fail(void *data)
{
	struct kunit *test = data;

	KUNIT_EXPECT_EQ(test, run_thread(test, fail_and_recover, NULL), (int)RECOVERED_FAULT);
}

static void expectations_belong_to_a_task(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (int)recover_try(expect_while_others_fail, test, NULL),
			(int)RECOVERED_NONE);
}

/* --- lost interrupts --- */

static struct {
	trap_handler_t hears;
	unsigned int cpu; /* does not hear that it is to reschedule */
} deaf;

static void maybe_deaf(struct pt_regs *regs)
{
	if (smp_processor_id() == READ_ONCE(deaf.cpu))
		apic_eoi();
	else
		deaf.hears(regs);
}

static void hear(void *unused)
{
	scheduler_ipi();
}

/* From here on it hears again, and what was lost last is not reported after its time. */
static void end_deafness(unsigned int cpu)
{
	WRITE_ONCE(deaf.cpu, NR_CPUS);
	smp_call_function_single((int)cpu, hear, NULL, true);
}

static int note_run(void *data)
{
	WRITE_ONCE(*(bool *)data, true);
	return 0;
}

/* Wakes a thread that is bound to the deaf CPU. False if it did not come to run by itself. */
static bool wake_on_deaf_cpu(struct kunit *test)
{
	unsigned int cpu = deaf.cpu;
	struct task_struct *thread;
	bool has_run = false;

	thread = kthread_create_on_cpu(note_run, &has_run, cpu, "deaf/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	sched_set_fifo(thread); /* whoever runs there has to make way */
	wake_up_process(thread);
	if (wait_until_sleeping(READ_ONCE(has_run)))
		return true;
	WRITE_ONCE(deaf.cpu,
		   NR_CPUS); /* then by an interrupt that is heard, so that the test ends */
	smp_send_reschedule((int)cpu);
	wait_until_sleeping(READ_ONCE(has_run));
	return false;
}

/*
 * Who has been told already, for somebody else's sake, and has not followed yet is not told again:
 * then no interrupt was lost, and the CPU runs the thread in silence. So it is woken once more.
 */
static void wake_until_reported(struct kunit *test, unsigned int cpu)
{
	unsigned long warnings = READ_ONCE(warn_count);
	u64 limit = clock_ns() + wait_limit_ns;
	bool ran = true;

	WRITE_ONCE(deaf.cpu, cpu);
	while (ran && READ_ONCE(warn_count) == warnings && clock_ns() < limit) {
		ran = wake_on_deaf_cpu(test);
		schedule_timeout_uninterruptible(3); /* ticks of the deaf CPU: it looks at each */
	}
	end_deafness(cpu);
	KUNIT_EXPECT_TRUE(test, ran);
}

/* A CPU that does not hear of its work does it all the same, before long, and says so. */
static void lost_kicks_are_reported_by_name(struct kunit *test)
{
	unsigned int cpu;
	char glob[64];

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs 2 CPUs");
	cpu = other_cpu(stay_here(test));
	warn_once_reset();
	snprintf(glob, sizeof(glob), "sched: CPU %u has not heard*interrupt lost*", cpu);
	deaf.cpu = NR_CPUS;
	deaf.hears = trap_get_handler(RESCHEDULE_VECTOR);
	trap_set_handler(RESCHEDULE_VECTOR, maybe_deaf);
	KUNIT_EXPECT_WARN(test, glob, wake_until_reported(test, cpu));
	trap_set_handler(RESCHEDULE_VECTOR, deaf.hears);
	warn_once_reset();
}

/* --- CPUs that do not run --- */

static void run_bound_to(struct kunit *test, unsigned int cpu)
{
	struct task_struct *thread;
	bool has_run = false;

	thread = kthread_run_on_cpu(note_run, &has_run, cpu, "nowhere/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(has_run)));
}

/* Better anywhere than nowhere, but not in silence. */
static void lost_bindings_are_reported(struct kunit *test)
{
	unsigned int cpu = NR_CPUS - 1;
	char glob[64];

	while (cpu && cpu_online(cpu))
		cpu--;
	if (cpu_online(cpu))
		kunit_skip(test, "all %d CPUs run", NR_CPUS);
	snprintf(glob, sizeof(glob), "sched: thread nowhere/%u/* is bound to CPU %u*", cpu, cpu);
	KUNIT_EXPECT_WARN_COUNT(test, 1, glob, run_bound_to(test, cpu));
}

static struct kunit_case sched_wrong_cases[] = {
	KUNIT_CASE(scheduling_while_atomic_is_reported),
	KUNIT_CASE_SLOW(threads_that_leave_something_are_named),
	KUNIT_CASE(threads_that_leave_locks_are_named),
	KUNIT_CASE(stacks_lie_above_a_hole),
	KUNIT_CASE(a_stack_overflow_is_named),
	KUNIT_CASE(expectations_belong_to_a_task),
	KUNIT_CASE_SLOW(lost_kicks_are_reported_by_name),
	KUNIT_CASE(lost_bindings_are_reported),
	{},
};

static struct kunit_suite sched_wrong_suite = {
	.name = "sched_wrong",
	.test_cases = sched_wrong_cases,
	.quick = true,
};
kunit_test_suite(sched_wrong_suite);
