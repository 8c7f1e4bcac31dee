/* SPDX-License-Identifier: MIT */
/*
 * Proves of timers: the wheel gives out each timer at its tick, whatever the distances and the
 * wrap of the count; none fires early, twice or on the wrong CPU; del_timer_sync() really waits;
 * mistakes are named. And of jiffies: they neither drift from the clock nor run ahead of it.
 *
 * A host may stop the machine at any point, so nothing here asserts that something was not late.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/softirq.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/timer.h"
#include "kernel/sync/timer_wheel.h"
#include "lib/random.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

/* --- the wheel alone -------------------------------------------------------------------------- */

#define MODEL_TIMERS 64
#define MODEL_TICKS  12000

static struct timer_wheel wheel;
static struct timer_list model[MODEL_TIMERS];

/* A distance of any order of size up to what the model turns. */
static unsigned long some_distance(struct rnd_state *rng)
{
	return prandom_u32_state(rng) % (1ul << (1 + prandom_u32_state(rng) % 13)) %
	       (MODEL_TICKS - 1);
}

/*
 * Turns from START on, after the empty wheel has stood still for IDLE ticks; each timer must come
 * out when the wheel is at its tick. Returns mistakes.
 */
static unsigned int turn_model(unsigned long start, unsigned long idle, struct rnd_state *rng)
{
	unsigned int wrong = 0, left = 2 * MODEL_TIMERS;
	struct hlist_head due = {NULL};

	memset(&wheel, 0, sizeof(wheel));
	wheel.clk = start - idle;
	for (unsigned int i = 0; i < MODEL_TIMERS; i++) {
		INIT_HLIST_NODE(&model[i].entry);
		model[i].expires = start + some_distance(rng);
		wheel_insert(&wheel, &model[i], start);
	}
	for (unsigned long now = start; now != start + 2 * MODEL_TICKS && left; now++) {
		while (wheel_turn(&wheel, now, &due)) {
			while (due.first) {
				struct timer_list *timer =
					hlist_entry(due.first, struct timer_list, entry);

				wrong += timer->expires != now;
				wheel_remove(&wheel, timer);
				if (--left < MODEL_TIMERS)
					continue;
				timer->expires = now + 1 + some_distance(rng);
				wheel_insert(&wheel, timer, now);
			}
		}
	}
	return wrong + left + wheel.count;
}

static void wheel_keeps_time(struct kunit *test)
{
	static const unsigned long starts[] = {0, 63, 4095, 0x3fff0, 0xfffff0, 0x3ffffff0, -200ul};
	struct rnd_state rng;

	prandom_seed_state(&rng, 4711);
	for (unsigned int i = 0; i < ARRAY_SIZE(starts); i++)
		KUNIT_EXPECT_EQ_MSG(test, turn_model(starts[i], 0, &rng), 0u, "from tick %#lx",
				    starts[i]);
}

/* However long it was empty: also for so long that its time seems to lie ahead. */
static void wheel_may_stand_still(struct kunit *test)
{
	static const unsigned long idle[] = {1, 100000, 0x7fffffff, 0x80000000, 0x80000001, -2ul};
	struct rnd_state rng;

	prandom_seed_state(&rng, 4712);
	for (unsigned int i = 0; i < ARRAY_SIZE(idle); i++)
		KUNIT_EXPECT_EQ_MSG(test, turn_model(123456, idle[i], &rng), 0u, "after %#lx ticks",
				    idle[i]);
}

static void wheel_removes(struct kunit *test)
{
	struct hlist_head due = {NULL};
	struct timer_list a = {.expires = 5}, b = {.expires = 5000}, late = {.expires = -7ul};

	memset(&wheel, 0, sizeof(wheel));
	wheel_insert(&wheel, &a, 0);
	wheel_insert(&wheel, &b, 0);
	wheel_remove(&wheel, &a);
	KUNIT_EXPECT_FALSE(test, timer_pending(&a));
	wheel_unlink(&wheel, &b);
	KUNIT_EXPECT_TRUE(test, timer_pending(&b));
	KUNIT_EXPECT_EQ(test, wheel.count, 0u);
	KUNIT_EXPECT_FALSE(test, wheel_turn(&wheel, 10, &due));
	/* What is late comes with the next turn. */
	wheel_insert(&wheel, &late, 0);
	KUNIT_EXPECT_TRUE(test, wheel_turn(&wheel, 0, &due));
	KUNIT_EXPECT_PTR_EQ(test, due.first, &late.entry);
	/* A tick that was looked at is over: what is armed anew in it waits for the next one. */
	wheel_remove(&wheel, &late);
	late.expires = 0;
	wheel_insert(&wheel, &late, 0);
	KUNIT_EXPECT_FALSE(test, wheel_turn(&wheel, 0, &due));
	KUNIT_EXPECT_TRUE(test, wheel_turn(&wheel, 1, &due));
	KUNIT_EXPECT_PTR_EQ(test, due.first, &late.entry);
}

/* --- timers ----------------------------------------------------------------------------------- */

struct shot {
	struct timer_list timer;
	unsigned int fired, period, wanted;
	unsigned long at;
	u64 ns;
	unsigned int cpu, context;
	bool irqs_off;
};

static void fire(struct timer_list *timer)
{
	struct shot *shot = from_timer(shot, timer, timer);

	shot->at = jiffies;
	shot->ns = clock_ns();
	shot->cpu = smp_processor_id();
	shot->context = preempt_count();
	shot->irqs_off = irqs_disabled();
	WRITE_ONCE(shot->fired, shot->fired + 1);
	if (shot->period && shot->fired < shot->wanted)
		mod_timer(timer, timer->expires + shot->period);
}

static void none_is_early(struct kunit *test)
{
	static const unsigned int ticks[] = {0, 1, 2, 3, 5};
	static struct shot shots[ARRAY_SIZE(ticks)];

	for (unsigned int i = 0; i < ARRAY_SIZE(ticks); i++) {
		memset(&shots[i], 0, sizeof(shots[i]));
		timer_setup(&shots[i].timer, fire, 0);
		KUNIT_EXPECT_EQ(test, mod_timer(&shots[i].timer, jiffies + ticks[i]), 0);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ticks); i++) {
		struct shot *shot = &shots[i];

		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(shot->fired)));
		KUNIT_EXPECT_TRUE(test, time_after_eq(shot->at, shot->timer.expires));
		KUNIT_EXPECT_EQ(test, shot->context & ~PREEMPT_MASK, (unsigned int)SOFTIRQ_OFFSET);
		KUNIT_EXPECT_FALSE(test, timer_pending(&shot->timer));
		KUNIT_EXPECT_GE(test, shot->ns, tick_time_ns(shot->timer.expires));
	}
}

/* TIMER_IRQSAFE: no interrupt comes between the moment it is not pending any more and its end. */
static void irqsafe_ones_are_not_interrupted(struct kunit *test)
{
	static struct shot shots[2];

	for (unsigned int i = 0; i < ARRAY_SIZE(shots); i++) {
		memset(&shots[i], 0, sizeof(shots[i]));
		timer_setup(&shots[i].timer, fire, i ? TIMER_IRQSAFE : 0);
		mod_timer(&shots[i].timer, jiffies);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(shots[i].fired)));
		KUNIT_EXPECT_EQ(test, shots[i].irqs_off, i == 1);
	}
}

static void deleted_ones_stay_silent(struct kunit *test)
{
	static struct shot shot, later;

	memset(&shot, 0, sizeof(shot));
	memset(&later, 0, sizeof(later));
	timer_setup(&shot.timer, fire, 0);
	timer_setup(&later.timer, fire, 0);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&shot.timer, jiffies + 1), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&shot.timer));
	KUNIT_EXPECT_EQ(test, del_timer(&shot.timer), 0);
	mod_timer(&shot.timer, jiffies + 100000);
	KUNIT_EXPECT_EQ(test, timer_reduce(&shot.timer, jiffies + 200000), 1);
	local_bh_disable(); /* it cannot fire first, even if the host stalls */
	KUNIT_EXPECT_EQ(test, mod_timer(&shot.timer, jiffies + 2), 1);
	mod_timer(&later.timer, jiffies + 2);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&shot.timer), 1);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, del_timer_sync(&shot.timer), 0);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(later.fired)));
	KUNIT_EXPECT_EQ(test, shot.fired, 0u);
}

static void leaves_a_count(struct timer_list *timer)
{
	preempt_disable();
	fire(timer);
}

static void waits_for_itself(struct timer_list *timer)
{
	del_timer_sync(timer);
	fire(timer);
}

static void mistakes_are_named(struct kunit *test)
{
	static struct shot shot;

	memset(&shot, 0, sizeof(shot));
	timer_setup(&shot.timer, fire, 0);
	mod_timer(&shot.timer, jiffies + 1000);
	KUNIT_EXPECT_BUG(test, "*timer_pending*", add_timer(&shot.timer));
	del_timer_sync(&shot.timer);
	timer_setup(&shot.timer, leaves_a_count, 0);
	KUNIT_EXPECT_WARN(test, "*leaves_a_count*preempt_count*", {
		mod_timer(&shot.timer, jiffies);
		wait_until(READ_ONCE(shot.fired) == 1);
		del_timer_sync(&shot.timer);
	});
	timer_setup(&shot.timer, waits_for_itself, 0);
	KUNIT_EXPECT_WARN(test, "*waits_for_itself*waits for itself*", {
		mod_timer(&shot.timer, jiffies);
		wait_until(READ_ONCE(shot.fired) == 2);
		del_timer_sync(&shot.timer);
	});
}

/* A periodic timer's sum, in ticks and by the clock. */
static void periods_add_up(struct kunit *test)
{
	static struct shot shot;
	unsigned long first, expired;
	u64 start;

	memset(&shot, 0, sizeof(shot));
	shot.period = 3;
	shot.wanted = 40;
	timer_setup(&shot.timer, fire, 0);
	first = jiffies;
	start = tick_time_ns(first);
	mod_timer(&shot.timer, first + shot.period);
	KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(shot.fired) == shot.wanted));
	expired = shot.timer.expires - first;
	KUNIT_EXPECT_EQ(test, expired, (unsigned long)shot.period * shot.wanted);
	/* Not before its time: what was 120 ticks by jiffies was no less by the clock. */
	KUNIT_EXPECT_GE(test, shot.ns - start, jiffies_to_nsecs(expired));
}

/* --- jiffies ---------------------------------------------------------------------------------- */

static s64 ns_ahead_of_clock(unsigned long first, u64 start)
{
	unsigned long flags, ticks;
	s64 ahead;

	local_irq_save(flags);
	ticks = jiffies - first;
	ahead = (s64)jiffies_to_nsecs(ticks) - (s64)(clock_ns() - start);
	local_irq_restore(flags);
	return ahead;
}

/*
 * Over half a second: jiffies are never ahead of the clock, and right behind a tick they are at
 * most two ticks behind it, if the host lets that be seen once in a while.
 */
static void jiffies_follow_the_clock(struct kunit *test)
{
	unsigned long first = jiffies, last = first;
	u64 start = tick_time_ns(first);
	s64 ahead, most = -NSEC_PER_SEC;

	while (jiffies - first < HZ / 2) {
		wait_until(jiffies != last);
		last = jiffies;
		ahead = ns_ahead_of_clock(first, start);
		KUNIT_ASSERT_LE(test, ahead, 0ll);
		if (last - first > HZ / 4)
			most = max(most, ahead);
	}
	KUNIT_EXPECT_GE(test, most, -2 * (s64)TICK_NSEC);
}

static void jiffies_64_is_the_same(struct kunit *test)
{
	unsigned long before, after;
	u64 all, last = 0;

	for (int i = 0; i < 1000; i++) {
		before = jiffies;
		all = get_jiffies_64();
		after = jiffies;
		KUNIT_ASSERT_TRUE(test, time_in_range((unsigned long)all, before, after));
		KUNIT_ASSERT_GE(test, all, last);
		last = all;
	}
}

static void spans_are_converted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(0), 0ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(1), 1ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(1000), (unsigned long)HZ);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(1001), HZ + 1ul);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(-1u), (unsigned long)MAX_JIFFY_OFFSET);
	KUNIT_EXPECT_EQ(test, usecs_to_jiffies(4001), 2ul);
	KUNIT_EXPECT_EQ(test, jiffies_to_msecs(HZ), 1000u);
	KUNIT_EXPECT_EQ(test, nsecs_to_jiffies(TICK_NSEC * 3 - 1), 2ul);
	KUNIT_EXPECT_TRUE(test, time_after(5ul, -5ul));
	KUNIT_EXPECT_FALSE(test, time_after(5ul, 5ul));
	KUNIT_EXPECT_TRUE(test, time_before_eq(5ul, 5ul));
}

/* --- several CPUs ----------------------------------------------------------------------------- */

static unsigned int another_cpu(struct kunit *test)
{
	unsigned int cpu = cpumask_next((int)smp_processor_id(), cpu_online_mask);

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU");
	return cpu < nr_cpu_ids ? cpu : cpumask_first(cpu_online_mask);
}

static void each_fires_on_its_cpu(struct kunit *test)
{
	static struct shot shots[NR_CPUS];
	unsigned int cpu;

	another_cpu(test);
	for_each_online_cpu(cpu)
	{
		memset(&shots[cpu], 0, sizeof(shots[cpu]));
		timer_setup(&shots[cpu].timer, fire, 0);
		shots[cpu].timer.expires = jiffies + 2;
		add_timer_on(&shots[cpu].timer, (int)cpu);
	}
	for_each_online_cpu(cpu)
	{
		KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(shots[cpu].fired)));
		KUNIT_EXPECT_EQ(test, shots[cpu].cpu, cpu);
		KUNIT_EXPECT_TRUE(test, time_after_eq(shots[cpu].at, shots[cpu].timer.expires));
		del_timer_sync(&shots[cpu].timer);
	}
}

static unsigned int long_started, long_seen, long_ended;

/* Not over before the test has seen it begin, and then not at once. */
static void takes_long(struct timer_list *timer)
{
	WRITE_ONCE(long_started, 1);
	while (!READ_ONCE(long_seen))
		cpu_relax();
	mdelay(20);
	WRITE_ONCE(long_ended, 1);
}

static void sync_waits(struct kunit *test)
{
	static struct timer_list timer;
	unsigned int cpu = another_cpu(test);

	for (int i = 0; i < 3; i++) {
		long_started = long_seen = long_ended = 0;
		timer_setup(&timer, takes_long, 0);
		timer.expires = jiffies;
		add_timer_on(&timer, (int)cpu);
		wait_until(READ_ONCE(long_started));
		KUNIT_EXPECT_EQ(test, try_to_del_timer_sync(&timer), -1);
		WRITE_ONCE(long_seen, 1);
		del_timer_sync(&timer);
		KUNIT_ASSERT_EQ(test, READ_ONCE(long_started), 1u);
		KUNIT_EXPECT_EQ(test, READ_ONCE(long_ended), 1u);
		wait_until(READ_ONCE(long_ended));
	}
}

/* One that arms itself at once, deleted from another CPU: then it must be gone for good. */
static void sync_ends_what_arms_itself(struct kunit *test)
{
	static struct shot shot;
	unsigned int cpu = another_cpu(test);

	for (int i = 0; i < 10; i++) {
		unsigned long ticks;
		unsigned int fired;

		memset(&shot, 0, sizeof(shot));
		shot.period = 1;
		shot.wanted = ~0u;
		timer_setup(&shot.timer, fire, 0);
		shot.timer.expires = jiffies;
		add_timer_on(&shot.timer, (int)cpu);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(shot.fired) >= 2));
		del_timer_sync(&shot.timer);
		fired = READ_ONCE(shot.fired);
		KUNIT_EXPECT_FALSE(test, timer_pending(&shot.timer));
		/* Long enough for one that is still in its function, or armed, to be noticed. */
		ticks = tick_count(cpu);
		wait_until(tick_count(cpu) - ticks > 2);
		shot.wanted = 0;
		KUNIT_ASSERT_EQ(test, READ_ONCE(shot.fired), fired);
	}
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE(wheel_keeps_time),
	KUNIT_CASE(wheel_may_stand_still),
	KUNIT_CASE(wheel_removes),
	KUNIT_CASE_SLOW(none_is_early),
	KUNIT_CASE_SLOW(irqsafe_ones_are_not_interrupted),
	KUNIT_CASE_SLOW(deleted_ones_stay_silent),
	KUNIT_CASE(spans_are_converted),
	KUNIT_CASE(jiffies_64_is_the_same),
	KUNIT_CASE_SLOW(mistakes_are_named),
	KUNIT_CASE_SLOW(periods_add_up),
	KUNIT_CASE_SLOW(jiffies_follow_the_clock),
	KUNIT_CASE_SLOW(each_fires_on_its_cpu),
	KUNIT_CASE_SLOW(sync_waits),
	KUNIT_CASE_SLOW(sync_ends_what_arms_itself),
	{},
};

static struct kunit_suite timer_suite = {
	.name = "sync_timer",
	.test_cases = timer_cases,
	.quick = true,
};
kunit_test_suite(timer_suite);
