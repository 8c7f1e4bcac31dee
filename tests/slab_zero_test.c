/* SPDX-License-Identifier: MIT */
/*
 * Proves: init_on_alloc=1 and init_on_free=1 reach single objects: of kmalloc(), of caches, one by
 * one and in bulk; they leave alone what must not be zeroed; and the inline paths come back when
 * they are off.
 */
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page_internal.h"
#include "mm/slab_internal.h"
#include "tests/kunit.h"

static unsigned int hooks_before;

static void switches(bool alloc, bool free)
{
	page_hook_set(PAGE_HOOK_INIT_ALLOC, alloc);
	page_hook_set(PAGE_HOOK_INIT_FREE, free);
	slab_init_changed();
}

static int remember(struct kunit *test)
{
	hooks_before = page_alloc_hooks;
	return 0;
}

static void as_before(struct kunit *test)
{
	switches(hooks_before & PAGE_HOOK_INIT_ALLOC, hooks_before & PAGE_HOOK_INIT_FREE);
}

enum { MANY = 90, SIZES = 7 };
static const u16 sizes[SIZES] = {1, 8, 40, 64, 96, 192, 3000};
static u8 *p[MANY];

/* Used, freed and used again: how many objects are not all zeroes? And are their neighbours well?
 */
static unsigned int dirty_objects(struct kunit *test, struct kmem_cache *s, unsigned int size)
{
	unsigned int dirty = 0;

	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < MANY; i++) {
			p[i] = s ? kmem_cache_alloc(s, GFP_KERNEL) : kmalloc(size, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, p[i]);
			dirty += memchr_inv(p[i], 0, size) != NULL;
			memset(p[i], 0xd0 + (int)(i % 16), size);
		}
		for (unsigned int i = 0; i < MANY; i++) {
			KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0xd0 + (int)(i % 16), size));
			if (s)
				kmem_cache_free(s, p[i]);
			else
				kfree(p[i]);
		}
	}
	return dirty;
}

static void all_sizes(struct kunit *test, slab_flags_t flags)
{
	for (unsigned int i = 0; i < SIZES; i++) {
		struct kmem_cache *s = kmem_cache_create("test_zero", sizes[i], 0, flags, NULL);

		KUNIT_ASSERT_NOT_NULL(test, s);
		KUNIT_EXPECT_EQ(test, dirty_objects(test, s, sizes[i]), 0u);
		KUNIT_EXPECT_EQ(test, kmem_cache_validate(s), 0u);
		kmem_cache_destroy(s);
	}
}

static void skip_if_poisoned(struct kunit *test)
{
	if (kmalloc_caches[0].flags & SLAB_POISON)
		kunit_skip(test, "free objects hold a pattern, as in Linux");
}

static void zeroed_when_allocated(struct kunit *test)
{
	skip_if_poisoned(test);
	switches(true, false);
	all_sizes(test, 0);
	all_sizes(test, SLAB_RED_ZONE);
	for (unsigned int i = 0; i < SIZES; i++)
		KUNIT_EXPECT_EQ(test, dirty_objects(test, NULL, sizes[i]), 0u);
}

/* What is free beside an object in use: its slab is looked at, and must not be given back. */
static void freed_neighbours(struct kunit *test, unsigned int size)
{
	size_t room[MANY];

	for (unsigned int i = 0; i < MANY; i++) {
		p[i] = kmalloc(size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		room[i] = ksize(p[i]);
		memset(p[i], 0xdd, size);
	}
	for (unsigned int i = 0; i < MANY; i += 2)
		kfree(p[i]);
	for (unsigned int i = 0; i < MANY; i += 2)
		KUNIT_EXPECT_NULL(test, memchr_inv(p[i] + sizeof(struct slab_free), 0,
						   max(room[i], sizeof(struct slab_free)) -
							   sizeof(struct slab_free)));
	for (unsigned int i = 1; i < MANY; i += 2)
		kfree(p[i]);
}

static void zeroed_when_freed(struct kunit *test)
{
	skip_if_poisoned(test);
	switches(false, true);
	all_sizes(test, 0);
	all_sizes(test, SLAB_RED_ZONE);
	for (unsigned int i = 0; i < SIZES; i++) {
		dirty_objects(test, NULL, sizes[i]); /* what was free before is dirty */
		freed_neighbours(test, sizes[i]);
	}
}

static void zeroed_in_bulk(struct kunit *test)
{
	struct kmem_cache *s;

	skip_if_poisoned(test);
	switches(true, true);
	s = kmem_cache_create("test_zero", 72, 0, 0, NULL);
	KUNIT_ASSERT_NOT_NULL(test, s);
	for (unsigned int round = 0; round < 3; round++) {
		KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, MANY, (void **)p), MANY);
		for (unsigned int i = 0; i < MANY; i++) {
			KUNIT_EXPECT_NULL(test, memchr_inv(p[i], 0, 72));
			memset(p[i], 0xbb, 72);
		}
		kmem_cache_free_bulk(s, MANY, (void **)p);
	}
	kmem_cache_destroy(s);
}

static void construct(void *object)
{
	memset(object, 0x77, 48);
}

/* What a constructor made stays; so does what a reader may still look at. */
static void some_stay_as_they_are(struct kunit *test)
{
	struct kmem_cache *made, *typesafe;
	u8 *object;

	switches(true, true);
	made = kmem_cache_create("test_made", 48, 0, 0, construct);
	typesafe = kmem_cache_create("test_typesafe", 48, 0, SLAB_TYPESAFE_BY_RCU, NULL);
	KUNIT_ASSERT_NOT_NULL(test, made);
	KUNIT_ASSERT_NOT_NULL(test, typesafe);
	for (unsigned int i = 0; i < 50; i++) {
		object = kmem_cache_alloc(made, GFP_KERNEL);
		KUNIT_EXPECT_NULL(test, memchr_inv(object, 0x77, 48));
		kmem_cache_free(made, object);
		object = kmem_cache_alloc(typesafe, GFP_KERNEL);
		memset(object, 0x2e, 48);
		kmem_cache_free(typesafe, object);
		if (!(typesafe->flags & SLAB_POISON))
			KUNIT_EXPECT_NULL(test, memchr_inv(object, 0x2e, 48));
	}
	kmem_cache_destroy(made);
	kmem_cache_destroy(typesafe);
}

/* Off again, an object goes the short way: it comes back at once, with what was in it. */
static void nothing_is_left_behind(struct kunit *test)
{
	u8 *object, *again;

	if (kmalloc_caches[0].flags & SLAB_DEBUG_FLAGS)
		kunit_skip(test, "with slab_debug= there is no short way");
	switches(true, true);
	switches(false, false);
	for (unsigned int i = 0; i < NR_KMALLOC_CACHES; i++)
		KUNIT_EXPECT_EQ(test, kmalloc_caches[i].slow, 0ul);
	object = kmalloc(96, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, object);
	memset(object, 0x3c, 96);
	kfree(object);
	again = kmalloc(96, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, again, object);
	KUNIT_EXPECT_NULL(test, memchr_inv(again + 8, 0x3c, 88));
	kfree(again);
}

static struct kunit_case slab_zero_cases[] = {
	KUNIT_CASE_SLOW(zeroed_when_allocated),
	KUNIT_CASE_SLOW(zeroed_when_freed),
	KUNIT_CASE(zeroed_in_bulk),
	KUNIT_CASE(some_stay_as_they_are),
	KUNIT_CASE(nothing_is_left_behind),
	{},
};

static struct kunit_suite slab_zero_suite = {
	.name = "slab_zero",
	.init = remember,
	.exit = as_before,
	.test_cases = slab_zero_cases,
	.quick = true,
};
kunit_test_suites(&slab_zero_suite);
