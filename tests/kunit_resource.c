/* SPDX-License-Identifier: MIT */
/*
 * Memory and clean-up actions of a test case: see tests/kunit_resource.h. Actions are nodes on a
 * list of their case, in heap memory of their own; a block of kunit_kmalloc() is an action that
 * frees it.
 */
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/heap.h"
#include "tests/kunit.h"

struct action {
	struct list_head node;
	kunit_action_t *run;
	void *context;
};

static void free_block(void *block)
{
	heap_free(block);
}

void *kunit_kmalloc_array(struct kunit *test, size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;
	void *block;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		kunit_warn(test, "%zu elements of %zu bytes cannot be allocated", n, size);
		return NULL;
	}
	block = heap_alloc(bytes, gfp);
	if (block && kunit_add_action_or_reset(test, free_block, block))
		return NULL;
	return block;
}

void kunit_kfree(struct kunit *test, const void *ptr)
{
	if (ptr)
		kunit_release_action(test, free_block, (void *)ptr);
}

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *context)
{
	struct action *new = heap_alloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return -ENOMEM;
	new->run = action;
	new->context = context;
	list_add(&new->node, &test->resources);
	return 0;
}

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *context)
{
	int error = kunit_add_action(test, action, context);

	if (error)
		action(context);
	return error;
}

static bool take_action(struct kunit *test, kunit_action_t *action, void *context)
{
	struct action *at;

	list_for_each_entry(at, &test->resources, node) {
		if (at->run == action && at->context == context) {
			list_del(&at->node);
			heap_free(at);
			return true;
		}
	}
	return false;
}

void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *context)
{
	take_action(test, action, context);
}

void kunit_release_action(struct kunit *test, kunit_action_t *action, void *context)
{
	if (take_action(test, action, context))
		action(context);
}

void *kunit_find_action(struct kunit *test, kunit_action_t *action,
			bool (*match)(void *context, void *arg), void *arg)
{
	struct action *at;

	list_for_each_entry(at, &test->resources, node)
		if (at->run == action && match(at->context, arg))
			return at->context;
	return NULL;
}

void kunit_resources_begin(struct kunit *test)
{
	INIT_LIST_HEAD(&test->resources);
}

void kunit_resources_end(struct kunit *test)
{
	while (!list_empty(&test->resources)) {
		struct action last = *list_first_entry(&test->resources, struct action, node);

		take_action(test, last.run, last.context);
		last.run(last.context);
	}
}
