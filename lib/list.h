/* SPDX-License-Identifier: MIT */
/*
 * Lists threaded through the objects they hold: an object has a `struct list_head` member for
 * each list it can be on, and container_of() leads from the member back to the object. Adding
 * and removing need neither memory nor a search.
 *
 *	list_head: a ring with the head in it; both ends and neighbours in one step.
 *
 *	   +------------------------------------------------+
 *	   |   head  <->  first  <->  second  <->  last      |
 *	   +----^-------------------------------------^-----+
 *	        +-------------------------------------+
 *
 * Nothing here locks; the owner of a list says which lock guards it. Names and meanings are
 * Linux's. A removed entry's links are poisoned with addresses in the unmapped first page, so
 * that using it again faults at once.
 *
 * The one-pointer lists for hash tables are in lib/hlist.h.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include "lib/compiler.h"

struct list_head {
	struct list_head *next, *prev;
};

#define LIST_POISON1 ((void *)0x100)
#define LIST_POISON2 ((void *)0x200)

#define LIST_HEAD_INIT(name)                                                                       \
	{                                                                                          \
		&(name), &(name)                                                                   \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

/* Makes HEAD an empty list, or LIST an entry that is on no list. */
static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

/* Links PREV and NEXT to each other. */
static inline void __list_link(struct list_head *prev, struct list_head *next)
{
	prev->next = next;
	next->prev = prev;
}

static inline void __list_add(struct list_head *entry, struct list_head *prev,
			      struct list_head *next)
{
	__list_link(prev, entry);
	__list_link(entry, next);
}

/* Adds ENTRY behind HEAD: at the front, as on a stack. ENTRY must be on no list. */
static inline void list_add(struct list_head *entry, struct list_head *head)
{
	__list_add(entry, head, head->next);
}

/* Adds ENTRY before HEAD: at the end, as in a queue. */
static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	__list_add(entry, head->prev, head);
}

/* Removes ENTRY from its list; its links are poison afterwards. */
static inline void list_del(struct list_head *entry)
{
	__list_link(entry->prev, entry->next);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

/* Removes ENTRY; list_empty(ENTRY) holds afterwards. */
static inline void list_del_init(struct list_head *entry)
{
	__list_link(entry->prev, entry->next);
	INIT_LIST_HEAD(entry);
}

/* The same; the last store is one for which list_empty_careful() on another CPU waits. */
static inline void list_del_init_careful(struct list_head *entry)
{
	__list_link(entry->prev, entry->next);
	WRITE_ONCE(entry->next, entry);
	__atomic_store_n(&entry->prev, entry, __ATOMIC_RELEASE);
}

/* Puts NEW in the place of OLD, whose links are left as they are. */
static inline void list_replace(struct list_head *old, struct list_head *new)
{
	__list_link(new, old->next);
	__list_link(old->prev, new);
}

static inline void list_replace_init(struct list_head *old, struct list_head *new)
{
	list_replace(old, new);
	INIT_LIST_HEAD(old);
}

/* Moves ENTRY from its list to the front or the end of HEAD's (which may be the same). */
static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_link(entry->prev, entry->next);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_link(entry->prev, entry->next);
	list_add_tail(entry, head);
}

/* Exchanges the places of two entries, on one list or two. */
static inline void list_swap(struct list_head *a, struct list_head *b)
{
	struct list_head *before_b = b->prev;

	list_del(b);
	list_replace(a, b);
	if (before_b == a)
		before_b = b;
	list_add(a, before_b);
}

/* Whether HEAD has no entry, or an initialised entry is on no list. */
static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/*
 * The same of an entry that one CPU takes off a list with list_del_init_careful() while another
 * asks, without a lock: true only when the first is done with the entry.
 */
static inline int list_empty_careful(const struct list_head *head)
{
	struct list_head *prev = __atomic_load_n(&head->prev, __ATOMIC_ACQUIRE);

	return prev == head && READ_ONCE(head->next) == head;
}

/* Whether ENTRY is the head itself, the first, the last entry of HEAD's list. */
static inline int list_is_head(const struct list_head *entry, const struct list_head *head)
{
	return entry == head;
}

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

/* Whether there is exactly one entry. */
static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/* Moves the first entry to the end. */
static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* Puts the entries of LIST between PREV and NEXT; LIST itself is stale then. */
static inline void __list_splice(const struct list_head *list, struct list_head *prev,
				 struct list_head *next)
{
	struct list_head *first = list->next, *last = list->prev;

	if (first == list)
		return;
	__list_link(prev, first);
	__list_link(last, next);
}

/* Adds all entries of LIST at the front or the end of HEAD's; the _init forms empty LIST. */
static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	__list_splice(list, head, head->next);
}

static inline void list_splice_tail(const struct list_head *list, struct list_head *head)
{
	__list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* Moves the entries from the first up to and with ENTRY from HEAD to LIST, which is overwritten. */
static inline void list_cut_position(struct list_head *list, struct list_head *head,
				     struct list_head *entry)
{
	struct list_head *first = head->next, *rest = entry->next;

	INIT_LIST_HEAD(list);
	if (entry == head)
		return;
	__list_link(head, rest);
	__list_link(list, first);
	__list_link(entry, list);
}

/* From the member to the object. The list must not be empty unless the name says or_null. */
#define list_entry(ptr, type, member)        container_of(ptr, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member)  list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member)                                               \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member)          list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member)          list_entry((pos)->member.prev, __typeof__(*(pos)), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))

/* Walks; only the safe forms allow removing the current entry (they know the next one). */
#define list_for_each(pos, head)      for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_safe(pos, n, head)                                                           \
	for (pos = (head)->next, n = pos->next; pos != (head); pos = n, n = pos->next)
#define list_for_each_entry(pos, head, member)                                                     \
	for (pos = list_first_entry(head, __typeof__(*pos), member);                               \
	     !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)                                             \
	for (pos = list_last_entry(head, __typeof__(*pos), member);                                \
	     !list_entry_is_head(pos, head, member); pos = list_prev_entry(pos, member))
#define list_for_each_entry_continue(pos, head, member)                                            \
	for (pos = list_next_entry(pos, member); !list_entry_is_head(pos, head, member);           \
	     pos = list_next_entry(pos, member))
#define list_for_each_entry_from(pos, head, member)                                                \
	for (; !list_entry_is_head(pos, head, member); pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, n, head, member)                                             \
	for (pos = list_first_entry(head, __typeof__(*pos), member),                               \
	    n = list_next_entry(pos, member);                                                      \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)                                     \
	for (pos = list_last_entry(head, __typeof__(*pos), member),                                \
	    n = list_prev_entry(pos, member);                                                      \
	     !list_entry_is_head(pos, head, member); pos = n, n = list_prev_entry(n, member))

/* The number of entries, by walking them all. */
static inline size_t list_count_nodes(const struct list_head *head)
{
	const struct list_head *pos;
	size_t n = 0;

	list_for_each(pos, head)
		n++;
	return n;
}

#include "lib/hlist.h"

#endif /* LIB_LIST_H */
