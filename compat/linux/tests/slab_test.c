/* SPDX-License-Identifier: MIT */
/*
 * Proves: the words of Linux's allocators mean in a foreign source what they mean there, also where
 * only their names are passed on: kfree() and kmem_cache_free() as pointers to functions of the
 * usual calling convention, and in any order of headers that Linux allows.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

static void a_plain_pointer_takes_a_literal(struct kunit *test)
{
	char *mode = "kmap";

	KUNIT_EXPECT_EQ(test, strlen((u8 *)mode), strlen(mode));
}

static void void_pointers_count_bytes(struct kunit *test)
{
	void *p = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	/* cppcheck-suppress arithOperationsOnVoidPointer ; which is what is meant */
	KUNIT_EXPECT_PTR_EQ(test, p + PAGE_SIZE, (void *)((char *)p + PAGE_SIZE));
}

/* What is left when the case ends is a leak, which the runner finds. */
static void kfree_is_an_action(struct kunit *test)
{
	kunit_action_t *action = (kunit_action_t *)kfree;
	void *p = kmalloc(100, GFP_KERNEL), *q = kmalloc(100, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_ASSERT_NOT_NULL(test, q);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, action, p), 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, (kunit_action_t *)kfree, q), 0);
	kunit_release_action(test, action, q);
}

static void kfree_is_a_function(struct kunit *test)
{
	void (*volatile give_back)(const void *) = kfree;
	void (*volatile and_back)(const void *) = &kfree;

	give_back(kmalloc(100, GFP_KERNEL));
	and_back(kmalloc(100, GFP_KERNEL));
	(kfree)(kmalloc(100, GFP_KERNEL));
}

static void kmem_cache_free_is_a_function(struct kunit *test)
{
	void (*volatile give_back)(struct kmem_cache *, void *) = kmem_cache_free;
	struct kmem_cache *cache = kmem_cache_create("foreign", 40, 0, 0, NULL);
	void *object;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, object);
	give_back(cache, object);
	kmem_cache_destroy(cache);
}

/* <linux/slab.h> alone declares them, as in Linux. */
static void kvmalloc_counts_elements(struct kunit *test)
{
	unsigned char *p = kvcalloc(3, PAGE_SIZE, GFP_KERNEL), *q = kvzalloc(10, GFP_KERNEL);

	KUNIT_EXPECT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, p && !memchr_inv(p, 0, 3 * PAGE_SIZE));
	KUNIT_EXPECT_NULL(test, kvmalloc_array(1ul << 20, 1ul << 12, GFP_KERNEL));
	kvfree(q);
	kvfree(p);
	kvfree(kvmalloc(10, GFP_KERNEL));
}

static struct kunit_case slab_cases[] = {
	KUNIT_CASE(a_plain_pointer_takes_a_literal),
	KUNIT_CASE(void_pointers_count_bytes),
	KUNIT_CASE(kfree_is_an_action),
	KUNIT_CASE(kfree_is_a_function),
	KUNIT_CASE(kmem_cache_free_is_a_function),
	KUNIT_CASE(kvmalloc_counts_elements),
	{},
};

static struct kunit_suite slab_suite = {
	.name = "linux_slab",
	.test_cases = slab_cases,
};
kunit_test_suite(slab_suite);
