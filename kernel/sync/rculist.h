/* SPDX-License-Identifier: MIT */
/*
 * Lists that readers walk while one writer at a time changes them: see rcupdate.h.
 *
 * A new entry is complete before a link to it can be seen; a removed one keeps its link forward, so
 * that who stands on it finds the way out. Nobody walks such a list backwards. Writers exclude each
 * other, and free what they removed a grace period later.
 */
#ifndef KERNEL_SYNC_RCULIST_H
#define KERNEL_SYNC_RCULIST_H

#include "kernel/sync/rcupdate.h"
#include "lib/hlist.h"
#include "lib/list.h"

static inline void __list_add_rcu(struct list_head *entry, struct list_head *prev,
				  struct list_head *next)
{
	entry->next = next;
	entry->prev = prev;
	rcu_assign_pointer(prev->next, entry);
	next->prev = entry;
}

static inline void list_add_rcu(struct list_head *entry, struct list_head *head)
{
	__list_add_rcu(entry, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *entry, struct list_head *head)
{
	__list_add_rcu(entry, head->prev, head);
}

/* ENTRY is out of sight for whoever starts now; its link forward stays. */
static inline void list_del_rcu(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	WRITE_ONCE(entry->prev->next, entry->next);
	entry->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *new)
{
	new->next = old->next;
	new->prev = old->prev;
	rcu_assign_pointer(new->prev->next, new);
	new->next->prev = new;
	old->prev = LIST_POISON2;
}

#define list_next_rcu(list)               (*(struct list_head **)&(list)->next)
#define list_entry_rcu(ptr, type, member) container_of(READ_ONCE(ptr), type, member)
#define list_first_or_null_rcu(head, type, member)                                                 \
	__extension__({                                                                            \
		struct list_head *__first = READ_ONCE((head)->next);                               \
		__first != (head) ? container_of(__first, type, member) : NULL;                    \
	})

/* Walks, inside of a reader. The optional condition of Linux's form is not evaluated. */
#define list_for_each_entry_rcu(pos, head, member, ...)                                            \
	for (pos = list_entry_rcu((head)->next, __typeof__(*pos), member); &pos->member != (head); \
	     pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))
#define list_for_each_entry_continue_rcu(pos, head, member)                                        \
	for (pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member);                     \
	     &pos->member != (head);                                                               \
	     pos = list_entry_rcu(pos->member.next, __typeof__(*pos), member))

static inline void hlist_add_head_rcu(struct hlist_node *node, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	node->next = first;
	node->pprev = &head->first;
	rcu_assign_pointer(head->first, node);
	if (first)
		first->pprev = &node->next;
}

static inline void hlist_del_rcu(struct hlist_node *node)
{
	__hlist_unlink(node);
	node->pprev = (struct hlist_node **)HLIST_POISON2;
}

static inline void hlist_del_init_rcu(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	__hlist_unlink(node);
	WRITE_ONCE(node->pprev, NULL);
}

#define hlist_first_rcu(head) (*(struct hlist_node **)&(head)->first)
#define hlist_next_rcu(node)  (*(struct hlist_node **)&(node)->next)
#define hlist_for_each_entry_rcu(pos, head, member, ...)                                           \
	for (pos = hlist_entry_safe(READ_ONCE((head)->first), __typeof__(*(pos)), member); pos;    \
	     pos = hlist_entry_safe(READ_ONCE((pos)->member.next), __typeof__(*(pos)), member))

#endif
