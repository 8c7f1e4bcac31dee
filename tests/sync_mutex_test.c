/* SPDX-License-Identifier: MIT */
/*
 * Proves of the locks that sleep, which are mutexes, semaphores and rwsems: they exclude, who waits
 * comes first; and each misuse that they promise to report is reported, by name and with the right
 * place.
 */
#include "kernel/sync/completion.h"
#include "kernel/sync/jiffies.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/rwsem.h"
#include "kernel/sync/semaphore.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/kunit_crash.h"
#include "tests/wait_until.h"

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
	task = thread_go(test, kthread_create(down_with_limit, &sem, "down"));
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(!list_empty(&sem.wait_list)));
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	KUNIT_EXPECT_EQ(test, sem.count, 0u);
}

/* ---- rwsems ---- */

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
	task = thread_go(test, kthread_create(write_once, &written, "writer"));
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
	thread_end(task);
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

static struct kunit_case mutex_cases[] = {
	KUNIT_CASE(only_the_owner_may_unlock_a_mutex),
	KUNIT_CASE(taking_a_mutex_twice_is_a_deadlock),
	KUNIT_CASE(semaphores_count),
	KUNIT_CASE(up_hands_on_to_who_waits),
	KUNIT_CASE(rwsem_writers_do_not_starve),
	KUNIT_CASE(rwsem_misuse_is_reported),
	{},
};

static struct kunit_suite mutex_suite = {
	.name = "sync_mutex",
	.test_cases = mutex_cases,
	.quick = true,
};
kunit_test_suite(mutex_suite);
