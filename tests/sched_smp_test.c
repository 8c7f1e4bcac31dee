/* SPDX-License-Identifier: MIT */
/*
 * Proves, on several CPUs: a pinned task stays, a moved one is where it may be when the call
 * returns; work spreads over idle CPUs; no wake-up across CPUs is lost or late, also of one that is
 * just going to sleep; threads that come and go give everything back; kthread_stop() may race with
 * the thread's own end.
 */
#include "boot/x86.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/rq.h"
#include "kernel/sync/tick.h"
#include "lib/string.h"
#include "tests/held_thread.h"
#include "tests/sched_threads.h"
#include "tests/torture.h"

#define BELL_VECTOR 0xa0 /* nobody's */

static void need_cpus(struct kunit *test, unsigned int n)
{
	if (num_online_cpus() < n)
		kunit_skip(test, "needs %u CPUs", n);
}

static void a_bound_thread_stays(struct kunit *test)
{
	unsigned int here, there;
	struct spinner spinners[3];

	need_cpus(test, 2);
	here = stay_here(test);
	there = other_cpu(here);
	/* Three that want the same CPU, while others idle. */
	for (int i = 0; i < 3; i++)
		spinner_start(test, &spinners[i], there, 0);
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test,
				  wait_ticks_for(2500, READ_ONCE(spinners[i].rounds) &&
							       spinner_ms(&spinners[i]) > 10));
	for (int i = 0; i < 3; i++) {
		spinner_stop(&spinners[i]);
		KUNIT_EXPECT_EQ(test, spinners[i].cpus, 1ul << there);
	}
}

/* A thread that may go anywhere but has said that it stays just now. */
static int stay_for_a_while(void *data)
{
	struct spinner *spinner = data;

	migrate_disable();
	while (!kthread_should_stop()) {
		spinner->cpus |= 1ul << smp_processor_id();
		WRITE_ONCE(spinner->rounds, spinner->rounds + 1);
		cpu_relax();
	}
	migrate_enable();
	return 0;
}

static void migrate_disable_holds(struct kunit *test)
{
	struct spinner one = {0}, two = {0};
	struct spinner rival;
	unsigned int cpu;

	need_cpus(test, 2);
	one.task = kthread_run(stay_for_a_while, &one, "stays/1");
	KUNIT_ASSERT_FALSE(test, IS_ERR(one.task));
	two.task = kthread_run(stay_for_a_while, &two, "stays/2");
	KUNIT_ASSERT_FALSE(test, IS_ERR(two.task));
	KUNIT_EXPECT_TRUE(test,
			  wait_ticks_for(500, READ_ONCE(one.rounds) && READ_ONCE(two.rounds)));
	cpu = task_cpu(one.task);
	/* The set of CPUs changes; it takes effect at migrate_enable(). */
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(one.task, cpumask_of(other_cpu(cpu))), 0);
	spinner_start(test, &rival, cpu, 0);
	schedule_timeout_uninterruptible(20);
	spinner_stop(&rival);
	spinner_stop(&one);
	spinner_stop(&two);
	KUNIT_EXPECT_EQ(test, one.cpus, 1ul << cpu);
	KUNIT_EXPECT_EQ(test, two.cpus & (two.cpus - 1), 0ul);
}

/* It begins a round and ends it, before long. */
static bool more_rounds(const struct spinner *spinner)
{
	unsigned long rounds = READ_ONCE(spinner->rounds);

	return wait_ticks_for(500, READ_ONCE(spinner->rounds) - rounds > 2);
}

/* When set_cpus_allowed_ptr() returns, the task is where it may be: oneself, and another that runs.
 */
static void tasks_can_be_moved(struct kunit *test)
{
	struct cpumask before = current->cpus_mask;
	struct spinner spinner;
	unsigned int cpu;

	need_cpus(test, 2);
	for_each_online_cpu(cpu)
	{
		KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_EQ(test, smp_processor_id(), cpu);
	}
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, cpu_none_mask), -22 /* EINVAL */);
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(current, &before), 0);

	spinner_start(test, &spinner, NR_CPUS, 0);
	KUNIT_EXPECT_TRUE(test, wait_ticks_for(500, READ_ONCE(spinner.rounds)));
	for (int round = 0; round < 3; round++) {
		for_each_online_cpu(cpu)
		{
			KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(spinner.task, cpumask_of(cpu)),
					0);
			KUNIT_EXPECT_EQ(test, task_cpu(spinner.task), cpu);
			/* The round in which it was moved may count for the CPU before. */
			KUNIT_EXPECT_TRUE(test, more_rounds(&spinner));
			__atomic_store_n(&spinner.cpus, 0, __ATOMIC_SEQ_CST);
			KUNIT_EXPECT_TRUE(test, more_rounds(&spinner));
			KUNIT_EXPECT_EQ(test, READ_ONCE(spinner.cpus), 1ul << cpu);
		}
	}
	spinner_stop(&spinner);
}

/* As many spinners as CPUs, all of them brought to one CPU and let go there: soon each has its own.
 */
static void work_spreads(struct kunit *test)
{
	struct spinner *spinners;
	unsigned int n = num_online_cpus(), cpu;
	unsigned long used = 0;

	need_cpus(test, 2);
	stay_here(test);
	spinners = kunit_kcalloc(test, n, sizeof(*spinners), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, spinners);
	for (cpu = 0; cpu < n; cpu++) {
		spinner_start(test, &spinners[cpu], NR_CPUS, 0);
		set_cpus_allowed_ptr(spinners[cpu].task, cpumask_of(smp_processor_id()));
	}
	for (cpu = 0; cpu < n; cpu++) {
		spinners[cpu].task->nr_migrations = 0;
		set_cpus_allowed_ptr(spinners[cpu].task, cpu_all_mask);
	}
	for (unsigned long end = jiffies + 250; (long)(end - jiffies) > 0;) {
		used = 0;
		for (cpu = 0; cpu < n; cpu++)
			used |= 1ul << task_cpu(spinners[cpu].task);
		if (hweight_long(used) == n)
			break;
		schedule_timeout_uninterruptible(1);
	}
	KUNIT_EXPECT_EQ(test, hweight_long(used), n);
	for (cpu = 0; cpu < n; cpu++)
		spinner_stop(&spinners[cpu]);
}

/* --- wake-ups across CPUs --- */

struct ball {
	struct task_struct *player[2];
	unsigned int thrown; /* even: it is with player 0 */
	unsigned int passed; /* the same, after the wake-up */
	unsigned int rounds, lost;
};

#define LOST 1000 /* ticks without a wake-up */

/*
 * The ball was not here when THROWN was read. Every other time we wait for it with the state set,
 * so that the wake-up finds a task that is neither running nor asleep; in between it finds a
 * sleeper.
 */
static void linger(const struct ball *ball, unsigned int thrown)
{
	unsigned long end = jiffies + 25;

	while ((thrown & 2) && READ_ONCE(ball->passed) != thrown + 1 && (long)(end - jiffies) > 0)
		cpu_relax();
}

static void play(struct ball *ball, unsigned int me)
{
	while (READ_ONCE(ball->thrown) < 2 * ball->rounds && !READ_ONCE(ball->lost)) {
		unsigned int thrown;

		set_current_state(TASK_UNINTERRUPTIBLE);
		thrown = READ_ONCE(ball->thrown);
		if ((thrown & 1) == me) {
			__set_current_state(TASK_RUNNING);
			WRITE_ONCE(ball->thrown, thrown + 1);
			wake_up_process(ball->player[!me]);
			WRITE_ONCE(ball->passed, thrown + 1);
			continue;
		}
		linger(ball, thrown);
		if (schedule_timeout(LOST) == 0)
			ball->lost++;
	}
	__set_current_state(TASK_RUNNING);
}

static int other_player(void *data)
{
	struct ball *ball = data;

	play(ball, 1);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule_timeout(1);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void wake_ups_reach_other_cpus(struct kunit *test)
{
	struct ball ball = {.rounds = 300};

	need_cpus(test, 2);
	warn_once_reset(); /* an interrupt that got lost would be reported anew */
	ball.player[0] = current;
	ball.player[1] =
		kthread_create_on_cpu(other_player, &ball, other_cpu(stay_here(test)), "player/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(ball.player[1]));
	wake_up_process(ball.player[1]);
	play(&ball, 0);
	kthread_stop(ball.player[1]);
	KUNIT_EXPECT_EQ(test, ball.lost, 0u);
	KUNIT_EXPECT_EQ(test, ball.thrown, 2 * ball.rounds);
}

/*
 * An interrupt that arrives between idle's last look and its HLT wakes the test. If it only ended
 * the look, the CPU would sleep until the next tick: so the ticks are counted from there on. One
 * may fall in between by chance, not each time.
 */
static struct {
	struct task_struct *task;
	unsigned int cpu;
	unsigned long ticks;
	bool armed, rung;
} bell;

static void bell_interrupt(struct pt_regs *regs)
{
	apic_eoi();
	irq_enter();
	WRITE_ONCE(bell.rung, true);
	wake_up_process(bell.task);
	irq_exit();
}

static void ring_before_halt(void)
{
	if (!bell.armed || smp_processor_id() != bell.cpu)
		return;
	bell.armed = false;
	bell.ticks = tick_count(bell.cpu);
	apic_send_ipi(bell.cpu, BELL_VECTOR);
}

static void wake_ups_before_hlt_are_seen(struct kunit *test)
{
	unsigned int late = 0;
	trap_handler_t before;

	if (!apic_present())
		kunit_skip(test, "needs a local APIC");
	bell.cpu = stay_here(test);
	bell.task = current;
	before = trap_set_handler(BELL_VECTOR, bell_interrupt);
	for (int i = 0; i < 20; i++) {
		bell.rung = false;
		bell.armed = true;
		idle_test_hook = ring_before_halt;
		for (;;) {
			set_current_state(TASK_UNINTERRUPTIBLE);
			if (READ_ONCE(bell.rung))
				break;
			schedule();
		}
		__set_current_state(TASK_RUNNING);
		idle_test_hook = NULL;
		late += tick_count(bell.cpu) != bell.ticks;
	}
	trap_set_handler(BELL_VECTOR, before);
	KUNIT_EXPECT_LT_MSG(test, late, 12u, "of 20 wake-ups waited for a tick");
}

/* --- coming and going --- */

static atomic_t ran;

static int come_and_go(void *data)
{
	atomic_inc(&ran);
	return 0;
}

/* The invariants see whether memory or threads are left. */
static void threads_come_and_go(struct kunit *test)
{
	unsigned int made = 0;

	atomic_set(&ran, 0);
	for (int i = 0; i < 300; i++)
		made += !IS_ERR(kthread_run(come_and_go, NULL, "moth/%d", i));
	KUNIT_EXPECT_EQ(test, made, 300u);
	KUNIT_EXPECT_TRUE(test, wait_ticks_for(1000, atomic_read(&ran) == 300));
}

static int end_soon(void *data)
{
	for (unsigned int i = (unsigned int)(long)data; i && !kthread_should_stop(); i--)
		cpu_relax();
	return 9;
}

static void stop_races_with_the_end(struct kunit *test)
{
	for (unsigned int i = 0; i < 200; i++) {
		struct task_struct *thread;
		int result;

		thread = thread_go(test,
				   kthread_create(end_soon, (void *)(long)(i * 7 % 500), "racer"));
		if (i & 1)
			yield();
		result = thread_end(thread);
		KUNIT_EXPECT_TRUE(test, result == 9 || result == -4 /* EINTR: not run yet */);
	}
}

/* --- torture --- */

/*
 * Everything at once: threads that spin, sleep, wake each other, change their CPUs, their nice
 * values and classes, while others come and go. What is looked at is whether everybody gets on.
 */
#define ACTORS 12

struct actor {
	struct task_struct *task, *friend;
	unsigned long rounds;
	u32 random;
};

static u32 next_random(struct actor *actor)
{
	actor->random = actor->random * 1664525u + 1013904223u;
	return actor->random >> 8;
}

static int act(void *data)
{
	struct actor *actor = data;

	while (!kthread_should_stop()) {
		u32 what = next_random(actor);
		struct cpumask mask;

		WRITE_ONCE(actor->rounds, actor->rounds + 1);
		switch (what % 8) {
		case 0:
			for (u32 i = what >> 8 & 0x3fff; i; i--)
				cpu_relax();
			break;
		case 1:
			schedule_timeout_interruptible(1 + (what >> 8) % 3);
			break;
		case 2:
			cpumask_copy(&mask, cpu_online_mask);
			mask.bits[0] &= what >> 3;
			if (!cpumask_empty(&mask))
				set_cpus_allowed_ptr(current, &mask);
			break;
		case 3:
			set_user_nice(current, (long)((what >> 8) % 40) - 20);
			break;
		case 4:
			sched_set_fifo_prio(current, 1 + (what >> 8) % 20);
			yield();
			sched_set_normal(current, 0);
			break;
		case 5:
			migrate_disable();
			schedule_timeout_interruptible(1);
			migrate_enable();
			break;
		case 6:
			yield();
			break;
		default:
			wake_up_process(READ_ONCE(actor->friend));
			break;
		}
	}
	return 0;
}

static void torture_tasks(struct kunit *test)
{
	static struct actor actors[ACTORS];
	struct torture t = torture_begin();
	unsigned long before[ACTORS];
	unsigned int i;

	memset(actors, 0, sizeof(actors));
	for (i = 0; i < ACTORS; i++) {
		actors[i].random = i * 77;
		actors[i].task = kthread_create(act, &actors[i], "actor/%u", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(actors[i].task));
	}
	for (i = 0; i < ACTORS; i++)
		actors[i].friend = actors[(i + 1) % ACTORS].task;
	for (i = 0; i < ACTORS; i++)
		wake_up_process(actors[i].task);
	while (torture_goes_on(&t)) {
		struct task_struct *moth;

		for (i = 0; i < ACTORS; i++)
			before[i] = READ_ONCE(actors[i].rounds);
		for (i = 0; i < 20; i++) {
			moth = kthread_run(come_and_go, NULL, "moth");
			KUNIT_EXPECT_FALSE(test, IS_ERR(moth));
		}
		set_cpus_allowed_ptr(actors[next_random(&actors[0]) % ACTORS].task, cpu_all_mask);
		for (i = 0; i < ACTORS; i++)
			KUNIT_EXPECT_TRUE_MSG(
				test,
				wait_ticks_for(2500, READ_ONCE(actors[i].rounds) != before[i]),
				"actor %u stands still", i);
	}
	/* Each may be woken by a friend until that one has ended. */
	for (i = 0; i < ACTORS; i++)
		get_task_struct(actors[i].task);
	for (i = 0; i < ACTORS; i++)
		KUNIT_EXPECT_EQ(test, kthread_stop(actors[i].task), 0);
	for (i = 0; i < ACTORS; i++)
		put_task_struct(actors[i].task);
}

static struct kunit_case sched_smp_cases[] = {
	KUNIT_CASE_SLOW(a_bound_thread_stays),
	KUNIT_CASE_SLOW(migrate_disable_holds),
	KUNIT_CASE_SLOW(tasks_can_be_moved),
	KUNIT_CASE_SLOW(work_spreads),
	KUNIT_CASE_SLOW(wake_ups_reach_other_cpus),
	KUNIT_CASE(wake_ups_before_hlt_are_seen),
	KUNIT_CASE_SLOW(threads_come_and_go),
	KUNIT_CASE_SLOW(stop_races_with_the_end),
	KUNIT_CASE_SLOW(torture_tasks),
	{},
};

static struct kunit_suite sched_smp_suite = {
	.name = "sched_smp",
	.test_cases = sched_smp_cases,
	.quick = true,
};
kunit_test_suite(sched_smp_suite);
