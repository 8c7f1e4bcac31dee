/* SPDX-License-Identifier: MIT */
/*
 * Proves, on one CPU: threads run and end; sleepers are woken, once; who has priority runs at once,
 * who is equal gets an equal share, and who is heavier a larger one; and preemption happens at the
 * end of preempt_enable() and of an interrupt.
 */
#include "boot/x86.h"
#include "kernel/sync/rq.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/timer.h"
#include "tests/held_thread.h"
#include "tests/sched_threads.h"

#define SHARED_MS_MAX 6400
#define LOOKS         3 /* in a row: two may look fair by chance where the scheduler is not */

static int return_data(void *data)
{
	return (int)(long)data;
}

static void threads_run_and_end(struct kunit *test)
{
	struct task_struct *thread = kthread_create(return_data, (void *)42, "returns/%d", 7);
	int pid;

	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_EXPECT_STREQ(test, thread->comm, "returns/7");
	KUNIT_EXPECT_PTR_EQ(test, kthread_data(thread), (void *)42);
	pid = thread->pid;
	KUNIT_EXPECT_GT(test, pid, current->pid);
	KUNIT_EXPECT_PTR_EQ(test, find_get_task(pid), thread);
	KUNIT_EXPECT_TRUE(test, wake_up_process(thread));
	KUNIT_EXPECT_TRUE(test, wait_ticks_for(500, READ_ONCE(thread->__state) & TASK_DEAD));
	KUNIT_EXPECT_FALSE(test, wake_up_process(thread));
	KUNIT_EXPECT_EQ(test, kthread_stop(thread), 42);
	put_task_struct(thread);
	KUNIT_EXPECT_NULL(test, find_get_task(pid));
}

static void a_thread_stopped_before_it_ran(struct kunit *test)
{
	struct task_struct *thread = kthread_create(return_data, (void *)42, "never");

	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_EXPECT_EQ(test, kthread_stop(thread), -4 /* EINTR */);
}

/* Two threads pass a token to and fro by the protocol of sched.h. */
struct relay {
	struct task_struct *other;
	unsigned int token, rounds;
};

static int relay_partner(void *data)
{
	struct relay *relay = data;

	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		if (READ_ONCE(relay->token) & 1) {
			__set_current_state(TASK_RUNNING);
			relay->rounds++;
			WRITE_ONCE(relay->token, relay->token + 1);
			wake_up_process(relay->other);
			continue;
		}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void pass_token(struct relay *relay, struct task_struct *partner)
{
	WRITE_ONCE(relay->token, relay->token + 1);
	wake_up_process(partner);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!(READ_ONCE(relay->token) & 1))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static void sleepers_are_woken(struct kunit *test)
{
	struct relay relay = {.other = current};
	struct task_struct *partner;

	partner = kthread_run_on_cpu(relay_partner, &relay, stay_here(test), "relay/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(partner));
	for (int i = 0; i < 1000; i++)
		pass_token(&relay, partner);
	KUNIT_EXPECT_EQ(test, kthread_stop(partner), 0);
	KUNIT_EXPECT_EQ(test, relay.rounds, 1000u);
}

/* --- who runs at once --- */

struct runner {
	struct task_struct *task;
	unsigned int *order, place; /* its place among those that share the counter */
	bool woken;
};

static int run_once(void *data)
{
	struct runner *runner = data;

	runner->place = ++*runner->order;
	return 0;
}

static void runner_make(struct kunit *test, struct runner *runner, unsigned int *order,
			unsigned int cpu, unsigned int prio)
{
	*runner = (struct runner){.order = order};
	runner->task = thread_hold(test, kthread_create_on_cpu(run_once, runner, cpu, "runner/%u"));
	if (prio)
		sched_set_fifo_prio(runner->task, prio);
}

static void fifo_threads_run_at_once(struct kunit *test)
{
	unsigned int cpu = stay_here(test), order = 0;
	struct runner runner;

	runner_make(test, &runner, &order, cpu, 10);
	wake_up_process(runner.task);
	KUNIT_EXPECT_EQ(test, READ_ONCE(runner.place), 1u);
	thread_end(runner.task);
}

static void preempt_enable_lets_others_run(struct kunit *test)
{
	unsigned int cpu = stay_here(test), order = 0;
	struct runner runner;

	runner_make(test, &runner, &order, cpu, 10);
	preempt_disable();
	wake_up_process(runner.task);
	KUNIT_EXPECT_TRUE(test, need_resched());
	KUNIT_EXPECT_EQ(test, READ_ONCE(runner.place), 0u);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, READ_ONCE(runner.place), 1u);
	KUNIT_EXPECT_FALSE(test, need_resched());
	thread_end(runner.task);
}

static void priorities_decide_the_order(struct kunit *test)
{
	static const unsigned int prios[] = {0, 20, 99, 1, 50, 50};
	static const unsigned int places[] = {6, 4, 1, 5, 2, 3};
	unsigned int cpu = stay_here(test), order = 0;
	struct runner runners[ARRAY_SIZE(prios)];

	for (size_t i = 0; i < ARRAY_SIZE(prios); i++)
		runner_make(test, &runners[i], &order, cpu, prios[i]);
	preempt_disable();
	for (size_t i = 0; i < ARRAY_SIZE(prios); i++)
		wake_up_process(runners[i].task);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, wait_ticks_for(500, READ_ONCE(order) == ARRAY_SIZE(prios)));
	for (size_t i = 0; i < ARRAY_SIZE(prios); i++) {
		KUNIT_EXPECT_EQ_MSG(test, runners[i].place, places[i], "priority %u", prios[i]);
		thread_end(runners[i].task);
	}
}

/* A timer wakes a FIFO thread; what was interrupted never calls the scheduler. */
struct alarm {
	struct timer_list timer;
	struct runner runner;
	bool looping; /* nothing but the loop runs that is to be interrupted */
};

static void alarm_rings(struct timer_list *timer)
{
	struct alarm *alarm = from_timer(alarm, timer, timer);

	if (!READ_ONCE(alarm->looping)) { /* a slow host: we have interrupted mod_timer() */
		mod_timer(timer, jiffies + 1);
		return;
	}
	alarm->runner.woken = true;
	wake_up_process(alarm->runner.task);
}

static void interrupts_let_others_run(struct kunit *test)
{
	unsigned int cpu = stay_here(test), order = 0, place;
	struct alarm alarm = {.looping = false};
	unsigned long end;

	runner_make(test, &alarm.runner, &order, cpu, 10);
	timer_setup_on_stack(&alarm.timer, alarm_rings, TIMER_PINNED);
	mod_timer(&alarm.timer, jiffies + 1);
	WRITE_ONCE(alarm.looping, true);
	end = jiffies + 25;
	while (!READ_ONCE(alarm.runner.place) && (long)(end - jiffies) > 0)
		cpu_relax();
	place = READ_ONCE(alarm.runner.place);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(alarm.runner.woken));
	KUNIT_EXPECT_EQ(test, place, 1u);
	del_timer_sync(&alarm.timer);
	destroy_timer_on_stack(&alarm.timer);
	thread_end(alarm.runner.task);
}

/* --- shares --- */

/*
 * Two spinners on this CPU; whether the first has between LOW and HIGH percent of it. A host that
 * stops the CPU for a while makes a turn longer, and the scheduler makes up for it, if it is right:
 * so the longer they run, the less it means. It takes three looks in a row that say the same, each
 * after twice the time.
 */
static bool share_is_between(struct kunit *test, int nice_a, int nice_b, unsigned int low,
			     unsigned int high)
{
	unsigned int cpu = stay_here(test), share = 0, good = 0, ms[2], both;
	struct spinner a, b;

	spinner_start(test, &a, cpu, nice_a);
	spinner_start(test, &b, cpu, nice_b);
	for (unsigned int total = 50; total <= SHARED_MS_MAX && good < LOOKS; total *= 2) {
		both = spinners_wait((const struct spinner *[]){&a, &b}, 2, total, ms);
		share = ms[0] * 100 / both;
		good = share >= low && share <= high ? good + 1 : 0;
	}
	spinner_stop(&a);
	spinner_stop(&b);
	if (good < LOOKS)
		kunit_info(test, "the share was %u%%, not %u..%u", share, low, high);
	return good == LOOKS;
}

static void equals_share_alike(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, share_is_between(test, 0, 0, 35, 65));
}

/* Nice 5 weighs 335, a quarter of the two. */
static void weights_decide_the_share(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, share_is_between(test, 0, 5, 62, 88));
}

/*
 * Who sleeps most of the time is served at once, though others want the CPU all the time. Not the
 * time is measured, which a host may take away, but what happened on the CPU between the wake-up
 * and the first instruction: one switch, and no tick.
 */
struct wakeup {
	struct timer_list timer;
	struct task_struct *task;
	bool entitled; /* slept, and has had less than anybody here */
	unsigned long switches, ticks;
};

static void wake_and_note(struct timer_list *timer)
{
	struct wakeup *wakeup = from_timer(wakeup, timer, timer);
	struct rq *rq = this_rq();
	unsigned long flags;
	s64 behind;

	local_irq_save(flags);
	behind = (s64)(rq->min_vruntime - wakeup->task->vruntime);
	wakeup->entitled = wakeup->task->on_rq == RQ_NONE && behind > (s64)WAKEUP_GRANULARITY;
	wakeup->switches = rq->nr_switches;
	wakeup->ticks = tick_count(smp_processor_id());
	wake_up_process(wakeup->task);
	local_irq_restore(flags);
}

static void sleep_among_spinners(struct kunit *test)
{
	unsigned int cpu = smp_processor_id(), entitled = 0, at_once = 0;
	struct wakeup wakeup = {.task = current};

	timer_setup_on_stack(&wakeup.timer, wake_and_note, TIMER_PINNED);
	for (int i = 0; i < 200 && entitled < 9; i++) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		mod_timer(&wakeup.timer, jiffies + 2);
		schedule();
		/* A tick in between: it came too late, or a host has stopped this CPU here. */
		if (!wakeup.entitled || tick_count(cpu) != wakeup.ticks)
			continue;
		entitled++;
		at_once += this_rq()->nr_switches - wakeup.switches == 1;
	}
	del_timer_sync(&wakeup.timer);
	destroy_timer_on_stack(&wakeup.timer);
	KUNIT_EXPECT_EQ(test, entitled, 9u);
	KUNIT_EXPECT_GE(test, at_once, 5u); /* a worker thread may come first now and then */
}

/* One that would run on and on, and two that take turns at each tick. */
static void sleepers_come_before_spinners(struct kunit *test)
{
	unsigned int cpu = stay_here(test);
	struct spinner a, b;

	spinner_start(test, &a, cpu, 0);
	sleep_among_spinners(test);
	spinner_start(test, &b, cpu, 0);
	sleep_among_spinners(test);
	spinner_stop(&a);
	spinner_stop(&b);
}

/* The one with the lower priority gets nothing; the test runs above both. */
static void spinners_do_not_hinder_fifo(struct kunit *test)
{
	unsigned int cpu = stay_here(test), before;
	struct spinner low, high;

	sched_set_fifo_prio(current, 60);
	spinner_start(test, &low, cpu, 0);
	spinner_start(test, &high, cpu, 0);
	sched_set_fifo_prio(high.task, 20);
	schedule_timeout_uninterruptible(2);
	before = spinner_ms(&low);
	schedule_timeout_uninterruptible(5);
	KUNIT_EXPECT_EQ(test, spinner_ms(&low), before);
	KUNIT_EXPECT_GT(test, spinner_ms(&high), 0u);
	sched_set_normal(high.task, 0);
	spinner_stop(&high);
	spinner_stop(&low);
	sched_set_normal(current, 0);
}

static int yield_often(void *data)
{
	unsigned int *turns = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(*turns, *turns + 1);
		yield();
	}
	return 0;
}

/* Two that yield take turns. */
static void yield_takes_turns(struct kunit *test)
{
	unsigned int cpu = stay_here(test), turns = 0;
	struct task_struct *thread;

	thread = kthread_run_on_cpu(yield_often, &turns, cpu, "yields/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	for (int i = 0; i < 200; i++)
		yield();
	KUNIT_EXPECT_GE(test, READ_ONCE(turns), 150u);
	KUNIT_EXPECT_EQ(test, kthread_stop(thread), 0);
}

/* --- what ps shows --- */

static void noinline wait_in_here(void)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		barrier();
	}
}

static int sleep_until_stopped(void *data)
{
	wait_in_here();
	return 0;
}

static void wait_channels_are_found(struct kunit *test)
{
	struct task_struct *thread = kthread_run(sleep_until_stopped, NULL, "waits");
	unsigned long start = (unsigned long)wait_in_here, wchan;

	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	KUNIT_ASSERT_TRUE(test, wait_ticks_for(500, get_wchan(thread) != 0));
	wchan = get_wchan(thread);
	KUNIT_EXPECT_TRUE_MSG(test, wchan - start < 200, "%pS", (void *)wchan);
	KUNIT_EXPECT_EQ(test, task_state_char(thread), 'S');
	KUNIT_EXPECT_EQ(test, kthread_stop(thread), 0);
	KUNIT_EXPECT_EQ(test, get_wchan(current), 0ul);
}

static struct kunit_case sched_cases[] = {
	KUNIT_CASE(threads_run_and_end),
	KUNIT_CASE(a_thread_stopped_before_it_ran),
	KUNIT_CASE(sleepers_are_woken),
	KUNIT_CASE(fifo_threads_run_at_once),
	KUNIT_CASE(preempt_enable_lets_others_run),
	KUNIT_CASE(priorities_decide_the_order),
	KUNIT_CASE(interrupts_let_others_run),
	KUNIT_CASE_SLOW(equals_share_alike),
	KUNIT_CASE_SLOW(weights_decide_the_share),
	KUNIT_CASE_SLOW(sleepers_come_before_spinners),
	KUNIT_CASE_SLOW(spinners_do_not_hinder_fifo),
	KUNIT_CASE(yield_takes_turns),
	KUNIT_CASE(wait_channels_are_found),
	{},
};

static struct kunit_suite sched_suite = {
	.name = "sched",
	.test_cases = sched_cases,
	.quick = true,
};
kunit_test_suite(sched_suite);
