/* SPDX-License-Identifier: MIT */
/*
 * Slabs: pages with objects, and the lists of those that are free. See slab_internal.h for what
 * struct page says about them.
 *
 * A slab is on its cache's partial list while it has free objects, on the full list otherwise.
 * Objects are taken from the front of the partial list; a slab that loses its last user goes to
 * the end, so that it is the last to be used again and, one of too many, the first to be freed.
 *
 * The links between free objects lie in memory that a user had and may still write to. So each is
 * looked at before it is followed: an object without its mark, or a link that leaves the slab, is
 * reported, and the free objects of that slab that can no longer be trusted are given up: they
 * count as taken for ever, hence the slab is never freed and nothing of it is handed out again.
 *
 * Locking: everything here happens under s->lock, with interrupts off; pages are allocated and
 * freed outside of it.
 */
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "mm/page_alloc.h"
#include "mm/slab_internal.h"

static atomic_t empty_pages; /* of all caches */

/* The lower half of the counters word; the upper one, the slots, never changes. */
static void change_inuse(struct kmem_cache *s, struct page *slab, int by)
{
	slab->counters += (unsigned long)by;
	s->nr_taken += (unsigned long)by;
}

/* After objects were taken: was it empty before, is it full now? */
static void slab_taken(struct kmem_cache *s, struct page *slab, unsigned int n)
{
	bool was_empty = slab_inuse(slab) == 0;

	if (was_empty) {
		s->nr_empty--;
		atomic_sub(1 << compound_order(slab), &empty_pages);
	}
	change_inuse(s, slab, (int)n);
	if (!slab->freelist)
		list_move(&slab->lru, &s->full);
	else if (was_empty)
		list_move(&slab->lru, &s->partial);
}

void slab_object_taken(struct kmem_cache *s, struct page *slab)
{
	slab_taken(s, slab, 1);
}

/* The free objects left in SLAB cannot be trusted: they are nobody's from now on. */
static void give_up(struct kmem_cache *s, struct page *slab)
{
	unsigned int lost = slab_slots(slab) - slab_inuse(slab);

	slab->freelist = NULL;
	s->nr_lost += lost;
	slab_taken(s, slab, lost);
}

static __cold void report_link(struct kmem_cache *s, void *object)
{
	const struct slab_free *f = slab_free_part(s, object);

	slab_report(s, object, "free object 0x%08lx was written to: mark 0x%08lx, link 0x%08lx",
		    (unsigned long)object, f->mark, (unsigned long)f->link);
}

/*
 * Takes up to NR free objects of SLAB; it has at least one. An object must have its mark, and its
 * link must lead into the slab; that it leads to an object then shows by the mark there.
 */
static unsigned int take_from(struct kmem_cache *s, struct page *slab, void **p, unsigned int nr)
{
	const uintptr_t start = (uintptr_t)lowmem_page_address(slab);
	const uintptr_t bytes = slab_slots(slab) * s->size;
	const unsigned long mark_offset = s->mark_offset;
	void *object = slab->freelist;
	unsigned int n = 0;

	while (object && n < nr) {
		struct slab_free *f = (struct slab_free *)((char *)object + mark_offset);
		void *next = f->link;

		if (unlikely(f->mark != SLAB_MARK ||
			     (next && ((uintptr_t)next - start >= bytes || (uintptr_t)next % 8)))) {
			if (!control(slab_link_unseen))
				report_link(s, object);
			slab->freelist = object;
			if (n)
				slab_taken(s, slab, n);
			give_up(s, slab);
			return n;
		}
		p[n++] = object;
		object = next;
	}
	slab->freelist = object;
	slab_taken(s, slab, n);
	return n;
}

unsigned int slab_take(struct kmem_cache *s, void **p, unsigned int nr)
{
	unsigned long flags;
	unsigned int n = 0;

	spin_lock_irqsave(&s->lock, flags);
	while (n < nr && !list_empty(&s->partial))
		n += take_from(s, list_first_entry(&s->partial, struct page, lru), p + n, nr - n);
	spin_unlock_irqrestore(&s->lock, flags);
	return n;
}

/* After a free: was SLAB full before, is it empty now? Rare, both. */
static void slab_given(struct kmem_cache *s, struct page *slab)
{
	if (slab_inuse(slab) == 0) {
		s->nr_empty++;
		atomic_add(1 << compound_order(slab), &empty_pages);
		list_move_tail(&slab->lru, &s->partial);
	} else {
		list_move(&slab->lru, &s->partial);
	}
}

/* OBJECT, marked, back on the list of SLAB. */
static __always_inline void give_one(struct kmem_cache *s, struct page *slab, void *object)
{
	void *first = slab->freelist;

	slab_free_part(s, object)->link = first;
	slab->freelist = object;
	slab->counters--;
	if (unlikely(!first || slab_inuse(slab) == 0))
		slab_given(s, slab);
}

void slab_give_one(struct kmem_cache *s, struct page *slab, void *object)
{
	s->nr_taken--;
	give_one(s, slab, object);
}

void slab_give(struct kmem_cache *s, void **p, unsigned int nr)
{
	unsigned long flags;

	spin_lock_irqsave(&s->lock, flags);
	s->nr_taken -= nr;
	for (unsigned int i = 0; i < nr; i++)
		give_one(s, virt_to_head_page(p[i]), p[i]);
	spin_unlock_irqrestore(&s->lock, flags);
	slab_trim(s);
}

/*
 * A cache keeps slabs without an object in use for the next burst, but all of them together not
 * more than a 64th of low memory. Under pressure all are freed.
 */
void slab_trim(struct kmem_cache *s)
{
	if (likely((unsigned int)atomic_read(&empty_pages) <= max_low_pfn / 64))
		return;
	slab_discard_empty(s, s->nr_empty / 2);
}

/* --- pages ------------------------------------------------------------------------------------ */

static struct page *take_pages(struct kmem_cache *s, gfp_t gfp)
{
	gfp_t first = (gfp | __GFP_NOWARN | __GFP_NORETRY) & ~(__GFP_NOFAIL | __GFP_DIRECT_RECLAIM);
	struct page *page = NULL;

	/*
	 * A large slab is a wish: not worth waiting, nor a report. Whether we may sleep was looked
	 * at when the object was asked for.
	 */
	if (s->order > s->min_order)
		page = (alloc_pages)(first, s->order);
	return page ? page : (alloc_pages)(gfp, s->order > s->min_order ? s->min_order : s->order);
}

static void make_free_objects(struct kmem_cache *s, struct page *slab, unsigned int slots)
{
	char *object = (char *)lowmem_page_address(slab) + s->red_left + s->mark_offset;

	slab->freelist = slab_object(s, slab, 0);
	for (unsigned int i = slots; i > 0; i--, object += s->size)
		*(struct slab_free *)object =
			(struct slab_free){SLAB_MARK, object - s->mark_offset + s->size};
	((struct slab_free *)(object - s->size))->link = NULL;
	for (unsigned int i = 0; s->ctor && i < slots && !control(slab_no_ctor); i++)
		s->ctor(slab_object(s, slab, i));
}

/* Pages that are a slab of S, nobody else's yet. NULL: no memory. */
static struct page *new_slab(struct kmem_cache *s, gfp_t gfp)
{
	gfp_t zero = s->init & SLAB_INIT_FREE ? __GFP_ZERO : 0;
	struct page *slab =
		take_pages(s, (gfp & ~SLAB_GFP_ODD & ~__GFP_MOVABLE) | s->page_gfp | zero);
	unsigned int pages, slots;

	if (!slab)
		return NULL;
	pages = 1u << compound_order(slab);
	slots = pages * PAGE_SIZE / s->size;
	slab->counters = (unsigned long)slots << 16;
	for (unsigned int i = 0; i < pages; i++) {
		slab[i].page_type = slab_is_debug(s) ? SLAB_TYPE_DEBUG : SLAB_TYPE_FAST;
		slab[i].slab_cache = s;
	}
	make_free_objects(s, slab, slots);
	if (slab_is_debug(s))
		slab_debug_setup(s, slab);
	return slab;
}

static void free_slab(struct page *slab)
{
	unsigned int order = compound_order(slab);

	for (unsigned int i = 0; i < 1u << order; i++) {
		__clear_page_type(slab + i);
		slab[i].slab_cache = NULL;
	}
	slab->counters = 0;
	slab->freelist = NULL;
	__free_pages(slab, order);
}

/*
 * The slab of a typesafe cache, out of its cache, goes a grace period later: until then readers may
 * look at its objects. The head of the callback lies where the link in the cache's list was.
 */
static_assert(sizeof(struct rcu_head) == sizeof(struct list_head), "both are slab->lru");

static void free_slab_late(struct rcu_head *head)
{
	free_slab(container_of((struct list_head *)head, struct page, lru));
}

static void doom(struct kmem_cache *s, struct page *slab)
{
	if ((s->flags & SLAB_TYPESAFE_BY_RCU) && !control(slab_not_typesafe))
		call_rcu((struct rcu_head *)&slab->lru, free_slab_late);
	else
		free_slab(slab);
}

/* An empty slab joins its cache. */
static void enter(struct kmem_cache *s, struct page *slab)
{
	s->nr_slabs++;
	s->nr_pages += 1ul << compound_order(slab);
	s->nr_objects += slab_slots(slab);
	s->nr_empty++;
	atomic_add(1 << compound_order(slab), &empty_pages);
	list_add_tail(&slab->lru, &s->partial);
}

static void leave(struct kmem_cache *s, struct page *slab)
{
	list_del(&slab->lru);
	s->nr_slabs--;
	s->nr_pages -= 1ul << compound_order(slab);
	s->nr_objects -= slab_slots(slab);
	s->nr_empty--;
	atomic_sub(1 << compound_order(slab), &empty_pages);
}

bool slab_add(struct kmem_cache *s, gfp_t gfp)
{
	struct page *slab = new_slab(s, gfp);
	unsigned long flags;

	if (!slab)
		return false;
	spin_lock_irqsave(&s->lock, flags);
	enter(s, slab);
	spin_unlock_irqrestore(&s->lock, flags);
	return true;
}

void *slab_grow(struct kmem_cache *s, gfp_t gfp)
{
	struct page *slab = new_slab(s, gfp);
	void *object = NULL;
	unsigned long flags;

	if (!slab)
		return NULL;
	spin_lock_irqsave(&s->lock, flags);
	enter(s, slab);
	take_from(s, slab, &object, 1);
	spin_unlock_irqrestore(&s->lock, flags);
	return object;
}

unsigned long slab_discard_empty(struct kmem_cache *s, unsigned long keep)
{
	struct page *slab, *next;
	unsigned long flags, pages = 0;
	LIST_HEAD(doomed);

	spin_lock_irqsave(&s->lock, flags);
	while (s->nr_empty > keep) {
		slab = list_last_entry(&s->partial, struct page, lru);
		leave(s, slab);
		list_add(&slab->lru, &doomed);
	}
	spin_unlock_irqrestore(&s->lock, flags);
	list_for_each_entry_safe(slab, next, &doomed, lru) {
		pages += 1ul << compound_order(slab);
		list_del(&slab->lru);
		doom(s, slab);
	}
	return pages;
}
