/* SPDX-License-Identifier: MIT */
/*
 * Proves of the spinning locks that know readers: rwlocks let readers in together and writers in
 * alone, and name misuse; who reads under a seqlock reads again if somebody wrote.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/rwlock.h"
#include "kernel/sync/seqlock.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/kunit_crash.h"
#include "tests/wait_until.h"

/* ---- rwlocks ---- */

static void rwlocks_let_readers_in_together(struct kunit *test)
{
	static DEFINE_RWLOCK(rw);
	unsigned long flags;

	read_lock(&rw);
	KUNIT_EXPECT_EQ(test, read_trylock(&rw), 1);
	KUNIT_EXPECT_EQ(test, write_trylock(&rw), 0);
	read_unlock(&rw);
	read_unlock(&rw);
	write_lock_irqsave(&rw, flags);
	KUNIT_EXPECT_EQ(test, read_trylock(&rw), 0);
	KUNIT_EXPECT_EQ(test, write_trylock(&rw), 0);
	write_unlock_irqrestore(&rw, flags);
	KUNIT_EXPECT_WARN(test, "rwlock*nobody holds it for reading*", read_unlock(&rw));
	KUNIT_EXPECT_WARN(test, "rwlock*nobody holds it for writing*", write_unlock(&rw));
	KUNIT_EXPECT_EQ(test, rw.count, 0u);
	write_lock(&rw);
	KUNIT_EXPECT_PANIC(test, "rwlock*deadlock*", write_lock(&rw));
	write_unlock(&rw);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
}

static DEFINE_RWLOCK(waited_for);

static int write_when_free(void *written)
{
	write_lock(&waited_for);
	WRITE_ONCE(*(bool *)written, true);
	write_unlock(&waited_for);
	return 0;
}

static void rwlock_writers_wait_for_readers(struct kunit *test)
{
	struct task_struct *task;
	bool written = false;
	unsigned int other;

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	migrate_disable();
	other = cpumask_any_but(cpu_online_mask, smp_processor_id());
	task = thread_hold(test, kthread_create_on_cpu(write_when_free, &written, other, "writer"));
	read_lock(&waited_for);
	wake_up_process(task);
	KUNIT_EXPECT_TRUE(test, wait_until((READ_ONCE(waited_for.count) & RWLOCK_WAITING) ||
					   READ_ONCE(written)));
	udelay(200);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(written));
	read_unlock(&waited_for);
	migrate_enable();
	while (!READ_ONCE(written))
		schedule_timeout_uninterruptible(1);
	thread_end(task);
	KUNIT_EXPECT_EQ(test, waited_for.count, 0u);
}

/* ---- seqlocks ---- */

static void readers_of_a_seqlock_read_again(struct kunit *test)
{
	static DEFINE_SEQLOCK(sl);
	unsigned int seq = read_seqbegin(&sl);
	int round = 0, rounds = 0;

	KUNIT_EXPECT_FALSE(test, read_seqretry(&sl, seq));
	write_seqlock(&sl);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&sl, seq));
	write_sequnlock(&sl);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&sl, seq));
	seq = read_seqbegin(&sl);
	KUNIT_EXPECT_FALSE(test, read_seqretry(&sl, seq));
	write_seqcount_invalidate(&sl.seqcount);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&sl, seq));

	/* The first round is disturbed; the second holds the lock. */
	do {
		read_seqbegin_or_lock(&sl, &round);
		if (!rounds++) {
			write_seqlock(&sl);
			write_sequnlock(&sl);
		}
		if (!need_seqretry(&sl, round))
			break;
		round = 1;
	} while (rounds < 5);
	KUNIT_EXPECT_EQ(test, rounds, 2);
	KUNIT_EXPECT_EQ(test, spin_is_locked(&sl.lock), true);
	done_seqretry(&sl, round);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
}

static struct kunit_case rwlock_cases[] = {
	KUNIT_CASE(rwlocks_let_readers_in_together),
	KUNIT_CASE_SLOW(rwlock_writers_wait_for_readers),
	KUNIT_CASE(readers_of_a_seqlock_read_again),
	{},
};

static struct kunit_suite rwlock_suite = {
	.name = "sync_rwlock",
	.test_cases = rwlock_cases,
	.quick = true,
};
kunit_test_suite(rwlock_suite);
