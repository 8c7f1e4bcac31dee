/* SPDX-License-Identifier: MIT */
/*
 * Paths through the slab allocator, for tests/fail_path_test.c: each object that is asked for, and
 * each slab that is made for one, is an allocation point.
 */
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/slab.h"
#include "tests/fail_path.h"

static bool objects_of_each_size(void)
{
	for (size_t size = 1; size <= 64 * 1024; size = size * 3 + 1) {
		void *object = kmalloc(size, GFP_KERNEL);

		if (!object)
			return false;
		kfree(object);
	}
	return true;
}
/* A large slab is a wish: a smaller one serves. */
FAIL_PATH_FALLBACK(objects_of_each_size);

static bool objects_that_are_zeroed(void)
{
	char *one = kzalloc(700, GFP_KERNEL), *many = kcalloc(30, 40, GFP_ATOMIC);

	kfree(many);
	kfree(one);
	return one && many;
}
FAIL_PATH_FALLBACK(objects_that_are_zeroed);

static bool an_object_that_grows(void)
{
	char *object = NULL;

	for (size_t size = 16; size <= 32 * 1024; size *= 4) {
		char *larger = krealloc(object, size, GFP_KERNEL);

		if (!larger) {
			kfree(object); /* a failed krealloc() leaves the old one */
			return false;
		}
		object = larger;
	}
	kfree(object);
	return true;
}
FAIL_PATH_FALLBACK(an_object_that_grows);

static bool strings(void)
{
	char *copy = kstrdup("a string", GFP_KERNEL);
	char *part = kstrndup("a string", 3, GFP_KERNEL);
	char *text = kasprintf(GFP_KERNEL, "%d and %s", 12345, "more");
	void *bytes = kmemdup("bytes", 6, GFP_KERNEL);
	bool done = copy && part && text && bytes;

	kfree(copy);
	kfree(part);
	kfree(text);
	kfree(bytes);
	return done;
}
FAIL_PATH_FALLBACK(strings);

/* A cache is born, used and destroyed; whatever fails, nothing of it stays. */
static bool a_cache_of_its_own(void)
{
	struct kmem_cache *cache = kmem_cache_create("fail_path", 200, 0, 0, NULL);
	void *objects[50];
	bool done;

	if (!cache)
		return false;
	done = kmem_cache_alloc_bulk(cache, GFP_KERNEL, ARRAY_SIZE(objects), objects) != 0;
	if (done)
		kmem_cache_free_bulk(cache, ARRAY_SIZE(objects), objects);
	kmem_cache_destroy(cache);
	return done;
}
FAIL_PATH_FALLBACK(a_cache_of_its_own);
