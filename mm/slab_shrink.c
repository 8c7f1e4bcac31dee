/* SPDX-License-Identifier: MIT */
/*
 * Walking all caches, and giving back what the CPUs and the depot keep of one.
 *
 * Others may be in the middle of it, too, on this CPU and elsewhere, and an interrupt handler may
 * have come between. So that nobody waits for somebody who waits for him:
 *
 *	slab_caches_lock  is dropped around each call of a walk. The cache that is looked at is
 *	                  `busy` and stays in the list, so the walk finds its way on.
 *	s->draining       one at a time drains a cache: what he has taken from a magazine and not
 *	                  yet given to its slab nobody else sees. He is not preempted.
 *	a magazine        is claimed by its owner or by who drains it, neither of them preempted.
 *
 * For the last two only threads wait, with interrupts and softirqs on (slab_may_wait()) and without
 * a lock that anybody takes with interrupts off. Who has claimed a magazine waits for nobody. Where
 * the caller may not wait, what somebody else has in his hands stays where it is.
 */
#include "boot/x86.h"
#include "kernel/sync/lockdep.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "mm/slab_internal.h"

/* --- walking ---------------------------------------------------------------------------------- */

void kmem_cache_for_each(void (*fn)(struct kmem_cache *s, void *arg), void *arg)
{
	struct kmem_cache *s;
	unsigned long flags;

	spin_lock_irqsave(&slab_caches_lock, flags);
	list_for_each_entry(s, &slab_caches, list) {
		s->busy++;
		if (!control(slab_walk_locked))
			spin_unlock_irqrestore(&slab_caches_lock, flags);
		fn(s, arg);
		if (!control(slab_walk_locked))
			spin_lock_irqsave(&slab_caches_lock, flags);
		s->busy--;
	}
	spin_unlock_irqrestore(&slab_caches_lock, flags);
}

static void add_pages(struct kmem_cache *s, void *sum)
{
	*(unsigned long *)sum += READ_ONCE(s->nr_pages);
}

unsigned long slab_pages(void)
{
	unsigned long pages = 0;

	kmem_cache_for_each(add_pages, &pages);
	return pages;
}

/* --- draining --------------------------------------------------------------------------------- */

/* Then nobody else drains S, and preemption is off. False: somebody does, and we cannot wait. */
static bool drain_begin(struct kmem_cache *s, bool wait)
{
	preempt_disable();
	while (xchg(&s->draining, 1) && !control(slab_drains_together)) {
		preempt_enable();
		if (!wait)
			return false;
		cpu_relax();
		preempt_disable();
	}
	return true;
}

static void drain_end(struct kmem_cache *s)
{
	smp_store_release(&s->draining, 0);
	preempt_enable();
}

static void drain_cpu(struct kmem_cache *s, struct slab_cpu *c, bool wait)
{
	void *hot = xchg(&c->hot, NULL);
	int nr;

	if (hot)
		slab_give(s, &hot, 1);
	while ((nr = xchg(&c->nr, SLAB_CLAIMED)) == SLAB_CLAIMED) {
		if (!wait)
			return;
		cpu_relax();
	}
	slab_give(s, c->objects, (unsigned int)nr);
	slab_unclaim(c, 0);
}

void slab_drain(struct kmem_cache *s)
{
	bool wait = slab_may_wait();
	unsigned int cpu;

	if (wait)
		lockdep_ipi_wait(); /* for what those hold who are waited for, it is the same */
	if (slab_is_debug(s) || !drain_begin(s, wait))
		return;
	for_each_possible_cpu(cpu)
	{
		struct slab_cpu *c = &s->cpu[cpu];

		if (control(slab_drain_here_only) && cpu != smp_processor_id())
			continue;
		if (READ_ONCE(c->hot) || READ_ONCE(c->nr))
			drain_cpu(s, c, wait);
	}
	slab_empty_depot(s);
	drain_end(s);
}

/* --- giving back ------------------------------------------------------------------------------ */

int kmem_cache_shrink(struct kmem_cache *s)
{
	slab_drain(s);
	slab_discard_empty(s, 0);
	return s->nr_slabs != 0;
}

static void shrink(struct kmem_cache *s, void *pages)
{
	slab_drain(s);
	*(unsigned long *)pages += slab_discard_empty(s, 0);
}

unsigned long slab_shrink_all(void)
{
	unsigned long pages = 0;

	kmem_cache_for_each(shrink, &pages);
	return pages;
}
