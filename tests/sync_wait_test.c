/* SPDX-License-Identifier: MIT */
/*
 * Proves of wait queues and completions: no wake-up is lost, whenever it comes; a wake-up wakes as
 * many as it should; a wait with a limit ends.
 */
#include "kernel/sync/completion.h"
#include "kernel/sync/jiffies.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);

/*
 * The wake-up comes in the gap: after the waiter has looked for the last time, before it sleeps.
 * The condition itself wakes, the second time that it is looked at.
 */
static int looks;
static bool ready;

static bool wakes_when_looked_at(void)
{
	if (ready)
		return true;
	if (++looks == 2) {
		ready = true;
		wake_up(&queue);
	}
	return false;
}

static void no_wake_up_is_lost(struct kunit *test)
{
	long left;

	looks = 0;
	ready = false;
	left = wait_event_timeout(queue, wakes_when_looked_at(), HZ);
	KUNIT_EXPECT_GT(test, left, HZ / 2l);
	KUNIT_EXPECT_EQ(test, looks, 2);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&queue));
	KUNIT_EXPECT_TRUE(test, task_is_running(current));
}

static void waits_with_a_limit_end(struct kunit *test)
{
	unsigned long begin = jiffies;

	KUNIT_EXPECT_EQ(test, wait_event_timeout(queue, false, 3), 0l);
	KUNIT_EXPECT_GE(test, jiffies - begin, 3ul);
	KUNIT_EXPECT_GE(test, wait_event_timeout(queue, true, 3), 1l);
	KUNIT_EXPECT_GE(test, wait_event_timeout(queue, true, 0), 1l);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible_timeout(queue, false, 1), 0l);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible(queue, true), 0);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&queue));
}

/* ---- who is woken ---- */

#define WAITERS 4

static atomic_t woken;

static int wait_exclusively(void *unused)
{
	DEFINE_WAIT(entry);

	prepare_to_wait_exclusive(&queue, &entry, TASK_UNINTERRUPTIBLE);
	schedule();
	finish_wait(&queue, &entry);
	atomic_inc(&woken);
	return 0;
}

static int wait_like_all(void *unused)
{
	DEFINE_WAIT(entry);

	prepare_to_wait(&queue, &entry, TASK_INTERRUPTIBLE);
	schedule();
	finish_wait(&queue, &entry);
	atomic_inc(&woken);
	return 0;
}

static unsigned int queue_length(void)
{
	unsigned int n;

	spin_lock_irq(&queue.lock);
	n = list_count_nodes(&queue.head);
	spin_unlock_irq(&queue.lock);
	return n;
}

static void start(struct kunit *test, int (*fn)(void *), unsigned int n)
{
	unsigned int before = queue_length();

	for (unsigned int i = 0; i < n; i++)
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(fn, NULL, "waiter/%u", i)));
	while (queue_length() < before + n)
		schedule_timeout_uninterruptible(1);
}

/* A woken entry is out of the queue when wake_up() returns, so its length says whom it woke. */
static void exclusive_waiters_wake_one_by_one(struct kunit *test)
{
	atomic_set(&woken, 0);
	start(test, wait_exclusively, WAITERS);
	start(test, wait_like_all, 2);
	wake_up_interruptible(&queue); /* the exclusive ones are not interruptible */
	KUNIT_EXPECT_EQ(test, queue_length(), (unsigned int)WAITERS);
	wake_up(&queue);
	KUNIT_EXPECT_EQ(test, queue_length(), WAITERS - 1u);
	start(test, wait_like_all, 1);
	wake_up_nr(&queue, 2);
	KUNIT_EXPECT_EQ(test, queue_length(), WAITERS - 3u);
	start(test, wait_exclusively, 2);
	wake_up_all(&queue);
	KUNIT_EXPECT_EQ(test, queue_length(), 0u);
	while (atomic_read(&woken) < WAITERS + 5)
		schedule_timeout_uninterruptible(1);
}

static int order[3];
static int nr_called;

static int note_order(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	order[nr_called++] = (int)(long)entry->private;
	return entry->flags & WQ_FLAG_PRIORITY ? 0 : 1;
}

static void entries_stand_in_order(struct kunit *test)
{
	struct wait_queue_entry entry[3];

	for (int i = 0; i < 3; i++) {
		init_waitqueue_func_entry(&entry[i], note_order);
		entry[i].private = (void *)(long)i;
	}
	nr_called = 0;
	add_wait_queue_exclusive(&queue, &entry[2]);
	add_wait_queue_priority(&queue, &entry[0]);
	add_wait_queue(&queue, &entry[1]);
	wake_up(&queue);
	for (int i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, order[i], i);
	for (int i = 0; i < 3; i++)
		remove_wait_queue(&queue, &entry[i]);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&queue));
}

static void wait_woken_remembers(struct kunit *test)
{
	DEFINE_WAIT_FUNC(entry, woken_wake_function);

	add_wait_queue(&queue, &entry);
	wake_up(&queue); /* while running */
	KUNIT_EXPECT_EQ(test, wait_woken(&entry, TASK_UNINTERRUPTIBLE, 1000), 1000l);
	KUNIT_EXPECT_EQ(test, wait_woken(&entry, TASK_UNINTERRUPTIBLE, 1), 0l);
	remove_wait_queue(&queue, &entry);
}

/* ---- completions ---- */

static int wait_and_count(void *x)
{
	wait_for_completion(x);
	atomic_inc(&woken);
	return 0;
}

static void completions_count(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(x);

	KUNIT_EXPECT_FALSE(test, completion_done(&x));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&x));
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&x, 1), 0ul);
	complete(&x);
	complete(&x);
	KUNIT_ASSERT_TRUE(test, completion_done(&x));
	wait_for_completion(&x);
	KUNIT_EXPECT_GE(test, wait_for_completion_timeout(&x, 5), 1ul);
	KUNIT_EXPECT_FALSE(test, completion_done(&x));
	complete_all(&x);
	KUNIT_EXPECT_EQ(test, wait_for_completion_interruptible(&x), 0);
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&x));
	KUNIT_EXPECT_TRUE(test, completion_done(&x));
	reinit_completion(&x);
	KUNIT_EXPECT_FALSE(test, completion_done(&x));
}

static unsigned int nr_sleeping(struct completion *x)
{
	unsigned int n;

	spin_lock_irq(&x->wait.lock);
	n = list_count_nodes(&x->wait.head);
	spin_unlock_irq(&x->wait.lock);
	return n;
}

static void complete_ends_one_wait(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(x);
	struct task_struct *task[WAITERS];

	atomic_set(&woken, 0);
	for (int i = 0; i < WAITERS; i++)
		task[i] = thread_go(test, kthread_create(wait_and_count, &x, "waiter/%d", i));
	/* All sleep: what is done now is all that wakes them. */
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(nr_sleeping(&x) == WAITERS));
	complete(&x);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(atomic_read(&woken)));
	KUNIT_EXPECT_EQ(test, atomic_read(&woken), 1);
	complete_all(&x);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(atomic_read(&woken) == WAITERS));
	while (atomic_read(&woken) < WAITERS) { /* let them go, whatever is broken */
		complete_all(&x);
		schedule_timeout_uninterruptible(1);
	}
	for (int i = 0; i < WAITERS; i++)
		thread_end(task[i]);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(no_wake_up_is_lost),
	KUNIT_CASE_SLOW(waits_with_a_limit_end),
	KUNIT_CASE_SLOW(exclusive_waiters_wake_one_by_one),
	KUNIT_CASE(entries_stand_in_order),
	KUNIT_CASE(wait_woken_remembers),
	KUNIT_CASE_SLOW(completions_count),
	KUNIT_CASE_SLOW(complete_ends_one_wait),
	{},
};

static struct kunit_suite wait_suite = {
	.name = "sync_wait",
	.test_cases = wait_cases,
	.quick = true,
};
kunit_test_suite(wait_suite);
