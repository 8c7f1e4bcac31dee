/* SPDX-License-Identifier: MIT */
/*
 * Completions: wait until something has happened, once. Names and meanings are Linux 6.1's.
 *
 * A completion counts: each complete() lets one wait end, whether it comes before or after. So a
 * wake-up cannot be missed, and no condition is needed besides. complete_all() lets all waits end
 * from then on, until reinit_completion().
 *
 * Who waited may free the completion at once, also one on his stack: waiting ends with the queue's
 * lock in hand, so the one who completed is done with it.
 *
 * Waiting: thread context. Completing: any context but NMI.
 */
#ifndef KERNEL_SYNC_COMPLETION_H
#define KERNEL_SYNC_COMPLETION_H

#include "kernel/sync/wait.h"

struct completion {
	unsigned int done; /* how many waits may end; COMPLETE_ALL: all */
	struct wait_queue_head wait;
};

#define COMPLETE_ALL (~0u)

#define COMPLETION_INITIALIZER(name)                                                               \
	{                                                                                          \
		.done = 0, .wait = __WAIT_QUEUE_HEAD_INITIALIZER((name).wait)                      \
	}
#define DECLARE_COMPLETION(name) struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name)                                                           \
	struct completion name;                                                                    \
	init_completion(&name)

#define init_completion(x)                                                                         \
	do {                                                                                       \
		(x)->done = 0;                                                                     \
		init_waitqueue_head(&(x)->wait);                                                   \
	} while (0)

/* As new; nobody may be waiting. */
static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

void complete(struct completion *x);
void complete_all(struct completion *x);

/* What the macros call: @timeout in ticks; what is left of it (at least 1), 0, or -ERESTARTSYS. */
long __wait_for_completion(struct completion *x, long timeout, unsigned int state);

#define __wait_completion(x, timeout, state)                                                       \
	__extension__({                                                                            \
		might_sleep();                                                                     \
		__wait_for_completion(x, timeout, state);                                          \
	})

#define wait_for_completion(x)                                                                     \
	((void)__wait_completion(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE))
#define wait_for_completion_io(x) wait_for_completion(x)

/* 0, or -ERESTARTSYS. */
#define wait_for_completion_interruptible(x)                                                       \
	((int)min(__wait_completion(x, MAX_SCHEDULE_TIMEOUT, TASK_INTERRUPTIBLE), 0l))
#define wait_for_completion_killable(x)                                                            \
	((int)min(__wait_completion(x, MAX_SCHEDULE_TIMEOUT, TASK_KILLABLE), 0l))

/* At most @timeout ticks: 0 if that was too short, else what is left, at least 1. */
#define wait_for_completion_timeout(x, timeout)                                                    \
	((unsigned long)__wait_completion(x, (long)(timeout), TASK_UNINTERRUPTIBLE))
#define wait_for_completion_io_timeout(x, timeout) wait_for_completion_timeout(x, timeout)
#define wait_for_completion_interruptible_timeout(x, timeout)                                      \
	__wait_completion(x, (long)(timeout), TASK_INTERRUPTIBLE)
#define wait_for_completion_killable_timeout(x, timeout)                                           \
	__wait_completion(x, (long)(timeout), TASK_KILLABLE)

/* Takes one without waiting, if there is one; any context. completion_done(): is there one? */
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);

#endif
