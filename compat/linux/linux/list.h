/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/list.h> for foreign sources: lib/list.h, and the rarer operations of Linux's lists
 * that loft itself has no use for.
 */
#ifndef COMPAT_LINUX_LIST_H
#define COMPAT_LINUX_LIST_H

#include "lib/hlist.h"
#include "lib/list.h"

/* Moves the stretch FIRST..LAST of one list to the end of HEAD's. */
static inline void list_bulk_move_tail(struct list_head *head, struct list_head *first,
				       struct list_head *last)
{
	first->prev->next = last->next;
	last->next->prev = first->prev;
	first->prev = head->prev;
	head->prev->next = first;
	last->next = head;
	head->prev = last;
}

/* Turns the ring so that ENTRY comes first. */
static inline void list_rotate_to_front(struct list_head *entry, struct list_head *head)
{
	list_move_tail(head, entry);
}

/* Moves what comes before ENTRY (all, if ENTRY is HEAD) to LIST, whose old contents are lost. */
static inline void list_cut_before(struct list_head *list, struct list_head *head,
				   struct list_head *entry)
{
	struct list_head *last = entry->prev;

	INIT_LIST_HEAD(list);
	if (head->next == entry)
		return;
	list->next = head->next;
	list->next->prev = list;
	list->prev = last;
	last->next = list;
	head->next = entry;
	entry->prev = head;
}

/* Backwards; the entry at hand may be deleted. */
#define list_for_each_prev_safe(pos, n, head)                                                      \
	for (pos = (head)->prev, n = pos->prev; pos != (head); pos = n, n = pos->prev)
#define list_for_each_continue(pos, head) for (pos = (pos)->next; pos != (head); pos = (pos)->next)
/* A start for list_for_each_entry_continue(): POS, or the head taken for an entry. */
#define list_prepare_entry(pos, head, member)                                                      \
	((pos) ? (pos) : list_entry(head, __typeof__(*(pos)), member))
/* From the entry at hand, resp. the one behind it; POS may be deleted in the body. */
#define list_for_each_entry_safe_from(pos, n, head, member)                                        \
	for (n = list_next_entry(pos, member); !list_entry_is_head(pos, head, member);             \
	     pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_continue(pos, n, head, member)                                    \
	for (pos = list_next_entry(pos, member), n = list_next_entry(pos, member);                 \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
/* In the body of a _safe loop, when the list may have changed: looks again what comes next. */
#define list_safe_reset_next(pos, n, member) n = list_next_entry(pos, member)
#define list_for_each_entry_continue_reverse(pos, head, member)                                    \
	for (pos = list_prev_entry(pos, member); !list_entry_is_head(pos, head, member);           \
	     pos = list_prev_entry(pos, member))
#define list_for_each_entry_from_reverse(pos, head, member)                                        \
	for (; !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))

static inline int hlist_unhashed_lockless(const struct hlist_node *node)
{
	return !READ_ONCE(node->pprev);
}

/* A node that looks hashed, though it is on no list: hlist_del() of it does no harm. */
static inline void hlist_add_fake(struct hlist_node *node)
{
	node->pprev = &node->next;
}

static inline bool hlist_fake(const struct hlist_node *node)
{
	return node->pprev == &node->next;
}

static inline bool hlist_is_singular_node(const struct hlist_node *node,
					  const struct hlist_head *head)
{
	return !node->next && node->pprev == &head->first;
}

#define hlist_for_each_entry_from(pos, member)                                                     \
	for (; pos; pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_continue(pos, member)                                                 \
	for (pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member); pos;          \
	     pos = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))

#endif /* COMPAT_LINUX_LIST_H */
