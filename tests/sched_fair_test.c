/* SPDX-License-Identifier: MIT */
/*
 * Proves that time is charged and shared rightly where that is not a matter of course: when a task
 * changes its class, when another CPU asks, after a stall, and among equals who do not come out
 * even on the CPUs.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/tsc.h"
#include "kernel/sync/rq.h"
#include "lib/div64.h"
#include "tests/sched_threads.h"
#include "tests/wait_until.h"

#define TRIES 4 /* of what a busy host can spoil */

/* Lets others run until the two have had @ms more together; what @a had of it, in percent. */
static unsigned int share_of(const struct spinner *a, const struct spinner *b, unsigned int ms)
{
	unsigned int before = spinner_ms(a), both_before = before + spinner_ms(b), now[2], both;

	both = spinners_wait((const struct spinner *[]){a, b}, 2, both_before + ms, now);
	return (now[0] - before) * 100 / (both - both_before);
}

/* A FIFO thread that sleeps at first; others count time meanwhile, it does not. */
struct former {
	struct spinner spinner;
	bool wakes;
};

static int sleep_then_spin(void *data)
{
	struct former *former = data;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(former->wakes) || kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return spinner_run(&former->spinner);
}

/* It becomes normal when @old has had 120 ms; the share of @old in what follows. */
static unsigned int share_beside(struct kunit *test, const struct spinner *old, unsigned int cpu,
				 bool running)
{
	unsigned int had = spinner_ms(old), share;
	struct former former = {0};
	struct task_struct *thread;

	thread = kthread_create_on_cpu(sleep_then_spin, &former, cpu, "former/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	former.spinner.task = thread;
	sched_set_fifo_prio(thread, 1);
	wake_up_process(thread);
	while (spinner_ms(old) - had < 120)
		schedule_timeout_uninterruptible(2);
	WRITE_ONCE(former.wakes, true);
	wake_up_process(thread);
	if (running)
		wait_ticks_for(500, READ_ONCE(former.spinner.rounds));
	sched_set_normal(thread, 0);
	share = share_of(old, &former.spinner, 60);
	spinner_stop(&former.spinner);
	return share;
}

/* Among the normal ones a task has nothing to catch up for the time that it was FIFO. */
static void former_fifo_tasks_catch_nothing_up(struct kunit *test)
{
	unsigned int cpu = stay_here(test), share;
	struct spinner old;

	sched_set_fifo_prio(current, 60);
	spinner_start(test, &old, cpu, 0);
	for (int running = 0; running < 2; running++) {
		share = 0;
		for (int try = 0; try < TRIES && share < 25; try++)
			share = share_beside(test, &old, cpu, running);
		KUNIT_EXPECT_GE_MSG(test, share, 25u, "%% beside one that %s",
				    running ? "ran" : "waited");
	}
	spinner_stop(&old);
	sched_set_normal(current, 0);
}

/*
 * Nobody has had more time than there was since he was made, whoever looks at him from where. (The
 * TSCs of two CPUs need not agree: the machine tsc-skew.)
 */
static void nobody_is_charged_by_another_clock(struct kunit *test)
{
	unsigned int cpu, here = stay_here(test);

	for_each_online_cpu(cpu)
	{
		u64 made = clock_ns(), there_was;
		struct spinner spinner;
		unsigned int ms;

		spinner_start(test, &spinner, cpu, 0);
		KUNIT_EXPECT_TRUE(test, wait_ticks_for(2500, spinner_ms(&spinner) > 2));
		set_user_nice(spinner.task, 1);
		ms = spinner_ms(&spinner);
		KUNIT_EXPECT_TRUE(test, wait_ticks_for(2500, spinner_ms(&spinner) > ms + 4));
		ms = spinner_ms(&spinner);
		there_was = div_u64(clock_ns() - made, 1000000) + 1;
		KUNIT_EXPECT_LE_MSG(test, ms, (unsigned int)there_was,
				    "ms on CPU %u, asked for by CPU %u", cpu, here);
		spinner_stop(&spinner);
	}
}

/* What a task of another weight has had is charged also if it does not fit into 32 bits. */
static void a_long_stall_is_charged(struct kunit *test)
{
	u64 vruntime, least, sum, charged;
	unsigned long flags;
	struct rq *rq;

	set_user_nice(current, 5);
	local_irq_save(flags);
	rq = this_rq();
	rq_lock(rq);
	rq_account(rq);
	vruntime = current->vruntime;
	sum = current->sum_exec_runtime;
	least = rq->min_vruntime;
	rq->clock -= (1ull << 32) + 1000; /* as if nobody had looked for so long */
	rq_account(rq);
	charged = current->vruntime - vruntime;
	current->vruntime = vruntime;
	current->sum_exec_runtime = sum;
	rq->min_vruntime = least;
	rq_unlock(rq);
	local_irq_restore(flags);
	set_user_nice(current, 0);
	KUNIT_EXPECT_GT(test, charged, 1ull << 32);
}

/* Has none of three had half as much again as another? */
static bool three_are_even(const unsigned int ms[3])
{
	unsigned int most = max(ms[0], max(ms[1], ms[2])), least = min(ms[0], min(ms[1], ms[2]));

	return most * 2 <= least * 3;
}

/*
 * Three that run on and on, where two CPUs are theirs: each gets two thirds of one, over time.
 * Without turns the ratio is 2 for ever, but for chance; so it takes two looks in a row, the second
 * after twice the time.
 */
static void equals_take_turns_on_the_cpus(struct kunit *test)
{
	struct spinner spinners[3];
	unsigned int here = stay_here(test), other = other_cpu(here), even = 0;
	unsigned int most = (unsigned int)div_u64(wait_limit_ns, 1000000) * 8;
	unsigned int ms[3] = {0};
	struct cpumask both;

	if (other == NR_CPUS)
		kunit_skip(test, "one CPU");
	both = (struct cpumask)CPUMASK_OF_BITS(1ul << here | 1ul << other);
	for (int i = 0; i < 3; i++) {
		spinner_start(test, &spinners[i], NR_CPUS, 0);
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(spinners[i].task, &both), 0);
	}
	for (unsigned int total = 1200; total <= most && even < 2; total *= 2) {
		spinners_wait((const struct spinner *[]){&spinners[0], &spinners[1], &spinners[2]},
			      3, total, ms);
		even = three_are_even(ms) ? even + 1 : 0;
	}
	for (int i = 0; i < 3; i++)
		spinner_stop(&spinners[i]);
	KUNIT_EXPECT_EQ_MSG(test, even, 2u, "%u, %u and %u ms", ms[0], ms[1], ms[2]);
}

static struct kunit_case sched_fair_cases[] = {
	KUNIT_CASE_SLOW(former_fifo_tasks_catch_nothing_up),
	KUNIT_CASE_SLOW(nobody_is_charged_by_another_clock),
	KUNIT_CASE(a_long_stall_is_charged),
	KUNIT_CASE_SLOW(equals_take_turns_on_the_cpus),
	{},
};

static struct kunit_suite sched_fair_suite = {
	.name = "sched_fair",
	.test_cases = sched_fair_cases,
	.quick = true,
};
kunit_test_suite(sched_fair_suite);
