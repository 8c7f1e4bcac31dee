/* SPDX-License-Identifier: MIT */
/*
 * Deferred work. See deferred.h.
 *
 * One list for all CPUs, taken whole and turned around. `queued` is cleared before the function is
 * called: what happens after that moment, perhaps unseen by the function, queues the work anew.
 */
#include "kernel/sync/deferred.h"
#include "boot/x86.h"
#include "kernel/sync/preempt.h"
#include "lib/control.h"

static LLIST_HEAD(queue);

bool deferred_queue(struct deferred_work *work)
{
	if (control(deferred_work_lost) || atomic_xchg(&work->queued, 1))
		return false;
	llist_add(&work->node, &queue);
	return true;
}

void deferred_run(void)
{
	struct llist_node *node, *next;

	if (llist_empty(&queue) || in_atomic() || irqs_disabled())
		return;
	llist_for_each_safe(node, next, llist_reverse_order(llist_del_all(&queue)))
	{
		struct deferred_work *work = llist_entry(node, struct deferred_work, node);

		atomic_set(&work->queued, 0);
		work->run(work);
	}
}

void deferred_flush(void)
{
	while (!llist_empty(&queue) && !in_atomic() && !irqs_disabled())
		deferred_run();
}
