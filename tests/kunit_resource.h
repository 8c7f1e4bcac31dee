/* SPDX-License-Identifier: MIT */
/*
 * What a test case uses and must not have to give back itself: memory, and actions that run at
 * the end of the case, last one first, also when an ASSERT left it.
 *
 * The memory comes from kmalloc() (tests/heap.h). Context: the case's own flow of
 * control.
 */
#ifndef TESTS_KUNIT_RESOURCE_H
#define TESTS_KUNIT_RESOURCE_H

#include "mm/gfp.h"

struct kunit;
struct list_head;

/*
 * SIZE bytes until the case ends; kzalloc and kcalloc zero them, kmalloc leaves a pattern in them.
 * NULL if there is no room or N * SIZE overflows, with a line that says so.
 */
void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp);

static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp);
}

static inline void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, 1, size, gfp | __GFP_ZERO);
}

static inline void *kunit_kcalloc(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	return kunit_kmalloc_array(test, n, size, gfp | __GFP_ZERO);
}

/* Gives PTR, from one of the above or NULL, back before the end of the case. */
void kunit_kfree(struct kunit *test, const void *ptr);

/* A function's type, as Linux has it. */
typedef void(kunit_action_t)(void *context);

/*
 * Has ACTION(CONTEXT) run when the case ends. 0, or -ENOMEM if there is no memory (then ACTION is
 * not run by _add_action and has been run by _add_action_or_reset).
 */
int __must_check kunit_add_action(struct kunit *test, kunit_action_t *action, void *context);
int __must_check kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action,
					   void *context);
/* Forgets, resp. runs now, the latest action that was added with these two arguments. */
void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *context);
void kunit_release_action(struct kunit *test, kunit_action_t *action, void *context);

/* The context of the latest ACTION for which MATCH(context, ARG) holds, or NULL. */
void *kunit_find_action(struct kunit *test, kunit_action_t *action,
			bool (*match)(void *context, void *arg), void *arg);

/* For the framework: begins and ends a case's possessions. */
void kunit_resources_begin(struct kunit *test);
void kunit_resources_end(struct kunit *test);

#endif /* TESTS_KUNIT_RESOURCE_H */
