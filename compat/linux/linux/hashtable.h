/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/hashtable.h> for foreign sources: tables of lists, whose size is a power of two
 * and part of their type.
 */
#ifndef COMPAT_LINUX_HASHTABLE_H
#define COMPAT_LINUX_HASHTABLE_H

#include "linux/hash.h"
#include "linux/list.h"
#include "linux/log2.h"

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits)  DECLARE_HASHTABLE(name, bits) = {}
#define HASH_SIZE(table)              ARRAY_SIZE(table)
#define HASH_BITS(table)              ilog2(HASH_SIZE(table))

/* The bucket of KEY, a number of any width. */
#define hash_min(key, bits)                                                                        \
	(sizeof(key) <= sizeof(u32) ? hash_32((u32)(key), bits) : hash_64(key, bits))
#define __hash_bucket(table, key) (&(table)[hash_min(key, HASH_BITS(table))])

/* Also for memory that is not zero: a table within an object. */
#define hash_init(table)                                                                           \
	do {                                                                                       \
		for (unsigned int __at = 0; __at < HASH_SIZE(table); __at++)                       \
			INIT_HLIST_HEAD(&(table)[__at]);                                           \
	} while (0)
#define hash_add(table, node, key) hlist_add_head(node, __hash_bucket(table, key))

static inline bool hash_hashed(struct hlist_node *node)
{
	return !hlist_unhashed(node);
}

static inline void hash_del(struct hlist_node *node)
{
	hlist_del_init(node);
}

static inline bool __hash_empty(const struct hlist_head *table, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		if (!hlist_empty(&table[i]))
			return false;
	return true;
}
#define hash_empty(table) __hash_empty(table, HASH_SIZE(table))

/*
 * Over all objects, and over those in the bucket of KEY, whose keys the body compares. In the _safe
 * forms OBJ may be deleted; TMP is a struct hlist_node *.
 */
#define hash_for_each(table, bkt, obj, member)                                                     \
	for ((bkt) = 0, (obj) = NULL; !(obj) && (bkt) < (int)HASH_SIZE(table); (bkt)++)            \
		hlist_for_each_entry(obj, &(table)[bkt], member)
#define hash_for_each_safe(table, bkt, tmp, obj, member)                                           \
	for ((bkt) = 0, (obj) = NULL; !(obj) && (bkt) < (int)HASH_SIZE(table); (bkt)++)            \
		hlist_for_each_entry_safe(obj, tmp, &(table)[bkt], member)
#define hash_for_each_possible(table, obj, member, key)                                            \
	hlist_for_each_entry(obj, __hash_bucket(table, key), member)
#define hash_for_each_possible_safe(table, obj, tmp, member, key)                                  \
	hlist_for_each_entry_safe(obj, tmp, __hash_bucket(table, key), member)

#endif /* COMPAT_LINUX_HASHTABLE_H */
