/* SPDX-License-Identifier: MIT */
/*
 * What the files of address space by the piece share, and nobody else needs: an area behind its
 * node, and the largest size below each node of the free tree.
 */
#ifndef MM_VA_INTERNAL_H
#define MM_VA_INTERNAL_H

#include "mm/va_space.h"

static inline struct va_area *area_of(struct avl_node *node)
{
	return container_of(node, struct va_area, node);
}

static inline unsigned long size_of(const struct va_area *area)
{
	return area->end - area->start;
}

static inline bool update_largest(struct avl_node *node)
{
	struct va_area *area = area_of(node);
	unsigned long largest = size_of(area);

	if (node->child[0] && area_of(node->child[0])->largest > largest)
		largest = area_of(node->child[0])->largest;
	if (node->child[1] && area_of(node->child[1])->largest > largest)
		largest = area_of(node->child[1])->largest;
	if (largest == area->largest)
		return false;
	area->largest = largest;
	return true;
}

/* The size of @area, in the free tree, has changed. The tree's shape does not. */
static inline void size_changed(struct va_area *area)
{
	struct avl_node *node = &area->node;

	while (node && update_largest(node))
		node = node->parent;
}

/* Adds AREA to TREE, by its start. */
static inline void add_to(struct avl_tree *tree, struct va_area *area)
{
	struct avl_node **link = &tree->root, *parent = NULL;

	while (*link) {
		parent = *link;
		link = &parent->child[area->start > area_of(parent)->start];
	}
	avl_insert(tree, &area->node, parent, link);
}

/* The youngest busy area goes into the tree, as the others. */
static inline void grow_up(struct va_space *space)
{
	if (space->youngest)
		add_to(&space->busy, space->youngest);
	space->youngest = NULL;
}

#endif
