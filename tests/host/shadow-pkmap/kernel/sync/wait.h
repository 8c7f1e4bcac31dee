/* SPDX-License-Identifier: MIT */
/*
 * In the place of kernel/sync/wait.h where PKMAP is compiled on the host: queues of the tasks of
 * tests/host/pkmap_test.c, all of which are woken at once.
 */
#ifndef TESTS_HOST_SHADOW_WAIT_H
#define TESTS_HOST_SHADOW_WAIT_H

#include "lib/list.h"
#include "lib/types.h"

enum { TASK_RUNNING, TASK_UNINTERRUPTIBLE };

struct task_struct {
	int state;
};
extern struct task_struct *current;

struct wait_queue_head {
	struct list_head entries;
};

struct wait_queue_entry {
	struct list_head entry;
	struct task_struct *task;
};

#define DECLARE_WAITQUEUE(name, who)   struct wait_queue_entry name = {.task = (who)}
#define set_current_state(wanted)      ((void)(current->state = (wanted)))
#define __set_current_state(wanted)    set_current_state(wanted)
#define init_waitqueue_head(queue)     INIT_LIST_HEAD(&(queue)->entries)
#define waitqueue_active(queue)        (!list_empty(&(queue)->entries))
#define add_wait_queue(queue, wait)    list_add_tail(&(wait)->entry, &(queue)->entries)
#define remove_wait_queue(queue, wait) list_del(&(wait)->entry)

static inline void wake_up(struct wait_queue_head *queue)
{
	struct wait_queue_entry *wait;

	list_for_each_entry(wait, &queue->entries, entry)
		wait->task->state = TASK_RUNNING;
}

void schedule(void);

#endif /* TESTS_HOST_SHADOW_WAIT_H */
