/* SPDX-License-Identifier: MIT */
/*
 * Caches: made, checked, ended. Those of kmalloc() and the cache of caches lie in the image, so
 * that the first of them needs no allocation.
 *
 * Locking: slab_caches_lock guards the list of caches and their `busy`. Nothing else happens under
 * it: mm/slab_shrink.c says why.
 */
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/control.h"
#include "lib/string.h"
#include "mm/failslab.h"
#include "mm/kmalloc.h"
#include "mm/shrinker.h"
#include "mm/slab_internal.h"

LIST_HEAD(slab_caches);
DEFINE_SPINLOCK(slab_caches_lock);

static struct kmem_cache cache_of_caches;

bool slab_cache_setup(struct kmem_cache *s, const char *name, unsigned int size, unsigned int align,
		      slab_flags_t flags, void (*ctor)(void *))
{
	unsigned int cpu;

	s->name = name;
	s->object_size = size;
	s->align = align;
	s->flags = slab_debug_flags(name, flags);
	s->ctor = ctor;
	s->refcount = 1;
	s->init = slab_init_wanted(s);
	if (!slab_layout(s))
		return false;
	s->page_gfp = __GFP_COMP | (flags & SLAB_RECLAIM_ACCOUNT ? __GFP_RECLAIMABLE : 0) |
		      (flags & SLAB_CACHE_DMA ? __GFP_DMA : 0);
	/* Debugging sees every step: no CPU keeps objects. */
	for_each_possible_cpu(cpu) s->cpu[cpu].nr = slab_is_debug(s) ? SLAB_CLAIMED : 0;
	s->cpu[NR_CPUS].nr = SLAB_CLAIMED;
	spin_lock_init(&s->lock);
	INIT_LIST_HEAD(&s->partial);
	INIT_LIST_HEAD(&s->full);
	return true;
}

static void enlist(struct kmem_cache *s)
{
	unsigned long flags;

	spin_lock_irqsave(&slab_caches_lock, flags);
	list_add_tail(&s->list, &slab_caches);
	spin_unlock_irqrestore(&slab_caches_lock, flags);
}

static void setup_static(struct kmem_cache *s, const char *name, unsigned int size)
{
	unsigned int align = size & (size - 1) ? 0 : control(slab_align_page) ? PAGE_SIZE : size;

	if (!slab_cache_setup(s, name, size, align, 0, NULL))
		panic("slab: no layout for %s", name);
	enlist(s);
}

/* How many pages that are cannot be told without doing it. */
static unsigned long shrinker_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	return slab_pages();
}

static unsigned long shrinker_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	sc->nr_scanned = ~0ul; /* all at once: no second call */
	return slab_shrink_all();
}

static struct shrinker shrinker = {
	.count_objects = shrinker_count,
	.scan_objects = shrinker_scan,
};

void kmem_cache_init(void)
{
	static const struct {
		const char *name;
		unsigned int size;
	} sizes[NR_KMALLOC_CACHES] = {
		{"kmalloc-8", 8},     {"kmalloc-16", 16},   {"kmalloc-32", 32},
		{"kmalloc-64", 64},   {"kmalloc-96", 96},   {"kmalloc-128", 128},
		{"kmalloc-192", 192}, {"kmalloc-256", 256}, {"kmalloc-512", 512},
		{"kmalloc-1k", 1024}, {"kmalloc-2k", 2048}, {"kmalloc-4k", 4096},
		{"kmalloc-8k", 8192},
	};
	unsigned int cpu;

	for_each_possible_cpu(cpu) per_cpu(slab_cpu_offset, cpu) = cpu * sizeof(struct slab_cpu);
	if (!slab_cache_setup(&cache_of_caches, "kmem_cache", sizeof(struct kmem_cache), 0,
			      SLAB_HWCACHE_ALIGN, NULL))
		panic("slab: no layout for caches");
	enlist(&cache_of_caches);
	for (unsigned int i = 0; i < NR_KMALLOC_CACHES; i++)
		setup_static(&kmalloc_caches[i], sizes[i].name, sizes[i].size);
	setup_static(&slab_bundle_cache, "slab_bundle", slab_bundle_size()); /* shrunk last */
	register_shrinker(&shrinker, "slab");
	failslab_register(slab_force_slow);
}

/* --- made ------------------------------------------------------------------------------------- */

static struct kmem_cache *create(const char *name, unsigned int size, unsigned int align,
				 slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache *s = kmem_cache_zalloc(&cache_of_caches, GFP_KERNEL);
	const char *copy = s ? kstrdup(name, GFP_KERNEL) : NULL;

	if (copy && slab_cache_setup(s, copy, size, align, flags, ctor)) {
		enlist(s);
		return s;
	}
	WARN(copy && !(flags & SLAB_PANIC),
	     "kmem_cache_create(%s): size %u, alignment %u: cannot be", name, size, align);
	kfree(copy);
	kmem_cache_free(&cache_of_caches, s);
	return NULL;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache *s;

	if (WARN(!name || in_interrupt(), "kmem_cache_create(%s): %s", name ? name : "NULL",
		 name ? "in interrupt context" : "without a name"))
		s = NULL;
	else
		s = create(name, size, align, flags, ctor);
	if (!s && (flags & SLAB_PANIC))
		panic("kmem_cache_create(%s) failed", name);
	return s;
}

/* --- checked ---------------------------------------------------------------------------------- */

unsigned long kmem_cache_active(struct kmem_cache *s)
{
	unsigned long cached = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu) cached += (READ_ONCE(s->cpu[cpu].hot) != NULL) +
					     (unsigned int)max(READ_ONCE(s->cpu[cpu].nr), 0);
	return s->nr_taken - cached - s->nr_parked - s->nr_lost;
}

/* In a cache that is not debugged only the free objects say anything. */
static unsigned long check_plain(struct kmem_cache *s, struct page *slab)
{
	unsigned long before = s->errors;
	void *at = slab->freelist;

	while (at && slab_has_object(s, slab, at)) {
		if (slab_free_part(s, at)->mark != SLAB_MARK)
			slab_report(s, at, "free object 0x%08lx was written to", (unsigned long)at);
		at = slab_free_part(s, at)->link;
	}
	if (at)
		slab_report(s, NULL, "a free object of slab 0x%08lx has the link 0x%08lx",
			    (unsigned long)lowmem_page_address(slab), (unsigned long)at);
	return s->errors - before;
}

static unsigned long check(struct kmem_cache *s, struct page *slab)
{
	return slab_is_debug(s) ? slab_debug_check(s, slab) : check_plain(s, slab);
}

unsigned long kmem_cache_validate(struct kmem_cache *s)
{
	unsigned long flags, reports = 0;
	struct page *slab;

	slab_drain(s);
	spin_lock_irqsave(&s->lock, flags);
	list_for_each_entry(slab, &s->partial, lru)
		reports += check(s, slab);
	list_for_each_entry(slab, &s->full, lru)
		reports += check(s, slab);
	spin_unlock_irqrestore(&s->lock, flags);
	return reports;
}

/* --- ended ------------------------------------------------------------------------------------ */

static void list_live(struct kmem_cache *s, struct page *slab)
{
	for (unsigned int i = 0; i < slab_slots(slab); i++) {
		void *object = slab_object(s, slab, i);

		if (slab_free_part(s, object)->mark == SLAB_MARK)
			continue;
		pr_err("Object 0x%08lx @offset=%lu\n", (unsigned long)object,
		       offset_in_page(object));
		slab_track_print(s, object);
	}
}

static void report_leak(struct kmem_cache *s)
{
	unsigned long flags;
	struct page *slab;

	WARN(true, "kmem_cache_destroy %s: Slab cache still has objects (%lu)", s->name,
	     kmem_cache_active(s));
	if (warn_expected)
		return;
	spin_lock_irqsave(&s->lock, flags);
	list_for_each_entry(slab, &s->full, lru)
		list_live(s, slab);
	list_for_each_entry(slab, &s->partial, lru)
		list_live(s, slab);
	spin_unlock_irqrestore(&s->lock, flags);
}

/* Takes S off the list, unless a walk is just looking at it. */
static bool try_delist(struct kmem_cache *s)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&slab_caches_lock, flags);
	idle = s->busy == 0 || control(slab_end_hurries);
	if (idle)
		list_del(&s->list);
	spin_unlock_irqrestore(&slab_caches_lock, flags);
	return idle;
}

void kmem_cache_destroy(struct kmem_cache *s)
{
	if (!s)
		return;
	if (WARN(in_interrupt(), "kmem_cache_destroy(%s): in interrupt context", s->name))
		return;
	might_sleep();
	slab_drain(s);
	slab_discard_empty(s, 0);
	if (s->nr_slabs) {
		if (!control(slab_leak_unseen))
			report_leak(s);
		return;
	}
	while (!try_delist(s))
		schedule_timeout_uninterruptible(1);
	if (s->flags & SLAB_TYPESAFE_BY_RCU)
		rcu_barrier(); /* its last pages name it until they are freed */
	kfree(s->name);
	kmem_cache_free(&cache_of_caches, s);
}
