/* SPDX-License-Identifier: MIT */
/*
 * init_on_alloc=1 and init_on_free=1 for single objects: whatever is handed out is zero, resp.
 * nothing that was freed stays readable.
 *
 * A cache that is to do so has no hot object: its allocations and frees leave the inline paths, as
 * those of caches with a constructor do, and come through here. Hence the two switches cost the
 * others nothing. Left alone, as in Linux, are objects that must stay as they are while they are
 * free (a constructor, SLAB_TYPESAFE_BY_RCU) and those that hold a pattern then (SLAB_POISON).
 *
 * With init_on_free=1 alone an object is zero from the free on; only the words that the allocator
 * keeps in it are cleared when it is handed out. Objects that were never used yet come out of
 * zeroed pages.
 */
#include "boot/x86.h"
#include "lib/control.h"
#include "lib/string.h"
#include "mm/page_internal.h"
#include "mm/slab_internal.h"

void slab_zero(void *object, size_t size)
{
	rep_stosl(object, 0, size / 4);
	memset((char *)object + (size & ~3u), 0, size & 3);
}

u8 slab_init_wanted(const struct kmem_cache *s)
{
	if (s->ctor || (s->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_POISON)) || control(slab_init_off))
		return 0;
	return (u8)((page_alloc_hooks & PAGE_HOOK_INIT_ALLOC ? SLAB_INIT_ALLOC : 0) |
		    (page_alloc_hooks & PAGE_HOOK_INIT_FREE ? SLAB_INIT_FREE : 0));
}

__in_registers void *__slab_init_on_alloc(struct kmem_cache *s, void *object)
{
	if (s->init & SLAB_INIT_ALLOC)
		slab_zero(object, s->object_size);
	else if (s->mark_offset == 0)
		slab_zero(object, min(s->object_size, (unsigned int)sizeof(struct slab_free)));
	return object;
}

static void follow(struct kmem_cache *s, void *unused)
{
	s->init = slab_init_wanted(s);
	slab_layout_ways(s);
	barrier(); /* nothing becomes hot from here on */
	slab_drain(s);
}

void slab_init_changed(void)
{
	kmem_cache_for_each(follow, NULL);
}
