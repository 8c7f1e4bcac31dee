/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/wait.h where PKMAP is compiled on the host: queues of the tasks of
 * tests/host/pkmap_test.c, all of which wait exclusively, woken in the order in which they came.
 */
#ifndef TESTS_HOST_SHADOW_WAIT_H
#define TESTS_HOST_SHADOW_WAIT_H

#include "lib/list.h"
#include "lib/types.h"

enum { TASK_RUNNING, TASK_UNINTERRUPTIBLE, TASK_NORMAL };

struct task_struct {
	int state;
};
extern struct task_struct *current;

struct wait_queue_head {
	struct list_head entries;
};

struct wait_queue_entry {
	struct list_head entry;
	struct task_struct *private;
	int (*func)(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);
};

#define set_current_state(wanted)                ((void)(current->state = (wanted)))
#define __set_current_state(wanted)              set_current_state(wanted)
#define init_waitqueue_head(queue)               INIT_LIST_HEAD(&(queue)->entries)
#define waitqueue_active(queue)                  (!list_empty(&(queue)->entries))
#define add_wait_queue_exclusive(queue, waiting) list_add_tail(&(waiting)->entry, &(queue)->entries)
#define remove_wait_queue(queue, waiting)        list_del(&(waiting)->entry)

static inline int default_wake_function(struct wait_queue_entry *waiting, unsigned int mode,
					int flags, void *key)
{
	bool slept = waiting->private->state != TASK_RUNNING;

	waiting->private->state = TASK_RUNNING;
	return slept;
}

static inline void __wake_up(struct wait_queue_head *queue, unsigned int mode, int nr, void *key)
{
	struct wait_queue_entry *waiting;

	list_for_each_entry(waiting, &queue->entries, entry)
		if (waiting->func(waiting, mode, 0, key) && --nr == 0)
			break;
}

void schedule(void);

#define DECLARE_WAIT_QUEUE_HEAD(name)                                                              \
	struct wait_queue_head name = {.entries = LIST_HEAD_INIT(name.entries)}
#define wq_has_sleeper(queue) waitqueue_active(queue)
#define wake_up_all(queue)    __wake_up(queue, TASK_NORMAL, 0, NULL)

#define wait_event(queue, condition)                                                               \
	do {                                                                                       \
		struct wait_queue_entry __waiting = {.private = current,                           \
						     .func = default_wake_function};               \
		while (!(condition)) {                                                             \
			add_wait_queue_exclusive(&(queue), &__waiting);                            \
			set_current_state(TASK_UNINTERRUPTIBLE);                                   \
			schedule();                                                                \
			remove_wait_queue(&(queue), &__waiting);                                   \
		}                                                                                  \
	} while (0)

#endif /* TESTS_HOST_SHADOW_WAIT_H */
