/* SPDX-License-Identifier: MIT */
/*
 * The list of shrinkers, and walking it.
 *
 * The list is walked with its lock dropped around each call, because a shrinker may sleep. One that
 * is being called is busy and cannot leave the list meanwhile, so the walk finds its way on.
 */
#include "mm/shrinker.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"

#define DEFAULT_BATCH 128
#define DROP_ROUNDS   16 /* one cache's memory may be what another one keeps */

static LIST_HEAD(shrinkers);
static DEFINE_SPINLOCK(shrinker_lock);

/*
 * A mark of the task, not of its CPU: a shrinker may sleep, others then run there, and it may wake
 * up elsewhere. What interrupts it is not a part of it.
 */
bool in_shrinker(void)
{
	return (current->flags & PF_MEMALLOC) && in_task();
}

int register_shrinker(struct shrinker *shrinker, const char *name)
{
	unsigned long flags;

	shrinker->busy = 0;
	shrinker->name = name;
	spin_lock_irqsave(&shrinker_lock, flags);
	list_add_tail(&shrinker->list, &shrinkers);
	spin_unlock_irqrestore(&shrinker_lock, flags);
	return 0;
}

/* Leaves the list if nobody is calling it. */
static bool try_unregister(struct shrinker *shrinker)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&shrinker_lock, flags);
	idle = shrinker->busy == 0;
	if (idle)
		list_del_init(&shrinker->list);
	spin_unlock_irqrestore(&shrinker_lock, flags);
	return idle;
}

void unregister_shrinker(struct shrinker *shrinker)
{
	if (!shrinker->list.next)
		return;
	while (!try_unregister(shrinker))
		schedule_timeout_uninterruptible(1);
}

/* In batches, until the share is scanned or it has nothing more to give. */
static unsigned long ask(struct shrinker *shrinker, gfp_t gfp, int priority)
{
	struct shrink_control sc = {.gfp_mask = gfp};
	unsigned long batch = shrinker->batch ? (unsigned long)shrinker->batch : DEFAULT_BATCH;
	unsigned long have = shrinker->count_objects(shrinker, &sc), freed = 0, left;

	if (have == SHRINK_EMPTY || have == SHRINK_STOP)
		return 0;
	left = (have + (1ul << priority) - 1) >> priority;
	while (left > 0) {
		unsigned long got;

		sc.nr_to_scan = sc.nr_scanned = control(batch_ignored) ? left : min(batch, left);
		got = shrinker->scan_objects(shrinker, &sc);
		if (got == SHRINK_STOP)
			break;
		freed += got;
		left -= min(left, max(sc.nr_scanned, 1ul));
	}
	return freed;
}

unsigned long shrink_slab(gfp_t gfp, int priority)
{
	unsigned int outer = current->flags & PF_MEMALLOC;
	unsigned long freed = 0, flags;
	struct shrinker *shrinker;

	if (in_shrinker() && !control(shrinkers_nest))
		return 0;
	current->flags |= PF_MEMALLOC;
	spin_lock_irqsave(&shrinker_lock, flags);
	list_for_each_entry(shrinker, &shrinkers, list) {
		shrinker->busy++;
		spin_unlock_irqrestore(&shrinker_lock, flags);
		freed += ask(shrinker, gfp, priority);
		spin_lock_irqsave(&shrinker_lock, flags);
		shrinker->busy--;
	}
	spin_unlock_irqrestore(&shrinker_lock, flags);
	current->flags = (current->flags & ~PF_MEMALLOC) | outer;
	return freed;
}

void drop_slab(void)
{
	for (int round = 0; round < DROP_ROUNDS; round++)
		if (shrink_slab(GFP_KERNEL, 0) == 0)
			break;
}
