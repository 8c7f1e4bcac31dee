/* SPDX-License-Identifier: MIT */
/*
 * What the suites of the slab allocator share.
 */
#ifndef TESTS_SLAB_TEST_H
#define TESTS_SLAB_TEST_H

#include "mm/slab.h"
#include "tests/kunit.h"

static inline void destroy(void *cache)
{
	kmem_cache_destroy(cache);
}

/* A cache that goes when the case ends. */
static inline struct kmem_cache *cache(struct kunit *test, unsigned int size, unsigned int align,
				       slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache *s = kmem_cache_create("test_cache", size, align, flags, ctor);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, destroy, s), 0);
	return s;
}

#endif /* TESTS_SLAB_TEST_H */
