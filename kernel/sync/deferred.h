/* SPDX-License-Identifier: MIT */
/*
 * Deferred work: what an interrupt handler must not do itself, it leaves for ordinary context.
 *
 * A work is a function with a place to hang it up by, usually part of a larger object. Queued in
 * any context, it runs once, soon, where sleeping is allowed: the monitor calls deferred_run()
 * while it waits for input and around each command; tests call deferred_flush() before they judge.
 */
#ifndef KERNEL_SYNC_DEFERRED_H
#define KERNEL_SYNC_DEFERRED_H

#include "lib/atomic.h"
#include "lib/llist.h"

struct deferred_work {
	struct llist_node node;
	void (*run)(struct deferred_work *work);
	atomic_t queued; /* 1: on the list, not yet begun */
};

#define DEFERRED_WORK_INIT(function)                                                               \
	{                                                                                          \
		.run = (function)                                                                  \
	}
#define DEFINE_DEFERRED_WORK(name, function)                                                       \
	struct deferred_work name = DEFERRED_WORK_INIT(function)

/*
 * deferred_queue() - @work->run is called once from now on; a work that waits already is not queued
 * again (false). The work may queue itself, and its memory is its own once run is called.
 * Any context.
 */
bool deferred_queue(struct deferred_work *work);

/*
 * deferred_run() - run what is queued now, in the order in which it was queued.
 * deferred_flush() - the same until nothing is queued; what is queued meanwhile included.
 * Both do nothing in atomic context. A work may sleep.
 */
void deferred_run(void);
void deferred_flush(void);

#endif
