/* SPDX-License-Identifier: MIT */
/*
 * The slab allocator: objects of one size each, carved out of low pages.
 *
 *	kmem_cache_alloc(cache)
 *	   | hot: one free object of this CPU, taken by one exchange      (inline, below)
 *	   v
 *	magazine: up to 30 free objects of this CPU                       (mm/slab.c)
 *	   v
 *	depot: batches from full magazines                                (mm/slab_depot.c)
 *	   v
 *	slabs: runs of pages, each with a list of its free objects        (mm/slab_pages.c)
 *	   v
 *	alloc_pages()
 *
 * and a free goes the same way down. The first two steps take no lock and leave interrupts on.
 * The hot object is exchanged for NULL or for another object, so whoever got it has it alone,
 * interrupt handler, other CPU or not. A magazine is claimed by exchanging its count for
 * SLAB_CLAIMED; who finds it claimed (an interrupt handler that came at the wrong moment, a CPU
 * that drains another one's) goes one step down instead of waiting.
 *
 * A free object, in every build:
 *
 *	object + mark_offset      mark   SLAB_MARK: it is free (in use: whatever the user has there)
 *	                          link   the next free object of its slab
 *
 * mark_offset is 0 unless the object must stay as it is while it is free (a constructor,
 * SLAB_TYPESAFE_BY_RCU, debugging): then the two words lie behind it. A second free of an object
 * finds the mark, and an allocation misses it if somebody wrote to the object after freeing it.
 * A pointer that is not the start of an object, or of another cache, is found by what struct page
 * says about its page. Such a report costs the object, never the kernel.
 *
 * Caches with SLAB_RED_ZONE, SLAB_POISON, SLAB_STORE_USER or SLAB_CONSISTENCY_CHECKS (slab_debug=,
 * and all caches in debug builds) do without the first two steps: mm/slab_debug.c. Caches whose
 * objects are zeroed (init_on_alloc=, init_on_free=) do without the hot object: mm/slab_zero.c.
 *
 * Context: any but NMI; an allocation with __GFP_DIRECT_RECLAIM only where sleeping is allowed.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "kernel/cpu/percpu.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/spinlock_types.h"
#include "lib/atomic.h"
#include "mm/gfp.h"
#include "mm/page.h"

typedef unsigned int slab_flags_t;

#define SLAB_CONSISTENCY_CHECKS 0x0001u /* check an object whenever it changes hands */
#define SLAB_RED_ZONE           0x0002u /* bytes around it that nobody may write */
#define SLAB_POISON             0x0004u /* fill free objects with a pattern */
#define SLAB_STORE_USER         0x0008u /* remember who allocated and freed it */
#define SLAB_HWCACHE_ALIGN      0x0010u /* at cache lines; small ones at fractions of a line */
#define SLAB_PANIC              0x0020u /* kmem_cache_create() panics rather than fail */
#define SLAB_TYPESAFE_BY_RCU    0x0040u /* pages stay slabs of this cache: see kmem_cache_create() */
#define SLAB_RECLAIM_ACCOUNT    0x0080u /* a shrinker frees the objects: their pages are grouped */
#define SLAB_CACHE_DMA          0x0100u /* pages below 16 MiB */
#define SLAB_ACCOUNT            0u      /* accepted, without effect */
#define SLAB_MEM_SPREAD         0u
#define SLAB_NOLEAKTRACE        0u

#define SLAB_DEBUG_FLAGS (SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER)

#define SLAB_MARK    0x5afef4eeul /* what no pointer, small number or text looks like */
#define SLAB_CLAIMED (-1)
#define SLAB_OBJECTS 30 /* of a magazine: with the two words above 128 bytes */

/* What a free object holds, mark_offset bytes into it. */
struct slab_free {
	unsigned long mark;
	void *link;
};

/* One CPU's objects at hand. */
struct slab_cpu {
	void *hot; /* only in caches that are not `slow` */
	int nr;    /* objects, the coldest first; or SLAB_CLAIMED */
	void *objects[SLAB_OBJECTS];
};

struct kmem_cache {
	/*
	 * First, so that a per-CPU offset leads to a CPU's part. The last one is nobody's: it
	 * always looks empty and claimed. Allocations that must not be fast are led there.
	 */
	struct slab_cpu cpu[NR_CPUS + 1];

	unsigned long free_mask;   /* address bits that an object never has; ~0: look closer */
	unsigned long mark_offset; /* of struct slab_free */
	unsigned long slow;        /* no hot object: mark_offset, or `init`, is not 0 */
	u32 divider; /* of sizes that free_mask cannot tell; see slab_layout.c; or 0 */
	u16 divided_slots,
		divided_mask; /* slots of a slab, its bytes - 1: where divider is not 0 */

	/* The layout of a slot: [left red zone][object][right red zone][mark, link][tracks][pad] */
	unsigned int size;        /* of a slot: the distance of two objects */
	unsigned int object_size; /* what was asked for */
	unsigned int align;
	unsigned int red_left;     /* bytes before the object; 0: no red zone there */
	unsigned int red_right;    /* bytes behind it; 0: no red zone there */
	unsigned int track_offset; /* from the object; 0: no tracks */
	u32 reciprocal;            /* 2^32 / size, rounded up; 0: slabs are too large for it */
	u8 order, min_order;       /* of a slab's pages: wanted, and where memory is short */
	u8 limit, batch;           /* of a magazine: its size, and what is moved at once */
	u8 init;                   /* SLAB_INIT_*: when objects are zeroed, whoever asks */
	slab_flags_t flags;
	gfp_t page_gfp; /* for every alloc_pages() */
	void (*ctor)(void *object);
	const char *name;
	int refcount;
	struct list_head list; /* slab_caches */
	unsigned int busy;     /* walks that look at it: slab_caches_lock */
	int draining;          /* 1: somebody empties magazines and depot; see mm/slab_shrink.c */

	/* Under lock, interrupts off. */
	spinlock_t lock;
	struct list_head partial; /* slabs with free objects; those without any in use last */
	struct list_head full;
	unsigned long nr_empty;
	unsigned long nr_slabs, nr_pages, nr_objects;
	unsigned long nr_taken; /* objects that no slab has on its list: in use, or in magazines */
	struct slab_bundle *bundles, *empty_bundles; /* mm/slab_depot.c */
	unsigned long nr_parked;                     /* objects in bundles */
	unsigned long nr_lost; /* given up because somebody wrote to free memory */
	unsigned long errors;  /* reports about this cache */
};

/* Where this CPU's struct slab_cpu lies in a cache: for allocations, and for everything else. */
DECLARE_PER_CPU(unsigned long, slab_alloc_offset);
DECLARE_PER_CPU(unsigned long, slab_cpu_offset);

/*
 * might_alloc() - reports an allocation that may sleep in atomic context. kmalloc() and
 * kmem_cache_alloc() are macros around functions of the same names for this line alone: so that
 * the report names the line of their caller. The look at interrupts waits until there is no object
 * at hand: might_alloc_more().
 */
#define might_alloc(gfp)                                                                           \
	do {                                                                                       \
		if ((gfp)&__GFP_DIRECT_RECLAIM)                                                    \
			might_sleep_hot();                                                         \
	} while (0)
#define might_alloc_more(gfp)                                                                      \
	do {                                                                                       \
		if ((gfp)&__GFP_DIRECT_RECLAIM)                                                    \
			might_sleep_cold();                                                        \
	} while (0)

/* Flags that the inline allocation leaves to the function. */
#define SLAB_GFP_ODD (__GFP_ZERO | __GFP_HIGHMEM | __GFP_DMA)

/*
 * The functions behind the inline allocation: no hot object; and odd flags, or BAD, an object that
 * came out of `hot` with its mark overwritten.
 */
void *__kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp) __in_registers;
void *__kmem_cache_alloc_odd(struct kmem_cache *s, gfp_t gfp, void *bad) __in_registers;

/*
 * kmem_cache_alloc() - an object of the cache, constructed if the cache has a constructor, else
 * with whatever it last held; with __GFP_ZERO all zeroes (not for caches with a constructor).
 * NULL if there is no memory.
 */
static __always_inline void *kmem_cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	struct slab_free *object; /* the cache is not slow, or it were not hot */

	if (unlikely(gfp & SLAB_GFP_ODD))
		return __kmem_cache_alloc_odd(s, gfp, NULL);
	object = xchg((void **)((char *)s + this_cpu_read(slab_alloc_offset)), NULL);
	if (unlikely(!object))
		return __kmem_cache_alloc(s, gfp);
	if (unlikely(object->mark != SLAB_MARK))
		return __kmem_cache_alloc_odd(s, gfp, object);
	object->mark = 0;
	return object;
}
#define kmem_cache_alloc(s, gfp)                                                                   \
	__extension__({                                                                            \
		const gfp_t __slab_gfp = (gfp);                                                    \
		might_alloc(__slab_gfp);                                                           \
		kmem_cache_alloc(s, __slab_gfp);                                                   \
	})
#define kmem_cache_alloc_node(s, gfp, node) kmem_cache_alloc(s, gfp)
#define kmem_cache_zalloc(s, gfp)           kmem_cache_alloc(s, (gfp) | __GFP_ZERO)

/*
 * kmem_cache_free() - give OBJECT back; NULL is accepted. One of another cache, one that is free
 * already, or a pointer into the middle of one is reported and left alone. A call takes its
 * arguments in registers; the name alone is a function as any other, for pointers to it.
 */
void kmem_cache_free(struct kmem_cache *s, void *object);
void __kmem_cache_free(struct kmem_cache *s, void *object) __in_registers;
#define kmem_cache_free(s, object) __kmem_cache_free(s, object)

/*
 * kmem_cache_alloc_bulk() - NR objects into P. All or none: returns NR, or 0 with nothing
 * allocated. kmem_cache_free_bulk() gives them back; S may be NULL for objects of kmalloc().
 */
int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t gfp, size_t nr, void **p) __must_check;
void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p);

/*
 * kmem_cache_create() - a cache of objects of SIZE bytes at multiples of ALIGN (a power of two up
 * to 8192; 0: 8). CTOR, if any, runs for each object when its slab is made, and no more: who frees
 * an object leaves it constructed. The name is copied. NULL for a bad size or alignment
 * (reported), or without memory. Ordinary context.
 *
 * SLAB_TYPESAFE_BY_RCU: an object may be freed and reused under a reader, but its memory stays an
 * object of this cache for as long as the reader looks: its pages are freed a grace period after
 * the cache gave them up. Who looks must check that it is still the object that was meant.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *));
#define KMEM_CACHE(type, flags)                                                                    \
	kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), flags, NULL)

/*
 * kmem_cache_destroy() - the end of a cache; NULL is accepted. If objects are still in use they are
 * listed (with those who allocated them, if the cache knows), and the cache stays. May sleep; in an
 * interrupt it is reported, and nothing happens.
 */
void kmem_cache_destroy(struct kmem_cache *s);

/*
 * kmem_cache_shrink() - gives all pages without an object in use back. Returns 0 if the cache has
 * no pages left. slab_shrink_all() - the same for all caches; returns how many pages came free.
 *
 * Any context but NMI. Threads with interrupts and softirqs on must not hold a lock that anybody
 * takes with interrupts off (debug builds report it): there it waits for what other CPUs have in
 * their hands. Elsewhere it takes what it can get: pages may be left whose objects are all free.
 */
int kmem_cache_shrink(struct kmem_cache *s);
unsigned long slab_shrink_all(void);

/*
 * kmem_cache_validate() - looks at every object of the cache, free or in use, as far as its flags
 * allow. What is found is reported, counted and repaired. Returns the number of reports. Context as
 * for kmem_cache_shrink().
 */
unsigned long kmem_cache_validate(struct kmem_cache *s);

static inline unsigned int kmem_cache_size(const struct kmem_cache *s)
{
	return s->object_size;
}

/* Objects in use; pages of all caches. Exact where nothing changes meanwhile. Any context but NMI.
 */
unsigned long kmem_cache_active(struct kmem_cache *s);
unsigned long slab_pages(void);

/*
 * kmem_cache_for_each() - calls FN for every cache, oldest first, in the caller's context and
 * without a lock. FN must not destroy caches. Any context but NMI, as far as FN allows.
 */
void kmem_cache_for_each(void (*fn)(struct kmem_cache *s, void *arg), void *arg);

/* The caches of kmalloc(), and the cache of caches. After page_alloc_init(). Once, boot CPU. */
void kmem_cache_init(void);

#endif /* MM_SLAB_H */
