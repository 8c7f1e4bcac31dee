/* SPDX-License-Identifier: MIT */
/*
 * What a test case uses and must not have to give back itself: memory, and actions that run at
 * the end of the case, last one first, also when an ASSERT left it.
 *
 * The memory comes from a static arena of KUNIT_ARENA_SIZE bytes (the page allocator is itself
 * under test), of which a case gets back what it took when it ends. An arena that is full says so
 * in the log and gives NULL. Context: the case's own flow of control.
 */
#ifndef TESTS_KUNIT_RESOURCE_H
#define TESTS_KUNIT_RESOURCE_H

#include "mm/gfp.h"

struct kunit;
struct list_head;

#define KUNIT_ARENA_SIZE  (128u << 10)
#define KUNIT_ARENA_ALIGN 16u

/*
 * SIZE bytes, aligned to KUNIT_ARENA_ALIGN, until the case ends; kmalloc leaves them as they are
 * (filled with a pattern, never by chance zero), kzalloc and kcalloc zero them. NULL when the arena
 * is full or N * SIZE overflows. GFP is taken for source compatibility; of it only __GFP_ZERO
 * counts.
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

/* Gives PTR back before the end of the case. Only the latest block's memory is used again. */
void kunit_kfree(struct kunit *test, const void *ptr);

typedef void (*kunit_action_t)(void *context);

/*
 * Has ACTION(CONTEXT) run when the case ends. 0, or -ENOMEM if the arena is full (then ACTION is
 * not run by _add_action and has been run by _add_action_or_reset).
 */
int __must_check kunit_add_action(struct kunit *test, kunit_action_t action, void *context);
int __must_check kunit_add_action_or_reset(struct kunit *test, kunit_action_t action,
					   void *context);
/* Forgets, resp. runs now, the latest action that was added with these two arguments. */
void kunit_remove_action(struct kunit *test, kunit_action_t action, void *context);
void kunit_release_action(struct kunit *test, kunit_action_t action, void *context);

/* For the framework: begins and ends a case's possessions. */
void kunit_resources_begin(struct kunit *test);
void kunit_resources_end(struct kunit *test);

#endif /* TESTS_KUNIT_RESOURCE_H */
