/* SPDX-License-Identifier: MIT */
/*
 * Threads that a test begins and ends: it holds a reference to each, so that one that has returned
 * by itself meanwhile can be stopped like any other, and be asked what it returned.
 */
#ifndef TESTS_HELD_THREAD_H
#define TESTS_HELD_THREAD_H

#include "proc/kthread.h"
#include "tests/kunit.h"

/*
 * thread_hold() - @task, fresh from kthread_create() or its kin, is the test's until thread_end().
 * It does not run yet. An ASSERT fails if it could not be made.
 */
static inline struct task_struct *thread_hold(struct kunit *test, struct task_struct *task)
{
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	return get_task_struct(task);
}

/* thread_go() - the same, and it runs. */
static inline struct task_struct *thread_go(struct kunit *test, struct task_struct *task)
{
	thread_hold(test, task);
	wake_up_process(task);
	return task;
}

/* thread_end() - stop it, wait for its end, and let go of it. As kthread_stop() returns. Sleeps. */
static inline int thread_end(struct task_struct *task)
{
	int result = kthread_stop(task);

	put_task_struct(task);
	return result;
}

#endif /* TESTS_HELD_THREAD_H */
