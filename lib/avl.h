/* SPDX-License-Identifier: MIT */
/*
 * Balanced binary trees, threaded through the objects that they hold, and open to augmentation.
 *
 * An AVL tree: the two subtrees of every node differ in height by at most one, so a tree of n
 * nodes is at most 1.44 log2(n) high, whatever the order of insertions and removals. Each node
 * stores the height of its subtree.
 *
 * The tree knows nothing of keys. Who looks for something, or for the place of something new,
 * walks down the children by himself:
 *
 *	struct avl_node **link = &tree->root, *parent = NULL;
 *
 *	while (*link) {
 *		parent = *link;
 *		link = &parent->child[key >= key_of(parent)];
 *	}
 *	avl_insert(tree, &new->node, parent, link);
 *
 * Augmentation: a node may keep a summary of its subtree (the largest gap, a sum), which is a
 * function of its own values and of its children's summaries. tree->update computes it anew for
 * one node; the tree calls it wherever that is needed, from below to above, and stops where nothing
 * changes any more. Whoever changes a node's own values calls avl_update().
 *
 * Pure; the caller locks.
 */
#ifndef LIB_AVL_H
#define LIB_AVL_H

#include "lib/compiler.h"
#include "lib/types.h"

struct avl_node {
	struct avl_node *child[2]; /* smaller, larger */
	struct avl_node *parent;   /* NULL: the root */
	int height;                /* 1 without children */
};

struct avl_tree {
	struct avl_node *root;
	/* Computes NODE's summary; true if it has changed. NULL: the tree is not augmented. */
	bool (*update)(struct avl_node *node);
};

/*
 * avl_insert() - add NODE at LINK, an empty child of PARENT or, with PARENT NULL, the tree's root.
 * avl_erase() - take NODE out. Its own fields keep what they held, and mean nothing.
 * avl_update() - NODE's own values have changed: bring the summaries up to date, from it upwards.
 * O(log n) each.
 */
__in_registers void avl_insert(struct avl_tree *tree, struct avl_node *node,
			       struct avl_node *parent, struct avl_node **link);
__in_registers void avl_erase(struct avl_tree *tree, struct avl_node *node);
void avl_update(struct avl_tree *tree, struct avl_node *node);

/* The first node in the order of the keys, and the one after NODE; NULL: there is none. */
struct avl_node *avl_first(const struct avl_tree *tree);
struct avl_node *avl_next(const struct avl_node *node);

/*
 * Self-check of shape, heights and summaries, in one walk over all nodes; calls tree->update on
 * each. Returns what is wrong, or NULL. *COUNT is the number of nodes.
 */
const char *avl_check(const struct avl_tree *tree, size_t *count);

#endif /* LIB_AVL_H */
