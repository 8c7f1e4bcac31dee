/* SPDX-License-Identifier: MIT */
/*
 * Address space by the piece. See va_space.h.
 */
#include "mm/va_space.h"
#include "boot/layout.h"
#include "lib/control.h"
#include "mm/va_internal.h"

static inline struct va_area *take_record(struct va_space *space)
{
	struct va_area *area = space->stock; /* va_alloc()'s caller has filled it */

	space->stock = area->next_area;
	space->nr_stock--;
	return area;
}

void va_space_init(struct va_space *space, struct va_area *first, unsigned long start,
		   unsigned long end)
{
	*space = (struct va_space){
		.free = {.update = update_largest},
		.start = start,
		.end = end,
		.first = first,
	};
	*first = (struct va_area){.start = start, .end = end};
	add_to(&space->free, first);
}

void va_use_first(struct va_space *space)
{
	struct va_area **link = &space->stock, *first = space->first, *root;

	while (*link && *link != first)
		link = &(*link)->next_area;
	if (!*link || !space->free.root)
		return;
	*link = first->next_area;
	space->nr_stock--;
	root = area_of(space->free.root);
	*first = *root;
	space->free.root = &first->node;
	for (int side = 0; side < 2; side++)
		if (first->node.child[side])
			first->node.child[side]->parent = &first->node;
	va_add_record(space, root);
}

/* The lowest free area of at least @size bytes, or NULL. */
static inline struct va_area *lowest_of(const struct va_space *space, unsigned long size)
{
	struct avl_node *node = space->free.root;

	if (!node || area_of(node)->largest < size)
		return NULL;
	for (;;) {
		struct avl_node *low = node->child[0];

		if (low && area_of(low)->largest >= size)
			node = low;
		else if (size_of(area_of(node)) >= size)
			return area_of(node);
		else
			node = node->child[1];
	}
}

static bool fits(const struct va_area *area, unsigned long size, unsigned long align)
{
	unsigned long start = ALIGN(area->start, align);

	return start >= area->start && start <= area->end && area->end - start >= size;
}

/*
 * A free area with room for @size at an address aligned to @align. One of size + align - PAGE_SIZE
 * has it wherever it begins; only if there is none, all are tried.
 */
static struct va_area *find_aligned(const struct va_space *space, unsigned long size,
				    unsigned long align)
{
	unsigned long sure = size + (align - PAGE_SIZE);
	struct va_area *area = sure >= size ? lowest_of(space, sure) : NULL;
	struct avl_node *node;

	if (area)
		return area;
	for (node = avl_first(&space->free); node; node = avl_next(node))
		if (fits(area_of(node), size, align))
			return area_of(node);
	return NULL;
}

/* Takes [start, end) out of @from, a free area that has it, as an area in no tree. */
static inline struct va_area *carve(struct va_space *space, struct va_area *from,
				    unsigned long start, unsigned long end)
{
	struct va_area *area, *rest;

	if (start == from->start && end == from->end) {
		avl_erase(&space->free, &from->node);
		return from;
	}
	if (start == from->start) {
		from->start = end;
	} else {
		if (end != from->end) {
			rest = take_record(space);
			rest->start = end;
			rest->end = from->end;
			rest->largest = 0;
			add_to(&space->free, rest);
		}
		from->end = start;
	}
	size_changed(from);
	area = take_record(space);
	area->start = start;
	area->end = end;
	return area;
}

/* Takes a busy area away from the busy ones. */
static inline void remove_busy(struct va_space *space, struct va_area *area)
{
	if (likely(area == space->youngest))
		space->youngest = NULL;
	else
		avl_erase(&space->busy, &area->node);
}

__in_registers struct va_area *va_alloc(struct va_space *space, unsigned long size,
					unsigned long align)
{
	struct va_area *area;
	unsigned long start;

	if (unlikely(size == 0))
		return NULL;
	if (likely(align <= PAGE_SIZE)) {
		area = lowest_of(space, size);
		if (unlikely(!area))
			return NULL;
		start = area->start;
	} else {
		area = find_aligned(space, size, align);
		if (!area)
			return NULL;
		start = ALIGN(area->start, align);
	}
	area = carve(space, area, start, start + size);
	area->dying = false;
	grow_up(space);
	space->youngest = area;
	return area;
}

__in_registers struct va_area *va_find(const struct va_space *space, unsigned long addr)
{
	struct va_area *youngest = space->youngest;
	struct avl_node *node = space->busy.root;

	if (youngest && addr >= youngest->start && addr < youngest->end)
		return youngest->dying ? NULL : youngest;
	while (node) {
		struct va_area *area = area_of(node);

		if (addr >= area->end)
			node = node->child[1];
		else if (addr < area->start)
			node = node->child[0];
		else
			return area->dying ? NULL : area;
	}
	return NULL;
}

struct va_area *va_first_busy(const struct va_space *space, unsigned long addr)
{
	struct avl_node *node = space->busy.root;
	struct va_area *found = NULL;

	while (node) {
		if (area_of(node)->end > addr)
			found = area_of(node);
		node = node->child[area_of(node)->end <= addr];
	}
	if (space->youngest && space->youngest->end > addr &&
	    (!found || space->youngest->end < found->end))
		found = space->youngest;
	return found;
}

struct va_area *va_first_lazy(const struct va_space *space, unsigned long addr)
{
	struct va_area *area, *found = NULL;

	for (area = space->lazy; area; area = area->next_area)
		if (area->end > addr && (!found || area->end < found->end))
			found = area;
	return found;
}

/* Makes the addresses of @area, which is in no tree, free; joins it with free neighbours. */
static void add_free(struct va_space *space, struct va_area *area)
{
	struct avl_node *node = space->free.root;
	struct va_area *below = NULL, *above = NULL;

	while (node) {
		struct va_area *here = area_of(node);

		if (here->end == area->start)
			below = here;
		else if (here->start == area->end)
			above = here;
		node = node->child[area->start > here->start];
	}
	if (below && above) {
		unsigned long end = above->end;

		avl_erase(&space->free, &above->node);
		va_add_record(space, above);
		below->end = end;
	} else if (below) {
		below->end = area->end;
	} else if (above) {
		above->start = area->start;
		below = above;
	} else {
		area->largest = 0;
		add_to(&space->free, area);
		return;
	}
	va_add_record(space, area);
	size_changed(below);
}

void va_abandon(struct va_space *space, struct va_area *area)
{
	remove_busy(space, area);
	add_free(space, area);
}

__in_registers void va_release(struct va_space *space, struct va_area *area)
{
	struct va_area *last = space->lazy;

	if (control(va_reused_before_flush)) {
		va_abandon(space, area);
		return;
	}
	remove_busy(space, area);
	space->lazy_bytes += size_of(area);
	if (last && last->end == area->start) {
		last->end = area->end;
		va_add_record(space, area);
	} else if (last && last->start == area->end) {
		last->start = area->start;
		va_add_record(space, area);
	} else {
		area->next_area = last;
		space->lazy = area;
	}
}

struct va_area *va_purge_begin(struct va_space *space, unsigned long *start, unsigned long *end)
{
	struct va_area *chain = space->lazy, *area;

	*start = ~0ul;
	*end = 0;
	for (area = chain; area; area = area->next_area) {
		*start = min(*start, area->start);
		*end = max(*end, area->end);
	}
	space->lazy = NULL;
	space->purge_bytes = space->lazy_bytes;
	space->lazy_bytes = 0;
	return chain;
}

void va_purge_end(struct va_space *space, struct va_area *chain)
{
	struct va_area *next;

	for (; chain; chain = next) {
		next = chain->next_area;
		add_free(space, chain);
	}
	space->purge_bytes = 0;
}
