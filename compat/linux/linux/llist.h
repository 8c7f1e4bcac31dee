/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/llist.h> for foreign sources: lists without a lock.
 */
#ifndef COMPAT_LINUX_LLIST_H
#define COMPAT_LINUX_LLIST_H

#include "lib/llist.h"
#include "linux/atomic.h"

static inline struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

/*
 * Takes the newest node; NULL if there is none. One taker at a time, and nobody who takes all
 * meanwhile: a node that went and came back would look as if nothing had happened.
 */
static inline struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	while (first && !__atomic_compare_exchange_n(&head->first, &first, READ_ONCE(first->next),
						     false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
		;
	return first;
}

/* Over a list that was taken. In the _safe form POS may be freed in the body. */
#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)

#define __llist_entry_or_null(node, type, member)                                                  \
	__extension__({                                                                            \
		struct llist_node *__llist_node = (node);                                          \
		__llist_node ? llist_entry(__llist_node, type, member) : NULL;                     \
	})
#define llist_for_each_entry(pos, node, member)                                                    \
	for ((pos) = __llist_entry_or_null(node, __typeof__(*(pos)), member); pos;                 \
	     (pos) = __llist_entry_or_null((pos)->member.next, __typeof__(*(pos)), member))
#define llist_for_each_entry_safe(pos, n, node, member)                                            \
	for ((pos) = __llist_entry_or_null(node, __typeof__(*(pos)), member);                      \
	     (pos) &&                                                                              \
	     ((n) = __llist_entry_or_null((pos)->member.next, __typeof__(*(pos)), member), true);  \
	     (pos) = (n))

#endif /* COMPAT_LINUX_LLIST_H */
