/* SPDX-License-Identifier: MIT */
/*
 * Proves of the locks: they exclude, in turn; and each misuse that they promise to report is
 * reported, by name and with the right place.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/atomic64.h"
#include "kernel/sync/completion.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/rwlock.h"
#include "kernel/sync/rwsem.h"
#include "kernel/sync/semaphore.h"
#include "kernel/sync/seqlock.h"
#include "lib/printf.h"
#include "proc/kthread.h"
#include "tests/cpu_raise.h"
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
	struct task_struct *task;

	task = kthread_create_on_cpu(fn, data, cpumask_any_but(cpu_online_mask, smp_processor_id()),
				     name);
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	return task;
}

static void end_elsewhere(struct task_struct *task)
{
	kthread_stop(task);
	put_task_struct(task);
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
	end_elsewhere(task);
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
	end_elsewhere(task);
	KUNIT_EXPECT_GT(test, seen, 0u); /* all ROUNDS, if the other CPU is there all the time */
	KUNIT_EXPECT_EQ(test, overtaken, 0u);
}

/* ---- mutexes ---- */

static DEFINE_MUTEX(named_mutex);

static int own_mutex(void *data)
{
	struct completion *have = data;

	mutex_lock(&named_mutex);
	complete(have);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	mutex_unlock(&named_mutex);
	return 0;
}

static void only_the_owner_may_unlock_a_mutex(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(have);
	struct task_struct *task;

	KUNIT_EXPECT_WARN(test, "mutex named_mutex*unlocks it at only_the_owner*owner is none*",
			  mutex_unlock(&named_mutex));
	task = kthread_run(own_mutex, &have, "mutex owner");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&have);
	KUNIT_EXPECT_EQ(test, mutex_trylock(&named_mutex), 0);
	KUNIT_EXPECT_WARN(test, "mutex named_mutex*but the owner is mutex owner*",
			  mutex_unlock(&named_mutex));
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&named_mutex));
	kthread_stop(task);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&named_mutex));
	KUNIT_EXPECT_EQ(test, mutex_trylock(&named_mutex), 1);
	mutex_unlock(&named_mutex);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible(&named_mutex), 0);
	mutex_unlock(&named_mutex);
	KUNIT_EXPECT_EQ(test, named_mutex.owner, 0ul);
}

static void taking_a_mutex_twice_is_a_deadlock(struct kunit *test)
{
	mutex_lock(&named_mutex);
	KUNIT_EXPECT_PANIC(test, "mutex named_mutex*deadlock*at taking_a_mutex_twice*",
			   mutex_lock(&named_mutex));
	mutex_unlock(&named_mutex);
}

/* ---- semaphores ---- */

static void semaphores_count(struct kunit *test)
{
	struct semaphore sem;

	sema_init(&sem, 2);
	down(&sem);
	KUNIT_EXPECT_EQ(test, down_interruptible(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 1), -ETIME);
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 0);
	up(&sem);
	up(&sem);
	KUNIT_EXPECT_EQ(test, sem.count, 2u);
}

static int down_with_limit(void *sem)
{
	return down_timeout(sem, (long)nsecs_to_jiffies(wait_limit_ns));
}

/* Who waits is given what up() brings; nobody overtakes him, even if he does not run yet. */
static void up_hands_on_to_who_waits(struct kunit *test)
{
	struct task_struct *task;
	struct semaphore sem;

	sema_init(&sem, 0);
	task = kthread_create(down_with_limit, &sem, "down");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(!list_empty(&sem.wait_list)));
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	put_task_struct(task);
	KUNIT_EXPECT_EQ(test, sem.count, 0u);
}

static DECLARE_RWSEM(named_rwsem);

static int write_once(void *data)
{
	down_write(&named_rwsem);
	WRITE_ONCE(*(bool *)data, true);
	up_write(&named_rwsem);
	return 0;
}

/* A writer who waits keeps new readers out, so that he gets his turn. */
static void rwsem_writers_do_not_starve(struct kunit *test)
{
	struct task_struct *task;
	bool written = false;
	int barged;

	down_read(&named_rwsem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&named_rwsem), 1);
	up_read(&named_rwsem);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&named_rwsem), 0);
	task = kthread_create(write_once, &written, "writer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wake_up_process(task);
	while (!rwsem_is_contended(&named_rwsem))
		schedule_timeout_uninterruptible(1);
	barged = down_read_trylock(&named_rwsem);
	KUNIT_EXPECT_EQ(test, barged, 0);
	if (barged)
		up_read(&named_rwsem);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(written));
	up_read(&named_rwsem);
	down_read(&named_rwsem); /* behind him */
	KUNIT_EXPECT_TRUE(test, READ_ONCE(written));
	up_read(&named_rwsem);
	kthread_stop(task);
	put_task_struct(task);
	KUNIT_EXPECT_EQ(test, named_rwsem.count, 0u);
}

static void rwsem_misuse_is_reported(struct kunit *test)
{
	KUNIT_EXPECT_WARN(test, "rwsem named_rwsem*up_read*does not hold it*",
			  up_read(&named_rwsem));
	KUNIT_EXPECT_WARN(test, "rwsem named_rwsem*up_write*does not hold it*",
			  up_write(&named_rwsem));
	down_write(&named_rwsem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&named_rwsem), 0);
	downgrade_write(&named_rwsem);
	KUNIT_EXPECT_EQ(test, down_read_trylock(&named_rwsem), 1);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&named_rwsem), 0);
	up_read(&named_rwsem);
	up_read(&named_rwsem);
	KUNIT_EXPECT_EQ(test, down_write_trylock(&named_rwsem), 1);
	up_write(&named_rwsem);
	KUNIT_EXPECT_EQ(test, named_rwsem.count, 0u);
}

/* ---- rwlocks, seqlocks ---- */

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

	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
	migrate_disable();
	task = kthread_create_on_cpu(write_when_free, &written,
				     cpumask_any_but(cpu_online_mask, smp_processor_id()),
				     "writer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
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
	end_elsewhere(task);
	KUNIT_EXPECT_EQ(test, waited_for.count, 0u);
}

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
TEST_INVARIANT(locks_held, take_locks, NULL);

static struct kunit_case lock_cases[] = {
	KUNIT_CASE(forms_restore_the_context),
	KUNIT_CASE(taking_a_lock_twice_is_a_deadlock),
	KUNIT_CASE(unlocking_on_another_cpu_is_reported),
	KUNIT_CASE(waiting_too_long_is_reported),
	KUNIT_CASE(who_waits_comes_first),
	KUNIT_CASE(only_the_owner_may_unlock_a_mutex),
	KUNIT_CASE(taking_a_mutex_twice_is_a_deadlock),
	KUNIT_CASE(semaphores_count),
	KUNIT_CASE(up_hands_on_to_who_waits),
	KUNIT_CASE(rwsem_writers_do_not_starve),
	KUNIT_CASE(rwsem_misuse_is_reported),
	KUNIT_CASE(rwlocks_let_readers_in_together),
	KUNIT_CASE(rwlock_writers_wait_for_readers),
	KUNIT_CASE(readers_of_a_seqlock_read_again),
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
