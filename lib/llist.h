/* SPDX-License-Identifier: MIT */
/*
 * Lists that several CPUs and interrupts may feed without a lock: a stack whose top is one word.
 *
 * llist_add() may be called in any context, an NMI included, any number of times at once.
 * llist_del_all() takes everything at once, newest first; since nothing else is ever taken, a word
 * that has not changed means a list that has not changed (no ABA). The nodes are the caller's.
 */
#ifndef LIB_LLIST_H
#define LIB_LLIST_H

#include "lib/atomic.h"
#include "lib/compiler.h"
#include "lib/types.h"

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name)                                                                      \
	{                                                                                          \
		NULL                                                                               \
	}
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

static inline bool llist_empty(const struct llist_head *head)
{
	return READ_ONCE(head->first) == NULL;
}

/* Adds NODE; true if the list was empty before. */
static inline bool llist_add(struct llist_node *node, struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	do
		node->next = first;
	while (!__atomic_compare_exchange_n(&head->first, &first, node, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED));
	return first == NULL;
}

/* Takes all nodes, newest first; NULL if there are none. */
static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return __atomic_exchange_n(&head->first, (struct llist_node *)NULL, __ATOMIC_ACQUIRE);
}

/* A list that was taken, turned around: oldest first. */
static inline struct llist_node *llist_reverse_order(struct llist_node *node)
{
	struct llist_node *turned = NULL;

	while (node) {
		struct llist_node *next = node->next;

		node->next = turned;
		turned = node;
		node = next;
	}
	return turned;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)

/* Over a list that was taken; POS may be freed in the body, its successor NEXT is read before. */
#define llist_for_each_safe(pos, next_node, node)                                                  \
	for ((pos) = (node); (pos) && ((next_node) = (pos)->next, true); (pos) = (next_node))

#endif /* LIB_LLIST_H */
