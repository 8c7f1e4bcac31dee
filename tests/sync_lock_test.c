/* SPDX-License-Identifier: MIT */
/*
 * Proves of spin locks: they exclude, in turn; and each misuse that they promise to report is
 * reported, by name and with the right place. The same in small: a bit as a lock, and 64-bit atomic
 * integers. And, around every test: no lock is left held.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/atomic64.h"
#include "kernel/sync/spinlock.h"
#include "lib/printf.h"
#include "tests/held_thread.h"
#include "tests/invariant.h"
#include "tests/kunit.h"
#include "tests/kunit_crash.h"
#include "tests/wait_until.h"

/* ---- spin locks ---- */

static void forms_restore_the_context(struct kunit *test)
{
	static DEFINE_SPINLOCK(lock);
	unsigned long flags = 0;

	spin_lock_bh(&lock);
	KUNIT_EXPECT_TRUE(test, in_softirq() && !irqs_disabled());
	KUNIT_EXPECT_FALSE(test, spin_trylock_bh(&lock));
	spin_unlock_bh(&lock);
	spin_lock_irq(&lock);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, spin_trylock_irqsave(&lock, flags));
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irq(&lock);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_TRUE(test, spin_trylock_irqsave(&lock, flags));
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_TRUE(test, spin_trylock_irq(&lock));
	spin_unlock_irq(&lock);
	local_irq_disable();
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	KUNIT_EXPECT_EQ(test, lock.word, 0u);
}

static void taking_a_lock_twice_is_a_deadlock(struct kunit *test)
{
	static DEFINE_SPINLOCK(twice_taken);

	spin_lock(&twice_taken);
	KUNIT_EXPECT_PANIC(test, "spin lock*deadlock: CPU*taking_a_lock_twice*holds it already*",
			   spin_lock(&twice_taken));
	if (lockdep_enabled())
		KUNIT_EXPECT_PANIC(test, "spin lock twice_taken *takes it at taking_a_lock*",
				   spin_lock(&twice_taken));
	spin_unlock(&twice_taken);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&twice_taken));
	preempt_count_set(0); /* if there was no panic, there is more than one lock's */
}

static DEFINE_SPINLOCK(lock_of_two);

static void lock_elsewhere(void *unused)
{
	spin_lock(&lock_of_two);
	preempt_enable_no_resched();
}

static void forget_elsewhere(void *unused)
{
	lockdep_restore(0, ~0u);
}

static void unlocking_on_another_cpu_is_reported(struct kunit *test)
{
	unsigned int other;

	if (!lockdep_enabled())
		kunit_skip(test, "only debug builds know the owner");
	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	migrate_disable();
	other = cpumask_any_but(cpu_online_mask, smp_processor_id());
	smp_call_function_single((int)other, lock_elsewhere, NULL, 1);
	preempt_disable(); /* which the unlock takes back */
	KUNIT_EXPECT_WARN(test,
			  "spin lock lock_of_two*wrong CPU*unlocks it at unlocking_on_another*",
			  spin_unlock(&lock_of_two));
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock_of_two));
	smp_call_function_single((int)other, forget_elsewhere, NULL, 1);
	migrate_enable();
}

/* ---- two CPUs ---- */

struct holder {
	spinlock_t lock;
	bool has, stop;
	unsigned int turns;
};

static int hold_until_reported(void *data)
{
	struct holder *h = data;
	unsigned long reports = warn_count;

	spin_lock(&h->lock);
	WRITE_ONCE(h->has, true);
	wait_until(READ_ONCE(warn_count) != reports || READ_ONCE(h->stop));
	spin_unlock(&h->lock);
	return 0;
}

static struct task_struct *run_elsewhere(struct kunit *test, int (*fn)(void *), void *data,
					 const char *name)
{
	unsigned int cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());

	return thread_go(test, kthread_create_on_cpu(fn, data, cpu, name));
}

static void waiting_too_long_is_reported(struct kunit *test)
{
	static struct holder h;
	struct task_struct *task;
	u64 limit = spin_report_ns;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	h.has = false;
	spin_lock_init(&h.lock);
	migrate_disable();
	task = run_elsewhere(test, hold_until_reported, &h, "holder");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(h.has)));
	spin_report_ns = 5000000;
	KUNIT_EXPECT_WARN_COUNT(test, 1, "spin lock*waits for it at*holder: CPU * (task holder)*",
				spin_lock(&h.lock));
	spin_report_ns = limit;
	spin_unlock(&h.lock);
	migrate_enable();
	thread_end(task);
}

static int lock_once(void *data)
{
	struct holder *h = data;

	spin_lock(&h->lock);
	h->turns++;
	spin_unlock(&h->lock);
	return 0;
}

/*
 * Not only the first of the queue. With so little patience, a host that stops a CPU may have others
 * report other locks: these do not count.
 */
static void all_who_wait_too_long_are_reported(struct kunit *test)
{
	static struct holder h;
	struct kunit_warn_watch others, ours;
	struct task_struct *task[2];
	unsigned int cpu, n = 0;
	u64 limit = spin_report_ns;
	char glob[64];

	if (num_online_cpus() < 3)
		kunit_skip(test, "needs a third CPU");
	h.turns = 0;
	spin_lock_init(&h.lock);
	snprintf(glob, sizeof(glob), "spin lock*(0x%08lx): *waits for it*", (unsigned long)&h.lock);
	migrate_disable();
	for_each_online_cpu(cpu)
	{
		if (cpu != smp_processor_id() && n < 2)
			task[n++] = thread_hold(
				test, kthread_create_on_cpu(lock_once, &h, cpu, "waiter"));
	}
	kunit_warn_begin(&others, "spin lock*waits for it*");
	kunit_warn_begin(&ours, glob);
	spin_lock(&h.lock);
	spin_report_ns = 5000000;
	wake_up_process(task[0]);
	wake_up_process(task[1]);
	wait_until(atomic_read(&ours.nr_matched) == 2);
	spin_report_ns = limit;
	spin_unlock(&h.lock);
	thread_end(task[0]);
	thread_end(task[1]);
	migrate_enable();
	n = (unsigned int)atomic_read(&ours.nr_matched);
	atomic_set(&ours.nr_matched, 1);   /* judged below */
	atomic_set(&others.nr_matched, 1); /* mostly none */
	kunit_warn_judge(test, &ours, NULL, 0);
	kunit_warn_judge(test, &others, NULL, 0);
	KUNIT_EXPECT_EQ(test, n, 2u);
	KUNIT_EXPECT_EQ(test, h.turns, 2u);
}

/* Counts its turns, and is in the queue again at once. */
static int take_turns(void *data)
{
	struct holder *h = data;

	while (!kthread_should_stop()) {
		WRITE_ONCE(h->has, true);
		spin_lock(&h->lock);
		h->turns++;
		WRITE_ONCE(h->has, false);
		spin_unlock(&h->lock);
		cond_resched();
	}
	return 0;
}

#define ROUNDS 20

/* Who lets go of a lock and takes it again finds himself behind the one who waits. */
static void who_waits_comes_first(struct kunit *test)
{
	static struct holder h;
	u64 limit = clock_ns() + 2000000000;
	unsigned int seen = 0, overtaken = 0;
	struct task_struct *task;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	h.turns = 0;
	spin_lock_init(&h.lock);
	migrate_disable();
	task = run_elsewhere(test, take_turns, &h, "turns");
	while (clock_ns() < limit && seen < ROUNDS) {
		u64 look = clock_ns() + 10000000;
		unsigned int before;

		spin_lock(&h.lock);
		before = h.turns;
		for (int i = 0; clock_ns() < look && !spin_is_contended(&h.lock); i++)
			if (i % PAUSE_SPINS == 0)
				cpu_relax();
		if (spin_is_contended(&h.lock)) {
			seen++;
			spin_unlock(&h.lock);
			spin_lock(&h.lock);
			overtaken += h.turns == before;
		}
		spin_unlock(&h.lock);
	}
	migrate_enable();
	thread_end(task);
	KUNIT_EXPECT_GT(test, seen, 0u); /* all ROUNDS, if the other CPU is there all the time */
	KUNIT_EXPECT_EQ(test, overtaken, 0u);
}

/* ---- 64 bits, and bits ---- */

static void atomic64_carries(struct kunit *test)
{
	atomic64_t v = ATOMIC64_INIT(0xffffffffll);
	s64 old = 5;

	atomic64_inc(&v);
	KUNIT_EXPECT_EQ(test, atomic64_read(&v), 0x100000000ll);
	KUNIT_EXPECT_EQ(test, atomic64_sub_return(1, &v), 0xffffffffll);
	KUNIT_EXPECT_EQ(test, atomic64_fetch_or(1ll << 40, &v), 0xffffffffll);
	KUNIT_EXPECT_EQ(test, atomic64_xchg(&v, -1), 0x100ffffffffll);
	KUNIT_EXPECT_FALSE(test, atomic64_add_unless(&v, 7, -1));
	KUNIT_EXPECT_FALSE(test, atomic64_try_cmpxchg(&v, &old, 9));
	KUNIT_EXPECT_EQ(test, old, -1ll);
	KUNIT_EXPECT_TRUE(test, atomic64_inc_and_test(&v));
	KUNIT_EXPECT_EQ(test, atomic64_dec_if_positive(&v), -1ll);
	KUNIT_EXPECT_EQ(test, atomic64_read(&v), 0ll);
}

static void bits_lock(struct kunit *test)
{
	unsigned long map[2] = {0, 0};

	KUNIT_EXPECT_FALSE(test, test_and_set_bit_lock(35, map));
	KUNIT_EXPECT_TRUE(test, test_and_set_bit_lock(35, map));
	KUNIT_EXPECT_EQ(test, map[1], 8ul);
	clear_bit_unlock(35, map);
	KUNIT_EXPECT_EQ(test, map[1], 0ul);
}

/* No test leaves a lock held: on its CPU, by its task, or, debug builds know, on any other CPU. */
static void take_locks(struct invariant_state *now)
{
	unsigned int cpu, depth;

	now->value[0] = lockdep_task_depth();
	for_each_online_cpu(cpu)
	{
		u64 limit = clock_ns() + 5000000000ull;

		/* Others work meanwhile: every lock is dropped some time, and one look must do. */
		while ((depth = lockdep_cpu_depth(cpu)) && cpu != smp_processor_id() &&
		       clock_ns() < limit)
			cpu_relax();
		now->value[1] += depth;
	}
}
TEST_INVARIANT_NAMED(locks_held, take_locks, "locks held by the task",
		     "spin locks held by the CPUs");

static struct kunit_case lock_cases[] = {
	KUNIT_CASE(forms_restore_the_context),
	KUNIT_CASE(taking_a_lock_twice_is_a_deadlock),
	KUNIT_CASE(unlocking_on_another_cpu_is_reported),
	KUNIT_CASE(waiting_too_long_is_reported),
	KUNIT_CASE_SLOW(all_who_wait_too_long_are_reported),
	KUNIT_CASE(who_waits_comes_first),
	KUNIT_CASE(atomic64_carries),
	KUNIT_CASE(bits_lock),
	{},
};

static struct kunit_suite lock_suite = {
	.name = "sync_lock",
	.test_cases = lock_cases,
	.quick = true,
};
kunit_test_suite(lock_suite);
