/* SPDX-License-Identifier: MIT */
/*
 * How objects lie in a slab: sizes, offsets and orders. Pure.
 *
 *	plain     | mark link ..... object ..... |                       the marks are in the object
 *	ctor      | object ............ | mark link |
 *	debug     | red | object ..... | red | mark link | who allocated | who freed | pad |
 *	          <---------------------------- size ---------------------------------------->
 *
 * The order of a slab's pages is the smallest that holds a good number of objects and wastes
 * little; what "good" and "little" mean is lowered step by step until an order does.
 *
 * A free goes the short way if its address can be judged at once. Where slots are a power of two
 * long, a mask tells whether one starts there. Small slots of other lengths get slabs of one page,
 * so that the offset in the page is the one in the slab, and a multiplication divides it.
 */
#include "lib/log2.h"
#include "lib/string.h"
#include "mm/slab_internal.h"

#define WORD          sizeof(unsigned long)
#define MAGAZINE_SIZE (64u << 10) /* bytes that one CPU may keep of a cache */
#define RED_LEFT_MAX  64u         /* objects with a coarser alignment have none on the left */
#define DIVIDED_MAX   256u        /* wastes at most a 16th of a page */

/* Objects at cache lines, but several to a line if they are small. */
static unsigned int line_align(unsigned int size)
{
	unsigned int align = SLAB_LINE;

	while (size <= align / 2)
		align /= 2;
	return align;
}

static unsigned int order_of(unsigned int size)
{
	unsigned int order = 0;

	while (order < MAX_ORDER && ((unsigned int)PAGE_SIZE << order) < size)
		order++;
	return order;
}

static unsigned int good_order(unsigned int size, unsigned int min_order)
{
	if (size <= DIVIDED_MAX && !is_power_of_2(size))
		return 0;
	for (unsigned int objects = 32; objects > 1; objects /= 2) {
		for (unsigned int part = 16; part >= 4; part /= 2) {
			for (unsigned int order = min_order; order <= SLAB_MAX_ORDER; order++) {
				unsigned int bytes = PAGE_SIZE << order;

				if (bytes / size >= objects && bytes % size <= bytes / part)
					return order;
			}
		}
	}
	return min_order;
}

static void layout_slot(struct kmem_cache *s)
{
	unsigned int size = ALIGN(s->object_size, WORD);
	bool keep = s->ctor || (s->flags & (SLAB_TYPESAFE_BY_RCU | SLAB_DEBUG_FLAGS));

	s->red_left = s->red_right = s->track_offset = s->mark_offset = 0;
	if (s->flags & SLAB_RED_ZONE) {
		if (size == s->object_size)
			size += WORD;
		s->red_right = size - s->object_size;
		if (s->align <= RED_LEFT_MAX)
			s->red_left = ALIGN(2 * WORD, s->align);
	}
	if (keep) {
		s->mark_offset = size;
		size += sizeof(struct slab_free);
	}
	if (s->flags & SLAB_STORE_USER) {
		s->track_offset = size;
		size += 2 * slab_track_size();
	}
	size = max(size + s->red_left, (unsigned int)sizeof(struct slab_free));
	s->size = ALIGN(size, s->align);
}

/* How many free objects a CPU keeps: fewer of large ones. */
static void layout_magazine(struct kmem_cache *s)
{
	s->limit = clamp(MAGAZINE_SIZE / s->size, 4u, (unsigned int)SLAB_OBJECTS);
	s->batch = s->limit * 2 / 3;
}

void slab_layout_ways(struct kmem_cache *s)
{
	s->slow = s->mark_offset || s->init;
	s->free_mask = ~0ul;
	s->divider = 0;
	if (s->slow)
		return;
	if (is_power_of_2(s->size)) {
		s->free_mask = s->size - 1;
	} else if (s->order == s->min_order && s->order <= SLAB_MAX_ORDER) {
		s->divided_mask = (u16)((PAGE_SIZE << s->order) - 1);
		s->divided_slots = (u16)((PAGE_SIZE << s->order) / s->size);
		s->divider = s->reciprocal;
	}
}

bool slab_layout(struct kmem_cache *s)
{
	/* Before it grows: the larger of two need not show that the other one was none. */
	if ((s->align & (s->align - 1)) && !control(slab_odd_align))
		return false;
	if (s->flags & SLAB_HWCACHE_ALIGN)
		s->align = max(s->align, line_align(s->object_size));
	s->align = max(s->align, SLAB_MIN_ALIGN);
	if (s->object_size == 0 || s->object_size > (unsigned int)PAGE_SIZE << (MAX_ORDER - 1) ||
	    s->align > SLAB_MAX_ALIGN)
		return false;
	layout_slot(s);
	s->min_order = order_of(s->size);
	if (s->min_order >= MAX_ORDER)
		return false;
	s->order = good_order(s->size, s->min_order);
	s->reciprocal = s->order <= SLAB_MAX_ORDER ? 0xffffffffu / s->size + 1 : 0;
	layout_magazine(s);
	slab_layout_ways(s);
	return true;
}
