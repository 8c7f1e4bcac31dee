/* SPDX-License-Identifier: MIT */
/*
 * Memory and clean-up actions of a test case: see tests/kunit_resource.h. The arena is a stack: a
 * case remembers its height at the start and sets it back at the end, which also serves a run
 * inside a run. Actions are nodes in the arena, on a list of their case.
 */
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define ARENA_PATTERN 0xa5 /* of memory that nobody zeroed */

static char arena[KUNIT_ARENA_SIZE] __aligned(KUNIT_ARENA_ALIGN);
static size_t arena_used;
static void *arena_latest; /* the block that ends at arena_used */

struct action {
	struct list_head node;
	kunit_action_t run;
	void *context;
};

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes, room = KUNIT_ARENA_SIZE - arena_used;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	if (bytes > room || room == 0) {
		kunit_err(test, "the test arena is full: %zu bytes wanted, %zu of %u in use", bytes,
			  arena_used, KUNIT_ARENA_SIZE);
		return NULL;
	}
	arena_latest = arena + arena_used;
	arena_used = ALIGN(arena_used + max_t(size_t, bytes, 1), KUNIT_ARENA_ALIGN);
	return memset(arena_latest, gfp & __GFP_ZERO ? 0 : ARENA_PATTERN, bytes);
}

void kunit_kfree(struct kunit *test, const void *ptr)
{
	(void)test;
	if (ptr && ptr == arena_latest) {
		arena_used = (const char *)ptr - arena;
		arena_latest = NULL;
	}
}

int kunit_add_action(struct kunit *test, kunit_action_t action, void *context)
{
	struct action *new = kunit_kmalloc(test, sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->run = action;
	new->context = context;
	list_add(&new->node, &test->resources);
	arena_latest = NULL;
	return 0;
}

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t action, void *context)
{
	int error = kunit_add_action(test, action, context);

	if (error)
		action(context);
	return error;
}

static bool take_action(struct kunit *test, kunit_action_t action, void *context)
{
	struct action *at;

	list_for_each_entry(at, &test->resources, node) {
		if (at->run == action && at->context == context) {
			list_del(&at->node);
			return true;
		}
	}
	return false;
}

void kunit_remove_action(struct kunit *test, kunit_action_t action, void *context)
{
	take_action(test, action, context);
}

void kunit_release_action(struct kunit *test, kunit_action_t action, void *context)
{
	if (take_action(test, action, context))
		action(context);
}

void kunit_resources_begin(struct kunit *test)
{
	INIT_LIST_HEAD(&test->resources);
	test->arena_mark = arena_used;
}

void kunit_resources_end(struct kunit *test)
{
	while (!list_empty(&test->resources)) {
		struct action *last = list_first_entry(&test->resources, struct action, node);

		list_del(&last->node);
		last->run(last->context);
	}
	arena_used = test->arena_mark;
	arena_latest = NULL;
}
