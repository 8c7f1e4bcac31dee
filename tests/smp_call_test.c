/* SPDX-License-Identifier: MIT */
/*
 * Proves: calls run where and as often as they were asked for, before the caller goes on if it
 * waits; CPUs that call each other all at once never stop each other; a call that is not answered
 * is reported by name; and a call from where waiting could deadlock is reported before it does.
 */
#include "kernel/cpu/smp.h"
#include "boot/x86.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/sched.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/random.h"
#include "lib/string.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/irq_off_lock.h"
#include "tests/kunit.h"
#include "tests/torture.h"
#include "tests/watcher.h"
#include "tests/wait_until.h"

static atomic_t runs[NR_CPUS];
static atomic_t context_wrong;

static void count_run(void *info)
{
	if (!irqs_disabled())
		atomic_inc(&context_wrong);
	atomic_inc(&runs[smp_processor_id()]);
}

static void reset_runs(void)
{
	memset(runs, 0, sizeof(runs));
	atomic_set(&context_wrong, 0);
}

/* Each CPU of MASK, and no other, has run N times. */
static void expect_runs(struct kunit *test, unsigned long mask, int n)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		KUNIT_EXPECT_EQ(test, atomic_read(&runs[cpu]), mask >> cpu & 1 ? n : 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&context_wrong), 0);
}

static bool is_even(int cpu, void *info)
{
	return cpu % 2 == 0;
}

static void calls_run_where_they_should(struct kunit *test)
{
	unsigned long online = cpu_online_mask->bits[0], self, others;

	migrate_disable();
	self = 1ul << smp_processor_id();
	others = online & ~self;

	reset_runs();
	on_each_cpu(count_run, NULL, true);
	expect_runs(test, online, 1);
	smp_call_function(count_run, NULL, true);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[smp_processor_id()]), 1);

	reset_runs();
	smp_call_function_many(cpu_all_mask, count_run, NULL, true);
	expect_runs(test, others, 1);

	reset_runs();
	on_each_cpu_mask(cpumask_of(0), count_run, NULL, true);
	expect_runs(test, 1, 1);

	reset_runs();
	on_each_cpu_cond(is_even, count_run, NULL, true);
	expect_runs(test, online & 0x55555555, 1);

	reset_runs();
	for (int cpu = 0; cpu < NR_CPUS; cpu++)
		KUNIT_EXPECT_EQ(test, smp_call_function_single(cpu, count_run, NULL, true),
				online >> cpu & 1 ? 0 : -ENXIO);
	expect_runs(test, online, 1);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(-1, count_run, NULL, true), -ENXIO);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(NR_CPUS, count_run, NULL, true), -ENXIO);

	reset_runs();
	KUNIT_EXPECT_EQ(test, smp_call_function_any(cpu_online_mask, count_run, NULL, true), 0);
	expect_runs(test, self, 1);
	migrate_enable();
}

static int sum_of_runs(void)
{
	int sum = 0;

	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		sum += atomic_read(&runs[cpu]);
	return sum;
}

/* Calls that are not waited for run all the same, once each. */
static void calls_without_waiting(struct kunit *test)
{
	unsigned long online = cpu_online_mask->bits[0];
	unsigned int patience = smp_call_patience_ms;
	int wanted;

	migrate_disable();
	reset_runs();
	smp_call_patience_ms = min(patience, (unsigned int)div_u64(wait_limit_ns, 1000000));
	for (int i = 0; i < 50; i++)
		on_each_cpu(count_run, NULL, false);
	smp_call_patience_ms = patience;
	wanted = 50 * (int)num_online_cpus();
	wait_until(sum_of_runs() == wanted);
	expect_runs(test, online, 50);
	migrate_enable();
}

/* A record of the caller's is busy until its call has begun, and then free for the next. */
static void async_records_are_busy_until_they_begin(struct kunit *test)
{
	call_single_data_t csd = CSD_INIT(count_run, NULL);
	struct watcher *watcher = &watchers[0];

	watchers_start(test, 1);
	reset_runs();
	watchers_serve(false);
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async((int)watcher->cpu, &csd), 0);
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async((int)watcher->cpu, &csd), -EBUSY);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[watcher->cpu]), 0);
	watchers_serve(true);
	while (READ_ONCE(csd.flags))
		cpu_relax();
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async((int)watcher->cpu, &csd), 0);
	while (atomic_read(&runs[watcher->cpu]) != 2)
		cpu_relax();
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async(NR_CPUS, &csd), -ENXIO);
	watchers_stop();
}

/* --- calls that must not be --- */

static void call_all(void)
{
	smp_call_function(count_run, NULL, true);
}

static void waiting_with_interrupts_off_is_reported(struct kunit *test)
{
	unsigned long flags;

	warn_once_reset();
	local_irq_save(flags);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "smp: smp_call_function(count_run) with interrupts off:*",
				call_all());
	local_irq_restore(flags);
}

static void call_in_softirq(void)
{
	local_bh_disable();
	call_all();
	local_bh_enable();
}

static void waiting_in_an_interrupt_is_reported(struct kunit *test)
{
	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "smp: smp_call_function(count_run) in an interrupt:*",
				call_in_softirq());
}

static void waiting_under_an_irq_off_lock_is_reported(struct kunit *test)
{
	expect_irq_off_lock_report(test, call_all);
}

/* --- lost interrupts --- */

static void call_watcher(void)
{
	smp_call_function_single((int)watchers[0].cpu, count_run, NULL, true);
}

/*
 * CALL, while no watcher answers: this CPU says whom it waits for, and for what. Then watcher 0
 * answers, and CALL goes on.
 */
static void expect_overdue(struct kunit *test, void (*call)(void))
{
	unsigned long *overdue = &per_cpu(smp_counters, smp_processor_id()).overdue;
	unsigned int patience = smp_call_patience_ms;
	char glob[64];

	reset_runs();
	watchers_serve(false);
	watchers[0].serve_not = *overdue;
	smp_store_release(&watchers[0].serve_when, overdue);
	smp_call_patience_ms = 20;
	snprintf(glob, sizeof(glob), "smp: CPU %u has not run count_run for CPU %u in * ms*",
		 watchers[0].cpu, smp_processor_id());
	KUNIT_EXPECT_WARN(test, glob, call());
	smp_call_patience_ms = patience;
	watchers[0].serve_when = NULL;
}

static void lost_calls_are_reported_by_name(struct kunit *test)
{
	watchers_start(test, 1);
	expect_overdue(test, call_watcher);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[watchers[0].cpu]), 1);
	watchers_stop();
}

/* Calls that are not waited for share a record: the report names whom it went to, not who is next.
 */
static void call_both_watchers(void)
{
	smp_call_function_single((int)watchers[0].cpu, count_run, NULL, false);
	smp_call_function_single((int)watchers[1].cpu, count_run, NULL, false);
}

static void reports_name_who_was_called(struct kunit *test)
{
	if (watchers_start(test, 2) < 2)
		kunit_skip(test, "needs a third CPU");
	expect_overdue(test, call_both_watchers);
	watchers_serve(true);
	/* The record is free before what it asked for has run. */
	wait_until(atomic_read(&runs[watchers[0].cpu]) + atomic_read(&runs[watchers[1].cpu]) == 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[watchers[0].cpu]), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[watchers[1].cpu]), 1);
	watchers_stop();
}

/* --- who waits serves --- */

static struct {
	unsigned int caller;
	bool begins;
} meeting;

static void call_with_interrupts_off(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	WRITE_ONCE(meeting.begins, true);
	smp_call_function_single((int)cpu, count_run, NULL, true);
	local_irq_restore(flags);
}

static int call_the_test(void *data)
{
	call_with_interrupts_off(meeting.caller);
	return 0;
}

/*
 * Another CPU waits for this one, with interrupts off; this one has its own off, and will answer
 * only when the other has run a call of ours: in its wait, since nothing can interrupt it.
 */
static void who_waits_serves_its_own_queue(struct kunit *test)
{
	call_single_data_t csd = CSD_INIT(count_run, NULL);
	struct task_struct *peer;
	unsigned int cpu;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	reset_runs();
	migrate_disable();
	meeting.caller = smp_processor_id();
	cpu = cpumask_next(0, cpu_online_mask) == meeting.caller ? 0
								 : cpumask_next(0, cpu_online_mask);
	warn_once_reset();
	KUNIT_EXPECT_WARN(test, "smp: *(count_run) with interrupts off:*",
			  call_with_interrupts_off(meeting.caller)); /* it is said only once */
	meeting.begins = false;
	peer = thread_hold(test, kthread_create_on_cpu(call_the_test, NULL, cpu, "caller/%u"));
	local_irq_disable();
	wake_up_process(peer);
	wait_until(READ_ONCE(meeting.begins));
	KUNIT_EXPECT_EQ(test, smp_call_function_single_async((int)cpu, &csd), 0);
	wait_until(atomic_read(&runs[cpu]) == 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[cpu]), 1);
	local_irq_enable();
	thread_end(peer);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs[meeting.caller]), 2);
	migrate_enable();
}

/* --- storms --- */

struct caller {
	struct task_struct *task;
	unsigned int cpu;
	struct rnd_state rnd;
	unsigned long asked[NR_CPUS]; /* calls that should have run there */
	call_single_data_t csd;
	unsigned long early; /* waiting calls that came back before they had run */
};

static struct caller callers[NR_CPUS];
static struct torture storm_time;
static unsigned long storm_runs[NR_CPUS][NR_CPUS]; /* [on][for] */

static void storm_call(void *info)
{
	const struct caller *caller = info;

	storm_runs[smp_processor_id()][caller->cpu]++;
}

static bool at_random(int cpu, void *info)
{
	struct caller *caller = info;
	bool chosen = prandom_u32_below(&caller->rnd, 2) == 0;

	caller->asked[cpu] += chosen;
	return chosen;
}

static void ask(struct caller *caller, unsigned long mask)
{
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		caller->asked[cpu] += mask >> cpu & 1;
}

/* One call of a random kind; true: it waited. */
static bool call_somebody(struct caller *caller)
{
	unsigned long online = cpu_online_mask->bits[0];
	struct cpumask mask = CPUMASK_OF_BITS(prandom_u32_state(&caller->rnd) & online);
	unsigned int cpu = prandom_u32_below(&caller->rnd, num_online_cpus());
	bool wait = prandom_u32_below(&caller->rnd, 2);

	switch (prandom_u32_below(&caller->rnd, 6)) {
	case 0:
		ask(caller, 1ul << cpu);
		smp_call_function_single((int)cpu, storm_call, caller, wait);
		return false;
	case 1:
		ask(caller, mask.bits[0] & ~(1ul << caller->cpu));
		smp_call_function_many(&mask, storm_call, caller, wait);
		return false;
	case 2:
		ask(caller, online);
		on_each_cpu(storm_call, caller, wait);
		return wait;
	case 3:
		on_each_cpu_cond(at_random, storm_call, caller, wait);
		return false;
	case 4:
		if (smp_call_function_single_async((int)cpu, &caller->csd) == 0)
			ask(caller, 1ul << cpu);
		return false;
	default:
		ask(caller, mask.bits[0]);
		on_each_cpu_mask(&mask, storm_call, caller, wait);
		return wait && mask.bits[0] == online;
	}
}

static int storm(void *arg)
{
	struct caller *caller = arg;

	while (torture_goes_on(&storm_time)) {
		/* Calls of one CPU to another run in order: after a wait all before have run. */
		if (call_somebody(caller))
			for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
				caller->early += READ_ONCE(storm_runs[cpu][caller->cpu]) !=
						 caller->asked[cpu];
		cond_resched();
	}
	on_each_cpu(storm_call, caller, true);
	ask(caller, cpu_online_mask->bits[0]);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Everybody calls everybody, in all ways at once, waiting and not. */
static void call_storms_lose_nothing(struct kunit *test)
{
	unsigned long overdue[NR_CPUS];
	unsigned int cpu, to;

	memset(callers, 0, sizeof(callers));
	memset(storm_runs, 0, sizeof(storm_runs));
	storm_time = torture_begin_part(num_online_cpus() == 1 ? 10 : 1);
	for_each_online_cpu(cpu)
	{
		struct caller *caller = &callers[cpu];

		overdue[cpu] = per_cpu(smp_counters, cpu).overdue;
		caller->cpu = cpu;
		prandom_seed_state(&caller->rnd, 4711 + cpu);
		INIT_CSD(&caller->csd, storm_call, caller);
		caller->task = kthread_run_on_cpu(storm, caller, cpu, "storm/%u");
		KUNIT_ASSERT_FALSE(test, IS_ERR(caller->task));
	}
	while (torture_goes_on(&storm_time)) /* or one may be stopped before it begins */
		schedule_timeout_uninterruptible(HZ / 10);
	for_each_online_cpu(cpu) kthread_stop(callers[cpu].task);
	for_each_online_cpu(cpu)
	{
		KUNIT_EXPECT_EQ(test, callers[cpu].early, 0ul);
		KUNIT_EXPECT_EQ(test, per_cpu(smp_counters, cpu).overdue, overdue[cpu]);
		KUNIT_EXPECT_GT(test, callers[cpu].asked[cpu], 0ul);
		for_each_online_cpu(to)
			KUNIT_EXPECT_EQ(test, storm_runs[to][cpu], callers[cpu].asked[to]);
	}
}

static struct kunit_case smp_call_cases[] = {
	KUNIT_CASE(calls_run_where_they_should),
	KUNIT_CASE(calls_without_waiting),
	KUNIT_CASE_SLOW(async_records_are_busy_until_they_begin),
	KUNIT_CASE(waiting_with_interrupts_off_is_reported),
	KUNIT_CASE(waiting_in_an_interrupt_is_reported),
	KUNIT_CASE(waiting_under_an_irq_off_lock_is_reported),
	KUNIT_CASE_SLOW(lost_calls_are_reported_by_name),
	KUNIT_CASE_SLOW(reports_name_who_was_called),
	KUNIT_CASE(who_waits_serves_its_own_queue),
	KUNIT_CASE_SLOW(call_storms_lose_nothing),
	{},
};

static void smp_call_exit(struct kunit *test)
{
	watchers_serve(true);
	watchers_stop();
}

static struct kunit_suite smp_call_suite = {
	.name = "smp_call",
	.exit = smp_call_exit,
	.test_cases = smp_call_cases,
	.quick = true,
};
kunit_test_suite(smp_call_suite);
