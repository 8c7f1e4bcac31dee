/* SPDX-License-Identifier: MIT */
/*
 * Lists for hash tables: many heads, mostly empty, so a head is a single pointer.
 *
 *	first --> [next] --> [next] --> NULL
 *	  ^-------[pprev] ^--[pprev]
 *
 * A node knows the pointer that points at it (pprev), so it can be removed without knowing its
 * head. The price: no step to the end or backwards. lib/list.h has the two-ended lists and
 * includes this file, as users expect of it. The owner of a list says which lock guards it.
 */
#ifndef LIB_HLIST_H
#define LIB_HLIST_H

#include "lib/compiler.h"

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

#define HLIST_POISON1 ((void *)0x100)
#define HLIST_POISON2 ((void *)0x200)

#define HLIST_HEAD_INIT                                                                            \
	{                                                                                          \
		NULL                                                                               \
	}
#define HLIST_HEAD(name)      struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)

/* Makes NODE one that is on no list: hlist_unhashed(NODE) holds. */
static inline void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

/* Whether NODE is on no list; only after INIT_HLIST_NODE or hlist_del_init, not hlist_del. */
static inline int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

/* Whether HEAD has no node. */
static inline int hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

/* Puts NODE where *PLACE points, before what is there now. */
static inline void __hlist_insert(struct hlist_node *node, struct hlist_node **place)
{
	node->next = *place;
	if (node->next)
		node->next->pprev = &node->next;
	node->pprev = place;
	WRITE_ONCE(*place, node);
}

/* Adds NODE, which is on no list, at the front; before NEXT; behind PREV. */
static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	__hlist_insert(node, &head->first);
}

static inline void hlist_add_before(struct hlist_node *node, struct hlist_node *next)
{
	__hlist_insert(node, next->pprev);
}

static inline void hlist_add_behind(struct hlist_node *node, struct hlist_node *prev)
{
	__hlist_insert(node, &prev->next);
}

static inline void __hlist_unlink(struct hlist_node *node)
{
	WRITE_ONCE(*node->pprev, node->next);
	if (node->next)
		node->next->pprev = node->pprev;
}

/* Removes NODE; its links are poison afterwards. */
static inline void hlist_del(struct hlist_node *node)
{
	__hlist_unlink(node);
	node->next = HLIST_POISON1;
	node->pprev = HLIST_POISON2;
}

/* Removes NODE if it is on a list; hlist_unhashed(NODE) holds afterwards. */
static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	__hlist_unlink(node);
	INIT_HLIST_NODE(node);
}

/* Moves the whole list of FROM to the empty head TO. */
static inline void hlist_move_list(struct hlist_head *from, struct hlist_head *to)
{
	to->first = from->first;
	if (to->first)
		to->first->pprev = &to->first;
	from->first = NULL;
}

/* From the node to its object; the _safe form gives NULL for NULL. */
#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member)                                                        \
	__extension__({                                                                            \
		__typeof__(ptr) __node = (ptr);                                                    \
		__node ? hlist_entry(__node, type, member) : NULL;                                 \
	})

/* Walks; only the safe forms allow removing the current node (they know the next one). */
#define hlist_for_each(pos, head) for (pos = (head)->first; pos; pos = pos->next)
#define hlist_for_each_safe(pos, n, head)                                                          \
	for (pos = (head)->first; pos && (n = pos->next, 1); pos = n)
#define hlist_for_each_entry(pos, head, member)                                                    \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); pos;               \
	     pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
/* N is a struct hlist_node pointer. */
#define hlist_for_each_entry_safe(pos, n, head, member)                                            \
	for (pos = hlist_entry_safe((head)->first, __typeof__(*(pos)), member);                    \
	     pos && (n = (pos)->member.next, 1);                                                   \
	     pos = hlist_entry_safe(n, __typeof__(*(pos)), member))

#endif /* LIB_HLIST_H */
