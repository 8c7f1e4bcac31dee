/* SPDX-License-Identifier: MIT */
/*
 * The balance of AVL trees. See avl.h.
 *
 * Every change ends in settle(): it walks up from the lowest place that changed, refreshes height
 * and summary of each node, turns a node whose subtrees differ by two, and stops at the first node
 * that comes out as it was: what lies above depends on nothing else.
 */
#include "lib/avl.h"

static int height(const struct avl_node *node)
{
	return node ? node->height : 0;
}

/* How much the subtree of larger keys is higher. */
static int lean(const struct avl_node *node)
{
	return height(node->child[1]) - height(node->child[0]);
}

/* Height and summary of NODE from its children; true if one of them changed. */
static inline bool refresh(const struct avl_tree *tree, struct avl_node *node)
{
	int now = 1 + max(height(node->child[0]), height(node->child[1]));
	bool changed = now != node->height;

	node->height = now;
	if (tree->update && tree->update(node))
		changed = true;
	return changed;
}

/* Puts BY, which may be NULL, where NODE hangs now. */
static inline void replace(struct avl_tree *tree, const struct avl_node *node, struct avl_node *by)
{
	struct avl_node *parent = node->parent;

	if (!parent)
		tree->root = by;
	else
		parent->child[parent->child[1] == node] = by;
	if (by)
		by->parent = parent;
}

/*
 * Turns NODE so that its child on SIDE takes its place:
 *
 *	    node              top
 *	    /  \             /   \
 *	  top   c    ->     a    node       (SIDE 0)
 *	  / \                    /  \
 *	 a   b                  b    c
 */
static struct avl_node *lift(struct avl_tree *tree, struct avl_node *node, int side)
{
	struct avl_node *top = node->child[side], *inner = top->child[!side];

	replace(tree, node, top);
	node->child[side] = inner;
	if (inner)
		inner->parent = node;
	top->child[!side] = node;
	node->parent = top;
	refresh(tree, node);
	refresh(tree, top);
	return top;
}

/* NODE's child on SIDE is too high by one: returns who stands in NODE's place then. */
static struct avl_node *rebalance(struct avl_tree *tree, struct avl_node *node, int side)
{
	struct avl_node *child = node->child[side];

	if (height(child->child[!side]) > height(child->child[side]))
		lift(tree, child, !side);
	return lift(tree, node, side);
}

static void settle(struct avl_tree *tree, struct avl_node *node)
{
	for (; node; node = node->parent) {
		int leaning = lean(node);

		if (leaning > 1 || leaning < -1)
			node = rebalance(tree, node, leaning > 0);
		else if (!refresh(tree, node))
			break;
	}
}

__in_registers void avl_insert(struct avl_tree *tree, struct avl_node *node,
			       struct avl_node *parent, struct avl_node **link)
{
	node->child[0] = NULL;
	node->child[1] = NULL;
	node->parent = parent;
	node->height = 1;
	*link = node;
	if (tree->update)
		tree->update(node);
	if (parent)
		settle(tree, parent);
}

__in_registers void avl_erase(struct avl_tree *tree, struct avl_node *node)
{
	struct avl_node *heir, *lowest;

	if (!node->child[0] || !node->child[1]) {
		replace(tree, node, node->child[0] ? node->child[0] : node->child[1]);
		if (node->parent)
			settle(tree, node->parent);
		return;
	}

	/* The next larger one takes the place: it has no smaller child. */
	for (heir = node->child[1]; heir->child[0]; heir = heir->child[0])
		;
	lowest = heir->parent == node ? heir : heir->parent;
	replace(tree, heir, heir->child[1]);
	for (int side = 0; side < 2; side++) {
		heir->child[side] = node->child[side];
		if (heir->child[side])
			heir->child[side]->parent = heir;
	}
	heir->height = node->height;
	replace(tree, node, heir);

	/*
	 * The heir's summary is still that of its old place: a walk that finds it unchanged says
	 * nothing about those above.
	 */
	settle(tree, lowest);
	refresh(tree, heir);
	settle(tree, heir->parent);
}

void avl_update(struct avl_tree *tree, struct avl_node *node)
{
	settle(tree, node);
}

struct avl_node *avl_first(const struct avl_tree *tree)
{
	struct avl_node *node = tree->root;

	while (node && node->child[0])
		node = node->child[0];
	return node;
}

struct avl_node *avl_next(const struct avl_node *node)
{
	struct avl_node *next = node->child[1];

	if (!next) {
		while (node->parent && node == node->parent->child[1])
			node = node->parent;
		return node->parent;
	}
	while (next->child[0])
		next = next->child[0];
	return next;
}

/* The lowest node from which to go up again: children before parents. */
static struct avl_node *deepest(struct avl_node *node)
{
	while (node->child[0] || node->child[1])
		node = node->child[0] ? node->child[0] : node->child[1];
	return node;
}

const char *avl_check(const struct avl_tree *tree, size_t *count)
{
	struct avl_node *node = tree->root ? deepest(tree->root) : NULL;

	*count = 0;
	if (tree->root && tree->root->parent)
		return "the root has a parent";
	while (node) {
		struct avl_node *parent = node->parent;

		++*count;
		for (int side = 0; side < 2; side++)
			if (node->child[side] && node->child[side]->parent != node)
				return "a child has another parent";
		if (lean(node) > 1 || lean(node) < -1)
			return "a node is out of balance";
		if (refresh(tree, node))
			return "a height or a summary is stale";
		if (!parent && node != tree->root)
			return "a child has another parent";
		if (parent && node == parent->child[0] && parent->child[1])
			node = deepest(parent->child[1]);
		else
			node = parent;
	}
	return NULL;
}
