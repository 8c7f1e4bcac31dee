/* SPDX-License-Identifier: MIT */
/*
 * What the files of the slab allocator share. A slab is a compound page of low memory:
 *
 *	| slot 0 | slot 1 | ... | slot n-1 | waste |       2^order pages
 *
 *	every page   page_type  PGTY_slab, in the low bits SLAB_TYPE_SLOW if a free must look closer
 *	             slab_cache
 *	head page    lru        on the cache's partial or full list
 *	             counters   31..16 slots   15..0 objects not on freelist
 *	             freelist   first free object; linked by struct slab_free
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include "boot/x86.h"
#include "kernel/sync/preempt.h"
#include "lib/control.h"
#include "mm/page_alloc.h"
#include "mm/slab.h"

#define SLAB_TYPE_FAST  (PGTY_slab << PGTY_SHIFT)
#define SLAB_TYPE_DEBUG (SLAB_TYPE_FAST | 1)
#define SLAB_TYPE_LARGE (PGTY_large << PGTY_SHIFT) /* kmalloc() by whole pages: mm/kmalloc.c */

#define SLAB_MAX_ORDER 3 /* of a slab whose objects would fit a smaller one */

/* --- mm/slab_layout.c: pure ---------------------------------------------------------------- */

#define SLAB_MIN_ALIGN 8u
#define SLAB_MAX_ALIGN 8192u /* what the largest blocks of kmalloc() need */
#define SLAB_LINE      64u   /* bytes of a cache line, for SLAB_HWCACHE_ALIGN */

/*
 * slab_layout() - fills in the layout of S from its object_size, align, flags, init and ctor.
 * False: no such layout. slab_layout_ways() - the part of it that says which objects may go the
 * short way.
 */
bool slab_layout(struct kmem_cache *s);
void slab_layout_ways(struct kmem_cache *s);

/* --- slots and objects ----------------------------------------------------------------------- */

static inline bool slab_is_debug(const struct kmem_cache *s)
{
	return s->flags & SLAB_DEBUG_FLAGS;
}

static inline unsigned int slab_slots(const struct page *slab)
{
	return (unsigned int)slab->counters >> 16;
}

static inline unsigned int slab_inuse(const struct page *slab)
{
	return slab->counters & 0xffff;
}

static inline struct slab_free *slab_free_part(const struct kmem_cache *s, void *object)
{
	return (struct slab_free *)((char *)object + s->mark_offset);
}

static inline void *slab_object(const struct kmem_cache *s, const struct page *slab, unsigned int i)
{
	return (char *)lowmem_page_address(slab) + i * s->size + s->red_left;
}

/* Is OBJECT where SLAB has one? */
static inline bool slab_has_object(const struct kmem_cache *s, const struct page *slab,
				   const void *object)
{
	u32 offset = (u32)((uintptr_t)object - (uintptr_t)lowmem_page_address(slab) - s->red_left);
	u32 i = s->reciprocal ? (u32)((u64)offset * s->reciprocal >> 32) : offset / s->size;

	return offset < slab_slots(slab) * s->size && i * s->size == offset;
}

/*
 * Is OBJECT, in a slab of S, where a slot starts? Only if S has a divider: 2^32 / size, rounded up.
 * The product's upper half is the quotient, and the lower one is below the divider if and only if
 * the remainder is 0 (for offsets and sizes below 2^15).
 */
static __always_inline bool slab_divides(const struct kmem_cache *s, const void *object)
{
	u64 product = (u64)((uintptr_t)object & s->divided_mask) * s->divider;

	return ((u32)product < s->divider || control(slab_undivided)) &&
	       (u32)(product >> 32) < s->divided_slots;
}

static inline struct slab_cpu *slab_this_cpu(struct kmem_cache *s)
{
	return (struct slab_cpu *)((char *)s + this_cpu_read(slab_cpu_offset));
}

/* Puts the count of a claimed magazine back. */
static __always_inline void slab_unclaim(struct slab_cpu *c, int nr)
{
	smp_store_release(&c->nr, nr);
}

/*
 * May the caller wait until somebody else gives a magazine back? See mm/slab_shrink.c. An interrupt
 * handler could be what stops that owner here, or stop one that another handler waits for; and with
 * interrupts off the caller may hold a lock that a handler over there spins for.
 */
static inline bool slab_may_wait(void)
{
	return (!in_interrupt() && !irqs_disabled()) || control(slab_waits_anywhere);
}

/* --- mm/slab_pages.c ------------------------------------------------------------------------- */

/*
 * slab_take() - up to NR free objects of slabs that are there into P; returns how many.
 * slab_give() - NR objects, free and marked, back to their slabs.
 * slab_grow() - one object of a new slab; NULL: no memory. May sleep if GFP allows it.
 */
unsigned int slab_take(struct kmem_cache *s, void **p, unsigned int nr);
void slab_give(struct kmem_cache *s, void **p, unsigned int nr);
void *slab_grow(struct kmem_cache *s, gfp_t gfp);

/* slab_grow() for the caller who holds no lock: a slab on the partial list. False: no memory. */
bool slab_add(struct kmem_cache *s, gfp_t gfp);

/*
 * Frees slabs without objects in use, all but KEEP of them; returns the pages. slab_trim() frees
 * those that are more than the cache wants to keep.
 */
void slab_trim(struct kmem_cache *s);
unsigned long slab_discard_empty(struct kmem_cache *s, unsigned long keep);

/*
 * Under s->lock: one object left SLAB's freelist, all but the bookkeeping is done; resp. one that
 * is marked free comes back to it.
 */
void slab_object_taken(struct kmem_cache *s, struct page *slab);
void slab_give_one(struct kmem_cache *s, struct page *slab, void *object);

/* --- mm/slab_depot.c ------------------------------------------------------------------------- */

/*
 * slab_park() - NR objects, free and marked, into the depot; false: they stay where they are.
 * slab_unpark() - those that came last into P, which has room for SLAB_OBJECTS; returns how many.
 * slab_empty_depot() - all of them back to their slabs. slab_is_parked() - is OBJECT there?
 */
bool slab_park(struct kmem_cache *s, void **p, unsigned int nr);
unsigned int slab_unpark(struct kmem_cache *s, void **p);
void slab_empty_depot(struct kmem_cache *s);
bool slab_is_parked(struct kmem_cache *s, const void *object);

extern struct kmem_cache slab_bundle_cache;
unsigned int slab_bundle_size(void);

/* --- mm/slab_shrink.c ------------------------------------------------------------------------ */

/*
 * slab_drain() - objects of all CPUs' magazines and of the depot back to the slabs. When it returns
 * to who may wait, no other drain has any of those that were free before. Any context but NMI.
 */
void slab_drain(struct kmem_cache *s);

/* --- mm/slab.c ------------------------------------------------------------------------------- */

/*
 * Is OBJECT, of SLAB, among the free ones, wherever they are? One that another CPU is just taking
 * from one place to the next may be missed. In interrupts one in use may be taken for free, if its
 * user left the mark in it: then its address may be left over in a claimed magazine.
 */
bool slab_is_free(struct kmem_cache *s, struct page *slab, void *object);

/*
 * slab_free_checked() - a free that the fast path would not take: OBJECT lies in a page of S whose
 * head is SLAB. Reports what is wrong with it, or frees it.
 */
void slab_free_checked(struct kmem_cache *s, struct page *slab, void *object);

/* Fault injection (mm/failslab.h): every allocation takes the slow path, which asks. */
void slab_force_slow(bool on);

/* --- mm/slab_zero.c -------------------------------------------------------------------------- */

#define SLAB_INIT_ALLOC 0x01u /* s->init: init_on_alloc=1, and the cache lets it happen */
#define SLAB_INIT_FREE  0x02u /* init_on_free=1 */

/* What the two switches mean for S, by its flags and ctor. */
u8 slab_init_wanted(const struct kmem_cache *s);

/* For tests: the switches have changed; all caches follow. Nobody else allocates meanwhile. */
void slab_init_changed(void);

/* SIZE bytes of zeroes, at a multiple of 4. */
void slab_zero(void *object, size_t size);

/* OBJECT (or NULL), about to be handed out, and no longer marked; returns it. */
void *__slab_init_on_alloc(struct kmem_cache *s, void *object) __in_registers;
static inline void *slab_init_on_alloc(struct kmem_cache *s, void *object)
{
	return unlikely(s->init) && object ? __slab_init_on_alloc(s, object) : object;
}

/* OBJECT, good, about to be marked free. */
static inline void slab_init_on_free(struct kmem_cache *s, void *object)
{
	if (s->init & SLAB_INIT_FREE)
		slab_zero(object, s->object_size);
}

/* --- mm/slab_debug.c ------------------------------------------------------------------------- */

/* What slab_debug= asks for caches of this name, besides FLAGS. */
slab_flags_t slab_debug_flags(const char *name, slab_flags_t flags);

void slab_debug_setup(struct kmem_cache *s, struct page *slab);
void *slab_debug_alloc(struct kmem_cache *s, gfp_t gfp);
void slab_debug_free(struct kmem_cache *s, struct page *slab, void *object);
/* Under s->lock. Returns reports made. */
unsigned long slab_debug_check(struct kmem_cache *s, struct page *slab);

/* --- mm/slab_report.c ------------------------------------------------------------------------ */

/*
 * One report: a warning "BUG NAME: ...", counted in the cache; then, unless a test expects it,
 * who allocated and freed OBJECT (may be NULL), if the cache stores it.
 */
void slab_report(struct kmem_cache *s, void *object, const char *fmt, ...) __printf(3, 4) __cold;

/* Remembers the calls that lead here as those of OBJECT's allocation, resp. free. */
void slab_track(struct kmem_cache *s, void *object, bool is_free);
/* Forgets both. */
void slab_track_reset(struct kmem_cache *s, void *object);
void slab_track_print(struct kmem_cache *s, void *object);
unsigned int slab_track_size(void);

/* --- mm/slab_cache.c ------------------------------------------------------------------------- */

extern struct list_head slab_caches;
extern spinlock_t slab_caches_lock;

/* A cache in memory that is there already, zeroed. False: no such layout. */
bool slab_cache_setup(struct kmem_cache *s, const char *name, unsigned int size, unsigned int align,
		      slab_flags_t flags, void (*ctor)(void *));

#endif /* MM_SLAB_INTERNAL_H */
