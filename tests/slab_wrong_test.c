/* SPDX-License-Identifier: MIT */
/*
 * Proves: what is done wrongly to a cache (a foreign object freed, its end with objects in use, a
 * write to what is free) is reported and harms nobody. In every build, without debugging.
 */
#include "mm/page_alloc.h"
#include "mm/slab_internal.h"
#include "tests/irq_off_lock.h"
#include "tests/kunit.h"
#include "tests/slab_test.h"

static void wrong_cache(struct kunit *test)
{
	struct kmem_cache *a = cache(test, 64, 0, 0, NULL), *b = cache(test, 64, 0, 0, NULL);
	void *object = kmem_cache_alloc(a, GFP_KERNEL), *other;
	char on_stack[64];

	KUNIT_ASSERT_NOT_NULL(test, object);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: free of*an object of test_cache",
				kmem_cache_free(b, object));
	KUNIT_EXPECT_EQ(test, kmem_cache_active(a), 1u);
	other = kmem_cache_alloc(b, GFP_KERNEL);
	KUNIT_EXPECT_PTR_NE(test, other, object);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: free of*no object of any cache",
				kmem_cache_free(a, on_stack));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: free of*no object of any cache",
				kmem_cache_free(a, (void *)0x5000));
	kmem_cache_free(b, other);
	kmem_cache_free(a, object);
	kmem_cache_free(a, NULL);
}

/* Ending a cache with objects in use is refused, and the cache lives on. */
static void destroy_with_objects(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("test_leaky", 80, 0, 0, NULL);
	void *object;

	KUNIT_ASSERT_NOT_NULL(test, s);
	object = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*test_leaky*still has objects (1)",
				kmem_cache_destroy(s));
	kmem_cache_free(s, object);
	kmem_cache_destroy(s);
}

static void destroy_in_softirq(struct kmem_cache *s)
{
	local_bh_disable();
	kmem_cache_destroy(s);
	local_bh_enable();
}

static void destroy_in_an_interrupt(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("test_early", 80, 0, 0, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "kmem_cache_destroy(test_early): in interrupt context",
				destroy_in_softirq(s));
	kmem_cache_destroy(s);
}

static void shrink_all(void)
{
	slab_shrink_all();
}

/* Shrinking may wait for other CPUs, and says so. */
static void shrink_under_an_irq_off_lock(struct kunit *test)
{
	expect_irq_off_lock_report(test, shrink_all);
}

static void bad_caches(struct kunit *test)
{
	KUNIT_EXPECT_WARN(test, "kmem_cache_create(x)*",
			  KUNIT_EXPECT_NULL(test, kmem_cache_create("x", 0, 0, 0, NULL)));
	KUNIT_EXPECT_WARN(test, "kmem_cache_create(x)*",
			  KUNIT_EXPECT_NULL(test, kmem_cache_create("x", 8u << 20, 0, 0, NULL)));
	KUNIT_EXPECT_WARN(test, "kmem_cache_create(x)*",
			  KUNIT_EXPECT_NULL(test, kmem_cache_create("x", 10, 24, 0, NULL)));
	KUNIT_EXPECT_WARN(test, "kmem_cache_create(NULL)*",
			  KUNIT_EXPECT_NULL(test, kmem_cache_create(NULL, 10, 0, 0, NULL)));
	KUNIT_EXPECT_PANIC(test, "kmem_cache_create(x) failed",
			   kmem_cache_create("x", 0, 0, SLAB_PANIC, NULL));
	kmem_cache_destroy(NULL);
}

/* What is no power of two is refused, also where the alignment would grow to one that is. */
static void odd_alignments(struct kunit *test)
{
	static const u8 aligns[] = {3, 5, 6, 7, 12, 24, 40, 48, 65};

	for (unsigned int i = 0; i < ARRAY_SIZE(aligns) * 2; i++) {
		slab_flags_t flags = i % 2 ? SLAB_HWCACHE_ALIGN : 0;
		struct kmem_cache *s = NULL;

		KUNIT_EXPECT_WARN_COUNT(
			test, 1, "kmem_cache_create(x)*",
			s = kmem_cache_create("x", 100, aligns[i / 2], flags, NULL));
		KUNIT_EXPECT_NULL_MSG(test, s, "alignment %u", aligns[i / 2]);
		kmem_cache_destroy(s);
	}
}

/* A write to a free object, first word: found when its turn comes, and it is never used again. */
static void write_after_free(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, 0, NULL);
	unsigned long *object;
	void *next = NULL;

	if (slab_is_debug(s))
		kunit_skip(test, "the suite slab_debug does this");
	object = kmem_cache_alloc(s, GFP_KERNEL);
	kmem_cache_free(s, object);
	*object = 0x12345678;
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: free object*was written to*12345678*",
				next = kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_EXPECT_PTR_NE(test, next, (void *)object);
	KUNIT_EXPECT_EQ(test, s->errors, 1u);
	KUNIT_EXPECT_EQ(test, s->nr_lost, 1u);
	kmem_cache_free(s, next);
	/* The lost object keeps its slab: give it back by hand, or the cache could never end. */
	*object = 0;
	s->nr_lost--;
	kmem_cache_free(s, object);
}

/* The same to its link, while it lies in its slab: what cannot be trusted is given up. */
static void broken_link(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, 0, NULL);
	unsigned long **object;
	struct page *slab;
	void *next = NULL;

	if (slab_is_debug(s))
		kunit_skip(test, "the suite slab_debug does this");
	object = kmem_cache_alloc(s, GFP_KERNEL);
	slab = virt_to_head_page(object);
	kmem_cache_free(s, object);
	slab_drain(s);
	KUNIT_ASSERT_PTR_EQ(test, slab->freelist, (void *)object);
	object[1] = (unsigned long *)test; /* looks like a pointer, leads out of the slab */
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: free object*was written to*",
				next = kmem_cache_alloc(s, GFP_KERNEL));
	KUNIT_ASSERT_NOT_NULL(test, next);
	KUNIT_EXPECT_PTR_NE(test, virt_to_head_page(next), slab);
	KUNIT_EXPECT_EQ(test, s->nr_lost, slab_slots(slab));
	kmem_cache_free(s, next);
	/* By hand again: all objects of the lost slab are free. */
	s->nr_lost = 0;
	for (unsigned int i = 0; i < slab_slots(slab); i++) {
		void *lost = slab_object(s, slab, i);

		slab_free_part(s, lost)->mark = 0;
		kmem_cache_free(s, lost);
	}
}

static struct kunit_case slab_wrong_cases[] = {
	KUNIT_CASE(wrong_cache),
	KUNIT_CASE(destroy_with_objects),
	KUNIT_CASE(destroy_in_an_interrupt),
	KUNIT_CASE(shrink_under_an_irq_off_lock),
	KUNIT_CASE(bad_caches),
	KUNIT_CASE(odd_alignments),
	KUNIT_CASE(write_after_free),
	KUNIT_CASE(broken_link),
	{},
};

static struct kunit_suite slab_wrong_suite = {
	.name = "slab_wrong",
	.test_cases = slab_wrong_cases,
	.quick = true,
};
kunit_test_suites(&slab_wrong_suite);
