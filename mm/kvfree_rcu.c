/* SPDX-License-Identifier: MIT */
/*
 * What is freed a grace period from now on: see kvfree_rcu.h.
 *
 * RCU calls back in a softirq. kfree() is done there; vfree() sleeps and is left to its work queue,
 * so an area waits twice, and both are counted. Whoever waits for all of them does that work
 * himself, since the one worker may be slower than all CPUs together are at making more.
 */
#include "mm/kvfree_rcu.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "lib/control.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/shrinker.h"
#include "mm/vmalloc.h"

/* A part of memory, and of the window's addresses: so many objects of a page each may wait. */
#define LIMIT_SHARE 16

/* An object that has no head of its own. */
struct late_object {
	struct rcu_head rcu;
	const void *object;
};

static unsigned int limit;
static atomic_t waiting; /* for the end of a grace period */
static DEFINE_MUTEX(drain_lock);

unsigned int kvfree_rcu_waiting(void)
{
	return (unsigned int)atomic_read(&waiting) + vfree_nr_deferred();
}

unsigned int kvfree_rcu_limit(void)
{
	return limit;
}

static void drain(void)
{
	rcu_barrier();
	vfree_deferred();
}

void kvfree_rcu_drain(void)
{
	might_sleep();
	if (kvfree_rcu_waiting() == 0)
		return;
	mutex_lock(&drain_lock);
	drain();
	mutex_unlock(&drain_lock);
}

/* The caller has added an object. Who is about to sleep for another reason does not wait here. */
static void keep_limit(void)
{
	if (likely(kvfree_rcu_waiting() <= limit) || !preemptible() ||
	    control(kvfree_rcu_unlimited))
		return;
	if (READ_ONCE(current->__state) != TASK_RUNNING && !control(kvfree_rcu_wakes_sleepers))
		return;
	mutex_lock(&drain_lock);
	if (kvfree_rcu_waiting() > limit)
		drain();
	mutex_unlock(&drain_lock);
}

static void free_with_head(void *object)
{
	kvfree(object);
	atomic_dec(&waiting);
}

static void free_by_record(struct rcu_head *head)
{
	struct late_object *late = container_of(head, struct late_object, rcu);

	kvfree(late->object);
	kfree(late);
	atomic_dec(&waiting);
}

void kvfree_rcu_head(struct rcu_head *head, size_t offset)
{
	atomic_inc(&waiting);
	call_rcu_free(head, offset);
	keep_limit();
}

void kvfree_rcu_object(const void *object)
{
	struct late_object *late;

	might_sleep();
	if (!object)
		return;
	late = control(kvfree_rcu_too_early)
		       ? NULL
		       : kmalloc(sizeof(*late), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (unlikely(!late)) {
		if (!control(kvfree_rcu_too_early))
			synchronize_rcu();
		kvfree(object);
		return;
	}
	late->object = object;
	atomic_inc(&waiting);
	call_rcu(&late->rcu, free_by_record);
	keep_limit();
}

static unsigned long count_late(struct shrinker *shrinker, struct shrink_control *sc)
{
	return kvfree_rcu_waiting();
}

static unsigned long free_late(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long n = kvfree_rcu_waiting();

	if (!gfpflags_allow_blocking(sc->gfp_mask) || !preemptible())
		return SHRINK_STOP;
	kvfree_rcu_drain();
	return n;
}

static struct shrinker late_shrinker = {
	.count_objects = count_late,
	.scan_objects = free_late,
	.seeks = DEFAULT_SEEKS,
};

void kvfree_rcu_init(void)
{
	unsigned long window = (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT;

	limit = (unsigned int)(min(totalram_pages(), window) / LIMIT_SHARE);
	rcu_free_hook = free_with_head;
	if (!control(kvfree_rcu_not_shrunk))
		register_shrinker(&late_shrinker, "kvfree_rcu");
}
