/* SPDX-License-Identifier: MIT */
/*
 * The depot: batches of free objects between the CPUs' magazines and the slabs, so that a burst of
 * frees followed by a burst of allocations does not touch the slabs object by object.
 *
 * A full magazine leaves its coldest batch here in a bundle, an array in memory of its own; an
 * empty one takes the latest bundle. What lies here keeps its slabs from being freed, so all caches
 * together may park a 64th of low memory, and the shrinker empties the depot.
 *
 * The objects count as taken from their slabs. Locking: s->lock for the two lists of bundles.
 */
#include "boot/x86.h"
#include "kernel/sync/spinlock.h"
#include "mm/failslab.h"
#include "mm/slab_internal.h"

struct slab_bundle {
	struct slab_bundle *next;
	unsigned int nr;
	void *objects[SLAB_OBJECTS];
};

struct kmem_cache slab_bundle_cache; /* does not park: it would need itself */
static atomic_t parked_bytes;

unsigned int slab_bundle_size(void)
{
	return sizeof(struct slab_bundle);
}

/* An empty bundle: one that was used before, or a new one. NULL: no memory worth the trouble. */
static struct slab_bundle *empty_bundle(struct kmem_cache *s)
{
	struct slab_bundle *b;
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	b = s->empty_bundles;
	if (b)
		s->empty_bundles = b->next;
	spin_unlock_irqrestore(&s->lock, flags);
	if (b || s == &slab_bundle_cache || failslab.armed || slab_is_debug(&slab_bundle_cache))
		return b;
	return (kmem_cache_alloc)(&slab_bundle_cache,
				  __GFP_NOWARN | __GFP_NORETRY | __GFP_NOMEMALLOC);
}

bool slab_park(struct kmem_cache *s, void **p, unsigned int nr)
{
	struct slab_bundle *b;
	unsigned long flags;

	if ((unsigned int)atomic_read(&parked_bytes) >> PAGE_SHIFT > max_low_pfn / 64)
		return false;
	b = empty_bundle(s);
	if (!b)
		return false;
	b->nr = nr;
	rep_movsl(b->objects, p, nr);
	atomic_add((int)(nr * s->size), &parked_bytes);
	spin_lock_irqsave(&s->lock, flags);
	b->next = s->bundles;
	s->bundles = b;
	s->nr_parked += nr;
	spin_unlock_irqrestore(&s->lock, flags);
	return true;
}

unsigned int slab_unpark(struct kmem_cache *s, void **p)
{
	struct slab_bundle *b;
	unsigned long flags;
	unsigned int nr = 0;

	if (!READ_ONCE(s->bundles))
		return 0;
	spin_lock_irqsave(&s->lock, flags);
	b = s->bundles;
	if (b) {
		s->bundles = b->next;
		nr = b->nr;
		s->nr_parked -= nr;
		rep_movsl(p, b->objects, nr);
		b->next = s->empty_bundles;
		s->empty_bundles = b;
	}
	spin_unlock_irqrestore(&s->lock, flags);
	atomic_sub((int)(nr * s->size), &parked_bytes);
	return nr;
}

void slab_empty_depot(struct kmem_cache *s)
{
	void *objects[SLAB_OBJECTS];
	struct slab_bundle *b, *next;
	unsigned long flags;
	unsigned int nr;

	while ((nr = slab_unpark(s, objects)) > 0)
		slab_give(s, objects, nr);
	spin_lock_irqsave(&s->lock, flags);
	b = s->empty_bundles;
	s->empty_bundles = NULL;
	spin_unlock_irqrestore(&s->lock, flags);
	for (; b; b = next) {
		next = b->next;
		kmem_cache_free(&slab_bundle_cache, b);
	}
}

bool slab_is_parked(struct kmem_cache *s, const void *object)
{
	const struct slab_bundle *b;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&s->lock, flags);
	for (b = s->bundles; b && !found; b = b->next)
		for (unsigned int i = 0; i < b->nr && !found; i++)
			found = b->objects[i] == object;
	spin_unlock_irqrestore(&s->lock, flags);
	return found;
}
