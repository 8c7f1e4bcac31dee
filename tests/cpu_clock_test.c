/* SPDX-License-Identifier: MIT */
/*
 * Time: it never goes back, waits are never short, and two counters that know nothing of each
 * other agree on its speed.
 *
 * On a loaded host the guest may stand still at any point, so nothing here asserts that a wait was
 * not long; where an upper bound is needed, one good try of several is enough.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/pit.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/tsc.h"
#include "kernel/sync/spinlock.h"
#include "lib/div64.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define READS    20000
#define TRIES    10
#define NS_PER_S 1000000000ull

static void right_clock(struct kunit *test)
{
	if (cpu_has(X86_FEATURE_TSC) && tsc_khz)
		KUNIT_EXPECT_STREQ(test, clock_name, "tsc");
	else
		KUNIT_EXPECT_STREQ(test, clock_name, "pit");
	if (!cpu_has(X86_FEATURE_TSC))
		KUNIT_EXPECT_EQ(test, tsc_khz, 0);
}

static void monotonic(struct kunit *test)
{
	u64 last = clock_ns();
	unsigned int i, backwards = 0;

	for (i = 0; i < READS; i++) {
		u64 now = clock_ns();

		backwards += now < last;
		last = now;
	}
	KUNIT_EXPECT_EQ(test, backwards, 0);
}

static void waits_are_not_short(struct kunit *test)
{
	static const unsigned int us[] = {1, 10, 100, 1000, 10000};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(us); i++) {
		u64 start = clock_ns();
		u16 count = pit_count();

		udelay(us[i]);
		count = (u16)(pit_count() - count);
		KUNIT_EXPECT_GE(test, clock_ns() - start, us[i] * 1000ull);
		/* The calibration may be off by its tolerance, a count by one. The PIT goes round
		 * after 54 ms, which a host can sleep: then the count says nothing. */
		if (clock_ns() - start < 50000000)
			KUNIT_EXPECT_GE(test, count + 1,
					div_u64((u64)us[i] * PIT_HZ, 1000000) * 199 / 200);
	}
}

/*
 * Over 20 ms the clock and the PIT must agree to 1 %: the TSC's rate is not a guess. The PIT's
 * counts are summed up on the way, so only a single stop of the host for more than 54 ms spoils a
 * try.
 */
static bool agrees_once(void)
{
	u64 start = clock_ns(), counts = 0, ns, pit_ns;
	u16 last = pit_count();

	do {
		u16 now = pit_count();

		counts += (u16)(now - last);
		last = now;
		ns = clock_ns() - start;
	} while (ns < 20000000);
	pit_ns = div_u64(counts * NS_PER_S, PIT_HZ);
	return pit_ns + ns / 100 > ns && ns + ns / 100 > pit_ns;
}

static void clock_agrees_with_pit(struct kunit *test)
{
	int tries = 0;

	while (tries < TRIES && !agrees_once())
		tries++;
	KUNIT_EXPECT_LT(test, tries, TRIES);
}

/* Interrupts off for longer than a tick: the clock goes on, and no wait hangs. */
static void time_without_ticks(struct kunit *test)
{
	unsigned long flags;
	u64 start, ns;

	local_irq_save(flags);
	start = clock_ns();
	mdelay(60);
	ns = clock_ns() - start;
	local_irq_restore(flags);
	KUNIT_EXPECT_GE(test, ns, 60000000);
}

/*
 * No more ticks than the time has room for. Fewer is what a host that sleeps makes of them; and
 * with the PIT as clock such a host can take time away, hence the tries.
 */
static bool ticks_fit_once(struct kunit *test)
{
	u64 start = clock_ns();
	unsigned long first = jiffies, ticks;

	mdelay(50);
	KUNIT_EXPECT_TRUE(test, wait_until(jiffies != first));
	ticks = jiffies - first;
	return ticks <= div_u64((clock_ns() - start) * HZ, (u32)NS_PER_S) + 2;
}

static void ticks_are_not_fast(struct kunit *test)
{
	int tries = 0;

	while (tries < TRIES && !ticks_fit_once(test))
		tries++;
	KUNIT_EXPECT_LT(test, tries, TRIES);
}

/* The scaling alone: a second of cycles is a second, for short and for very long spans. */
static void tsc_scale(struct kunit *test)
{
	static const u32 seconds[] = {1, 60, 86400, 31536000};
	unsigned int i;

	if (!tsc_khz)
		kunit_skip(test, "no TSC");
	for (i = 0; i < ARRAY_SIZE(seconds); i++) {
		u64 ns = tsc_to_ns((u64)seconds[i] * tsc_khz * 1000);
		u64 want = seconds[i] * NS_PER_S;
		u64 error = ns > want ? ns - want : want - ns;

		KUNIT_EXPECT_LE_MSG(test, error, seconds[i] * 10ull, "%u s: ppb", seconds[i]);
	}
}

/*
 * CPUs take turns at the clock, in whatever order they get the lock: it must never go back. Where
 * the host has fewer CPUs than the guest, each turn may have to wait for the host's scheduler: so
 * TURNS, or as many as the time allows. In any case a CPU goes on until the others have had a few,
 * so that none has had all of its turns before another's first.
 */
#define TURNS     3000
#define TURNS_MIN 4
#define TURNS_NS  100000000

static DEFINE_SPINLOCK(turn_lock);
static u64 last_seen;
static unsigned int backwards, turns[NR_CPUS];

static bool all_had_a_few(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) if (turns[cpu] < TURNS_MIN) return false;
	return true;
}

static void take_turns(void *info)
{
	u64 end = clock_ns() + TURNS_NS;
	bool enough = false;

	for (unsigned int i = 0; !enough; i++) {
		u64 now;

		spin_lock(&turn_lock);
		now = clock_ns();
		enough = (now > end || i >= TURNS) && all_had_a_few();
		backwards += now < last_seen;
		last_seen = now;
		turns[smp_processor_id()]++;
		spin_unlock(&turn_lock);
	}
}

static void no_cpu_sees_time_go_back(struct kunit *test)
{
	unsigned int cpu;

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU");
	last_seen = backwards = 0;
	memset(turns, 0, sizeof(turns));
	on_each_cpu(take_turns, NULL, 1);
	for_each_online_cpu(cpu) KUNIT_EXPECT_GE(test, turns[cpu], (unsigned int)TURNS_MIN);
	KUNIT_EXPECT_EQ(test, backwards, 0u);
}

static struct kunit_case clock_cases[] = {
	KUNIT_CASE(right_clock),
	KUNIT_CASE(monotonic),
	KUNIT_CASE_SLOW(waits_are_not_short),
	KUNIT_CASE_SLOW(clock_agrees_with_pit),
	KUNIT_CASE_SLOW(time_without_ticks),
	KUNIT_CASE_SLOW(ticks_are_not_fast),
	KUNIT_CASE(tsc_scale),
	KUNIT_CASE_SLOW(no_cpu_sees_time_go_back),
	{},
};

static struct kunit_suite clock_suite = {
	.name = "cpu_clock",
	.test_cases = clock_cases,
	.quick = true,
};
kunit_test_suite(clock_suite);
