/* SPDX-License-Identifier: MIT */
/*
 * The self-check of address space by the piece: both trees in order, nothing in two of them, and
 * all of it adds up to the window.
 */
#include "mm/va_internal.h"
#include "mm/va_space.h"

/* Adds up the areas of TREE, which must be in order and inside the window. */
static const char *check_tree(const struct va_space *space, const struct avl_tree *tree,
			      unsigned long *bytes)
{
	unsigned long floor = space->start;
	struct avl_node *node;
	size_t count;
	const char *wrong = avl_check(tree, &count);

	for (node = avl_first(tree); node && !wrong; node = avl_next(node)) {
		const struct va_area *area = area_of(node);

		if (area->start < floor || area->end <= area->start || area->end > space->end)
			wrong = "areas overlap, or are out of order";
		else if (tree == &space->free && area->start == floor && floor != space->start)
			wrong = "two free areas should be one";
		floor = area->end;
		*bytes += size_of(area);
	}
	return wrong;
}

/* Do the two trees, each in order, have an address in common? */
static bool trees_meet(const struct avl_tree *a, const struct avl_tree *b)
{
	struct avl_node *x = avl_first(a), *y = avl_first(b);

	while (x && y) {
		if (area_of(x)->end <= area_of(y)->start)
			x = avl_next(x);
		else if (area_of(y)->end <= area_of(x)->start)
			y = avl_next(y);
		else
			return true;
	}
	return false;
}

const char *va_check(struct va_space *space)
{
	unsigned long bytes = 0, lazy = 0;
	const struct va_area *area;
	const char *wrong;

	grow_up(space);
	wrong = check_tree(space, &space->busy, &bytes);
	if (!wrong)
		wrong = check_tree(space, &space->free, &bytes);
	if (wrong)
		return wrong;
	if (trees_meet(&space->busy, &space->free))
		return "a busy area is free as well";
	for (area = space->lazy; area; area = area->next_area)
		lazy += size_of(area);
	if (lazy != space->lazy_bytes)
		return "the count of lazy bytes is wrong";
	if (bytes + lazy + space->purge_bytes != space->end - space->start)
		return "the areas do not add up to the window";
	return NULL;
}
