/* SPDX-License-Identifier: MIT */
/*
 * Allocation and free behind the inline paths: magazines, and the checks of what is freed.
 *
 * A magazine serves two objects at a time: one for the caller, one to become the hot object, so
 * that every second allocation of a burst ends in the inline path; and frees the same way round.
 * Empty, it takes a batch from the depot or from the slabs; full, it gives its coldest batch back.
 *
 * Who has claimed a magazine does not sleep, is not preempted and waits for nobody until he puts
 * the count back. So whoever needs it need only wait a moment, but not in an interrupt handler:
 * that may be what keeps the owner from going on.
 */
#include "mm/slab.h"
#include "boot/x86.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/string.h"
#include "mm/failslab.h"
#include "mm/kmalloc.h"
#include "mm/slab_internal.h"

DEFINE_PER_CPU(unsigned long, slab_alloc_offset);
DEFINE_PER_CPU(unsigned long, slab_cpu_offset);

static noinline void put_out_of_line(struct kmem_cache *s, void *old) __in_registers;

/* --- allocation ------------------------------------------------------------------------------- */

/*
 * The mark of an object that is about to be handed out; false if somebody wrote to it. Then it is
 * reported and never used again.
 */
static __always_inline bool unmark(struct kmem_cache *s, void *object)
{
	struct slab_free *f = slab_free_part(s, object);

	if (unlikely(f->mark != SLAB_MARK))
		return false;
	f->mark = 0;
	return true;
}

static __cold void spoilt(struct kmem_cache *s, void *object)
{
	unsigned long flags;

	slab_report(s, object,
		    "free object 0x%08lx was written to: 0x%08lx at its start instead of 0x%08lx",
		    (unsigned long)object, slab_free_part(s, object)->mark, SLAB_MARK);
	spin_lock_irqsave(&s->lock, flags);
	s->nr_lost++;
	spin_unlock_irqrestore(&s->lock, flags);
}

/*
 * What the magazine could not give: NR is what was in C->nr: 0 or 1, and it is ours now, or claimed
 * by somebody else. Preemption is off, and on again afterwards.
 */
static noinline __in_registers void *alloc_slow(struct kmem_cache *s, gfp_t gfp, struct slab_cpu *c,
						int nr)
{
	void *object = NULL;

	if (nr >= 0) {
		if (nr == 0)
			nr = (int)slab_unpark(s, c->objects);
		if (nr == 0)
			nr = (int)slab_take(s, c->objects, s->batch);
		if (nr > 0)
			object = c->objects[--nr];
		slab_unclaim(c, nr);
	} else if (!slab_is_debug(s)) {
		slab_take(s, &object, 1);
	}
	preempt_enable();
	if (unlikely(should_failslab(s, gfp))) {
		if (object)
			slab_give(s, &object, 1);
		return NULL;
	}
	if (slab_is_debug(s))
		return slab_init_on_alloc(s, slab_debug_alloc(s, gfp));
	if (!object)
		object = slab_grow(s, gfp);
	if (unlikely(object && !unmark(s, object)))
		return __kmem_cache_alloc_odd(s, gfp, object);
	return slab_init_on_alloc(s, object);
}

__in_registers void *__kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	struct slab_free *object;
	struct slab_cpu *c;
	void *hot;
	int nr;

	might_alloc_more(gfp);
	preempt_disable();
	c = (struct slab_cpu *)((char *)s + this_cpu_read(slab_alloc_offset));
	nr = xchg(&c->nr, SLAB_CLAIMED);
	if (unlikely(nr < 2 || s->slow))
		return alloc_slow(s, gfp, c, nr);
	object = c->objects[nr - 1];
	hot = xchg(&c->hot, c->objects[nr - 2]);
	slab_unclaim(c, nr - 2);
	preempt_enable();
	if (unlikely(hot)) /* an interrupt handler freed it just now */
		put_out_of_line(s, hot);
	if (unlikely(object->mark != SLAB_MARK))
		return __kmem_cache_alloc_odd(s, gfp, object);
	object->mark = 0;
	return object;
}

__in_registers void *__kmem_cache_alloc_odd(struct kmem_cache *s, gfp_t gfp, void *bad)
{
	gfp_t plain = gfp & ~SLAB_GFP_ODD;
	void *object;

	if (bad && control(slab_mark_ignored))
		return bad;
	if (bad)
		spoilt(s, bad);
	WARN((gfp & __GFP_HIGHMEM) && !control(kmalloc_highmem),
	     "Unexpected gfp: %#x (__GFP_HIGHMEM) for cache %s. Fixing up to gfp: %#x. Fix your code!",
	     gfp, s->name, gfp & ~__GFP_HIGHMEM);
	WARN_ONCE((gfp & __GFP_ZERO) && s->ctor, "%s has a constructor: its objects cannot be zero",
		  s->name);
	object = (kmem_cache_alloc)(s, plain);
	if (object && (gfp & __GFP_ZERO) && !s->ctor && !(s->init & SLAB_INIT_ALLOC))
		slab_zero(object, s->object_size);
	return object;
}

int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t nr, void **p)
{
	size_t i;

	might_alloc(gfp);
	for (i = 0; i < nr; i++) {
		p[i] = (kmem_cache_alloc)(s, gfp);
		if (unlikely(!p[i]))
			break;
	}
	if (likely(i == nr))
		return (int)nr;
	if (!control(slab_bulk_half))
		kmem_cache_free_bulk(s, i, p);
	return 0;
}

/* --- free ------------------------------------------------------------------------------------- */

/* A full magazine, or one that is claimed: NR was its count. OLD is an object that has no home. */
static noinline void put_slow(struct kmem_cache *s, struct slab_cpu *c, int nr, void *old)
{
	unsigned int n = s->batch;

	if (nr == SLAB_CLAIMED) {
		slab_give(s, &old, 1);
	} else {
		if (!slab_park(s, c->objects, n))
			slab_give(s, c->objects, n);
		nr -= (int)n;
		rep_movsl(c->objects, c->objects + n, (size_t)nr); /* downwards: may overlap */
		c->objects[nr++] = old;
		slab_unclaim(c, nr);
	}
	preempt_enable();
}

/* OLD was the hot object until a newer one took its place: both go to the magazine. */
static __always_inline void put(struct kmem_cache *s, void *old)
{
	struct slab_cpu *c;
	void *hot;
	int nr;

	preempt_disable();
	c = slab_this_cpu(s);
	nr = xchg(&c->nr, SLAB_CLAIMED);
	if (unlikely((unsigned int)nr > s->limit - 2u)) {
		put_slow(s, c, nr, old);
		return;
	}
	c->objects[nr++] = old;
	hot = xchg(&c->hot, NULL);
	if (likely(hot))
		c->objects[nr++] = hot;
	slab_unclaim(c, nr);
	preempt_enable();
}

static noinline __in_registers void put_out_of_line(struct kmem_cache *s, void *old)
{
	put(s, old);
}

/* OBJECT is good, and its cache not slow: it becomes this CPU's hot one. */
static __always_inline void give_back(struct kmem_cache *s, void *object)
{
	void *old;

	((struct slab_free *)object)->mark = SLAB_MARK;
	old = xchg((void **)((char *)s + this_cpu_read(slab_cpu_offset)), object);
	if (old)
		put_out_of_line(s, old);
}

/* May OBJECT, of a slab of S, go the short way? Of slow caches, free_mask is ~0, divider 0. */
static __always_inline bool short_way(const struct kmem_cache *s, const void *object)
{
	return likely(((const struct slab_free *)object)->mark != SLAB_MARK) &&
	       likely(!((uintptr_t)object & s->free_mask));
}

void slab_free_checked(struct kmem_cache *s, struct page *slab, void *object)
{
	if (unlikely(!slab_has_object(s, slab, object)) && !control(slab_any_pointer)) {
		slab_report(s, NULL, "free of 0x%08lx, which is not the start of an object",
			    (unsigned long)object);
		return;
	}
	if (slab_is_debug(s)) {
		slab_debug_free(s, slab, object);
		return;
	}
	if (unlikely(slab_free_part(s, object)->mark == SLAB_MARK) &&
	    slab_is_free(s, slab, object) && !control(slab_double_free)) {
		slab_report(s, object, "object 0x%08lx is free already: freed twice",
			    (unsigned long)object);
		return;
	}
	slab_init_on_free(s, object);
	if (s->slow) {
		slab_free_part(s, object)->mark = SLAB_MARK;
		put_out_of_line(s, object);
	} else {
		give_back(s, object);
	}
}

/* OBJECT lies in a page of S, and is not for the short way as it stands. */
static noinline __in_registers void free_odd(struct kmem_cache *s, void *object)
{
	slab_free_checked(s, virt_to_head_page(object), object);
}

static noinline __in_registers void free_divided(struct kmem_cache *s, void *object)
{
	if (likely(slab_divides(s, object)) &&
	    likely(((struct slab_free *)object)->mark != SLAB_MARK))
		give_back(s, object);
	else
		free_odd(s, object);
}

static noinline __in_registers void free_slow(struct kmem_cache *s, void *object)
{
	struct page *page;
	bool slab;

	if (!object)
		return;
	page = virt_addr_valid(object) ? virt_to_head_page(object) : NULL;
	slab = page && PageSlab(page);
	if (slab && (page->slab_cache == s || control(slab_wrong_cache)))
		slab_free_checked(page->slab_cache, page, object);
	else
		slab_report(s, NULL, "free of 0x%08lx, which is %s%s", (unsigned long)object,
			    slab ? "an object of " : "no object of any cache",
			    slab ? page->slab_cache->name : "");
}

__in_registers void __kmem_cache_free(struct kmem_cache *s, void *object)
{
	unsigned long pfn = ((uintptr_t)object - PAGE_OFFSET) >> PAGE_SHIFT;

	if (unlikely(pfn >= max_low_pfn) || unlikely(mem_map[pfn].slab_cache != s))
		free_slow(s, object);
	else if (short_way(s, object))
		give_back(s, object);
	else
		free_divided(s, object);
}

void(kmem_cache_free)(struct kmem_cache *s, void *object)
{
	__kmem_cache_free(s, object);
}

void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
{
	while (nr-- > 0) {
		if (s)
			kmem_cache_free(s, p[nr]);
		else
			kfree(p[nr]);
	}
}

__in_registers void __kfree(const void *ptr)
{
	unsigned long pfn = ((uintptr_t)ptr - PAGE_OFFSET) >> PAGE_SHIFT;
	void *object = (void *)(uintptr_t)ptr;

	if (likely(pfn < max_low_pfn)) {
		struct page *page = mem_map + pfn;

		if (likely(page->page_type == SLAB_TYPE_FAST)) {
			struct kmem_cache *s = page->slab_cache;

			if (short_way(s, object))
				give_back(s, object);
			else
				free_divided(s, object);
			return;
		}
	}
	kfree_slow(object);
}

void(kfree)(const void *ptr)
{
	__kfree(ptr);
}

/* --- what is free ----------------------------------------------------------------------------- */

/*
 * How many entries of a magazine may be free objects. Of one that is claimed only its owner knows:
 * who may wait for him does. For the others all count, also what was handed out before: an object
 * that was wrongly taken for free is lost, one that was freed twice would soon have two users.
 */
static int magazine_count(const struct slab_cpu *c)
{
	int nr;

	while ((nr = READ_ONCE(c->nr)) == SLAB_CLAIMED && slab_may_wait() &&
	       !control(slab_leftovers_count))
		cpu_relax();
	return nr != SLAB_CLAIMED ? nr : control(slab_claimed_unseen) ? 0 : SLAB_OBJECTS;
}

static bool in_magazine(const struct slab_cpu *c, const void *object)
{
	int nr = magazine_count(c);

	for (int i = 0; i < nr; i++)
		if (READ_ONCE(c->objects[i]) == object)
			return true;
	return READ_ONCE(c->hot) == object;
}

bool slab_is_free(struct kmem_cache *s, struct page *slab, void *object)
{
	unsigned int cpu, left = slab_slots(slab); /* however broken the list is, it ends */
	unsigned long flags;
	bool found = false;
	void *at;

	for_each_possible_cpu(cpu) if (in_magazine(&s->cpu[cpu], object)) return true;
	if (slab_is_parked(s, object))
		return true;
	spin_lock_irqsave(&s->lock, flags);
	for (at = slab->freelist; at && !found && left-- > 0 && slab_has_object(s, slab, at);
	     at = slab_free_part(s, at)->link)
		found = at == object;
	spin_unlock_irqrestore(&s->lock, flags);
	return found;
}

void slab_force_slow(bool on)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) per_cpu(slab_alloc_offset, cpu) =
		(on ? NR_CPUS : cpu) * sizeof(struct slab_cpu);
}
