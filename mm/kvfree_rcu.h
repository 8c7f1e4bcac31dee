/* SPDX-License-Identifier: MIT */
/*
 * Memory that is freed a grace period from now on: kfree_rcu(), kvfree_rcu().
 *
 * Both take what kmalloc(), vmalloc() and their kin gave, and NULL:
 *
 *	kvfree_rcu(p, rcu)          rcu is the struct rcu_head in *p. Any context but NMI.
 *	kvfree_rcu_mightsleep(p)    without one: a record is allocated, and where there is no
 *	kvfree_rcu(p)               memory for it, the grace period is waited for. May sleep.
 *
 * Who frees faster than grace periods pass would fill all memory with what waits for them. So there
 * is a limit to the number of such objects; who passes it and may sleep waits until they are freed.
 * Where memory or the addresses of vmalloc() run out they are waited for, too.
 */
#ifndef MM_KVFREE_RCU_H
#define MM_KVFREE_RCU_H

#include "kernel/sync/rcupdate.h"
#include "lib/compiler.h"

#define kfree_rcu(...)            kvfree_rcu(__VA_ARGS__)
#define kfree_rcu_mightsleep(ptr) kvfree_rcu_mightsleep(ptr)
#define kvfree_rcu(...)                                                                            \
	__kvfree_rcu_form(__VA_ARGS__, __kvfree_rcu_2, __kvfree_rcu_1, 0)(__VA_ARGS__)
#define kvfree_rcu_mightsleep(ptr)         __kvfree_rcu_1(ptr)
#define __kvfree_rcu_form(a, b, form, ...) form
#define __kvfree_rcu_1(ptr)                kvfree_rcu_object(ptr)
#define __kvfree_rcu_2(ptr, field)                                                                 \
	do {                                                                                       \
		__typeof__(*(ptr)) *__late = (ptr);                                                \
		if (__late)                                                                        \
			kvfree_rcu_head(&__late->field, offsetof(__typeof__(*__late), field));     \
	} while (0)

/* What the macros call: an object with a head, so many bytes behind its begin; one without. */
void kvfree_rcu_head(struct rcu_head *head, size_t offset);
void kvfree_rcu_object(const void *object);

/* How many objects wait to be freed, and how many that should be at most. Any context. */
unsigned int kvfree_rcu_waiting(void);
unsigned int kvfree_rcu_limit(void);

/* kvfree_rcu_drain() - returns when all that wait now are freed. May sleep; no reader. */
void kvfree_rcu_drain(void);

/* Once, when vmalloc() works. */
void kvfree_rcu_init(void);

#endif /* MM_KVFREE_RCU_H */
