/* SPDX-License-Identifier: MIT */
/*
 * Proves: caches give objects of the size, alignment and state they promise, take pages from the
 * buddy allocator exactly when they must and give all of them back, and do it all or nothing in
 * bulk.
 */
#include "kernel/sync/spinlock.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "mm/slabinfo.h"
#include "mm/slab_internal.h"
#include "tests/held_thread.h"
#include "tests/slab_test.h"
#include "tests/wait_until.h"

enum { MANY = 1200 };
static void *p[MANY];

static void alloc_all(struct kunit *test, struct kmem_cache *s, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
	}
}

static void free_all(struct kmem_cache *s, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		kmem_cache_free(s, p[i]);
}

static void objects_do_not_overlap(struct kunit *test)
{
	static const u16 sizes[] = {1, 8, 24, 100, 256, 1000, 3000};

	for (unsigned int k = 0; k < ARRAY_SIZE(sizes); k++) {
		struct kmem_cache *s = kmem_cache_create("test_overlap", sizes[k], 0, 0, NULL);
		unsigned int wrong = 0, n = 150;

		KUNIT_ASSERT_NOT_NULL(test, s);
		alloc_all(test, s, n);
		for (unsigned int i = 0; i < n; i++)
			memset(p[i], (int)i, sizes[k]);
		for (unsigned int i = 0; i < n; i++)
			wrong += memchr_inv(p[i], (int)(u8)i, sizes[k]) != NULL;
		KUNIT_EXPECT_EQ(test, wrong, 0u);
		KUNIT_EXPECT_EQ(test, kmem_cache_active(s), n);
		free_all(s, n);
		KUNIT_EXPECT_EQ(test, kmem_cache_active(s), 0u);
		kmem_cache_destroy(s);
	}
}

static void alignment(struct kunit *test)
{
	static const u16 aligns[] = {8, 16, 64, 256, 4096};

	for (unsigned int k = 0; k < ARRAY_SIZE(aligns); k++) {
		struct kmem_cache *s = kmem_cache_create("test_align", 40, aligns[k], 0, NULL);

		KUNIT_ASSERT_NOT_NULL(test, s);
		alloc_all(test, s, 20);
		for (unsigned int i = 0; i < 20; i++)
			KUNIT_EXPECT_EQ(test, (uintptr_t)p[i] % aligns[k], 0u);
		free_all(s, 20);
		kmem_cache_destroy(s);
	}
}

static void hwcache_alignment(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 100, 0, SLAB_HWCACHE_ALIGN, NULL);
	struct kmem_cache *small = cache(test, 20, 0, SLAB_HWCACHE_ALIGN, NULL);

	alloc_all(test, s, 10);
	for (unsigned int i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, (uintptr_t)p[i] % 64, 0u);
	free_all(s, 10);
	alloc_all(test, small, 10);
	for (unsigned int i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, (uintptr_t)p[i] % 32, 0u);
	free_all(small, 10);
}

static unsigned int constructed;

static void construct(void *object)
{
	constructed++;
	memset(object, 0x77, 48);
}

/* The constructor runs for each object of a slab when the slab is made, and the object stays so. */
static void constructor(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 48, 0, 0, construct);
	unsigned int per_slab;
	u8 *object;

	constructed = 0;
	object = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, object);
	per_slab = slab_slots(virt_to_head_page(object));
	KUNIT_EXPECT_EQ(test, constructed, per_slab);
	for (unsigned int i = 0; i < 100; i++) {
		KUNIT_ASSERT_NULL(test, memchr_inv(object, 0x77, 48));
		kmem_cache_free(s, object);
		KUNIT_ASSERT_NULL(test, memchr_inv(object, 0x77, 48));
		object = kmem_cache_alloc(s, GFP_KERNEL);
	}
	kmem_cache_free(s, object);
	KUNIT_EXPECT_EQ(test, constructed, per_slab);
}

static unsigned long free_now(void)
{
	drain_all_pages(NULL);
	return nr_free_pages();
}

/* The buddy allocator gives a slab for the first object, and the next one only when that is full.
 */
static void growth(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 200, 0, 0, NULL);
	unsigned long before = free_now(), pages = 1ul << s->order;
	unsigned int slots;

	p[0] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p[0]);
	slots = slab_slots(virt_to_head_page(p[0]));
	KUNIT_ASSERT_LT(test, slots + 1, (unsigned int)MANY);
	for (unsigned int i = 1; i < slots; i++) {
		KUNIT_ASSERT_EQ(test, free_now(), before - pages);
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	}
	KUNIT_EXPECT_EQ(test, free_now(), before - pages);
	p[slots] = kmem_cache_alloc(s, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, free_now(), before - 2 * pages);
	free_all(s, slots + 1);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	slab_shrink_all(); /* the depot's own memory */
	KUNIT_EXPECT_EQ(test, free_now(), before);
}

static void shrink_keeps_what_is_used(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 128, 0, 0, NULL);

	alloc_all(test, s, 500);
	for (unsigned int i = 1; i < 500; i++)
		kmem_cache_free(s, p[i]);
	memset(p[0], 0x3c, 128);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 1);
	KUNIT_EXPECT_EQ(test, s->nr_slabs, 1u);
	KUNIT_EXPECT_NULL(test, memchr_inv(p[0], 0x3c, 128));
	kmem_cache_free(s, p[0]);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
}

static void bulk(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, 0, NULL);
	unsigned int i, wrong = 0;

	KUNIT_ASSERT_EQ(test, kmem_cache_alloc_bulk(s, GFP_KERNEL, 700, p), 700);
	for (i = 0; i < 700; i++)
		memset(p[i], (int)i, 64);
	for (i = 0; i < 700; i++)
		wrong += memchr_inv(p[i], (int)(u8)i, 64) != NULL;
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_EQ(test, kmem_cache_active(s), 700u);
	kmem_cache_free_bulk(s, 700, p);
	KUNIT_EXPECT_EQ(test, kmem_cache_active(s), 0u);
}

/* Whichever allocation of a bulk fails, objects or pages: all of it is there, or nothing. */
static void bulk_undoes_itself(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, 0, NULL);
	unsigned int failed = 0;
	bool came = true;

	alloc_all(test, s, 40); /* the slabs are there: only objects can fail */
	free_all(s, 40);
	for (unsigned int n = 1; came; n++) {
		int got;

		fault_nth(n);
		got = kmem_cache_alloc_bulk(s, GFP_KERNEL, 40, p);
		came = fault_nth(0);
		KUNIT_EXPECT_TRUE(test, got == 0 || got == 40);
		KUNIT_EXPECT_EQ(test, kmem_cache_active(s), (unsigned long)got);
		failed += got == 0;
		kmem_cache_free_bulk(s, (size_t)got, p);
	}
	/* One failure may be that of a large slab, where a small one serves. */
	KUNIT_EXPECT_GE(test, failed, 39u);
}

/* Making a cache survives each of its allocations failing. */
static void create_survives_failures(struct kunit *test)
{
	unsigned int failed = 0;
	bool came = true;

	kmem_cache_destroy(kmem_cache_create("test_failing", 100, 0, 0, NULL));
	for (unsigned int n = 1; came; n++) {
		struct kmem_cache *s;

		fault_nth(n);
		s = kmem_cache_create("test_failing", 100, 0, 0, NULL);
		came = fault_nth(0);
		failed += !s;
		kmem_cache_destroy(s);
	}
	/* The object; its page too, unless that was to be one of a large slab. */
	KUNIT_EXPECT_GE(test, failed, 1u);
}

/* The memory of a typesafe cache stays its own as long as a reader may look, and no longer. */
static void typesafe_pages_wait_for_readers(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, SLAB_TYPESAFE_BY_RCU, NULL);
	u8 *object = kmem_cache_alloc(s, GFP_KERNEL);
	bool own, same;

	KUNIT_ASSERT_NOT_NULL(test, object);
	memset(object, 0x2e, 64);
	rcu_read_lock();
	kmem_cache_free(s, object);
	slab_shrink_all();
	own = virt_to_page(object)->slab_cache == s;
	same = memchr_inv(object, 0x2e, 64) == NULL;
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, own);
	KUNIT_EXPECT_TRUE(test, same);
	rcu_barrier();
	KUNIT_EXPECT_PTR_EQ(test, virt_to_page(object)->slab_cache, NULL);
}

/* kfree_rcu(): the object is there for its readers, and then is not. */
static void freed_behind_readers(struct kunit *test)
{
	struct late {
		u32 words[5];
		struct rcu_head rcu;
	} *object = kmalloc(sizeof(*object), GFP_KERNEL);
	unsigned int seen;

	KUNIT_ASSERT_NOT_NULL(test, object);
	object->words[0] = 0x600d;
	rcu_read_lock();
	kfree_rcu(object, rcu);
	seen = object->words[0];
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, seen, 0x600du);
	rcu_barrier(); /* the invariants see whether it was freed */
}

static void dma_cache(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 64, 0, SLAB_CACHE_DMA, NULL);

	alloc_all(test, s, 100);
	for (unsigned int i = 0; i < 100; i++)
		KUNIT_ASSERT_LT(test, virt_to_phys(p[i]), (phys_addr_t)16 << 20);
	free_all(s, 100);
}

/* A burst goes through the depot and comes back whole; emptied, nothing is left behind. */
static void depot(struct kunit *test)
{
	struct kmem_cache *s = cache(test, 256, 0, 0, NULL);
	unsigned int i, wrong = 0;

	for (unsigned int round = 0; round < 3; round++) {
		alloc_all(test, s, MANY);
		for (i = 0; i < MANY; i++)
			memset(p[i], (int)i, 256);
		for (i = 0; i < MANY; i++)
			wrong += memchr_inv(p[i], (int)(u8)i, 256) != NULL;
		KUNIT_EXPECT_EQ(test, kmem_cache_active(s), (unsigned long)MANY);
		free_all(s, MANY);
		KUNIT_EXPECT_EQ(test, kmem_cache_active(s), 0u);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	if (!slab_is_debug(s))
		KUNIT_EXPECT_GT(test, s->nr_parked, 0u);
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(s), 0);
	KUNIT_EXPECT_EQ(test, s->nr_parked, 0u);
	KUNIT_EXPECT_EQ(test, s->nr_pages, 0u);
}

static char wanted_line[40];
static unsigned int nr_lines, nr_found;

static void look(const char *fmt, ...) __printf(1, 2);
static void look(const char *fmt, ...)
{
	static char line[240];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	nr_lines++;
	if (nr_lines == 1)
		nr_found += strcmp(line, "slabinfo - version: 2.1") == 0;
	nr_found += strncmp(line, wanted_line, strlen(wanted_line)) == 0;
}

/* An object that was handed out is counted in its cache's line. */
static void slabinfo_counts(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("test_info", 100, 0, 0, NULL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	for (unsigned int n = 0; n < 3; n++) {
		nr_lines = nr_found = 0;
		snprintf(wanted_line, sizeof(wanted_line), "%-17s %6u ", "test_info", n);
		slabinfo_show(look);
		KUNIT_EXPECT_EQ(test, nr_found, 2u);
		p[n] = kmem_cache_alloc(s, GFP_KERNEL);
	}
	free_all(s, 3);
	kmem_cache_destroy(s);
}

static unsigned int nr_walked, nr_locked;

static void look_at_lock(struct kmem_cache *s, void *unused)
{
	nr_walked++;
	nr_locked += irqs_disabled() || spin_is_locked(&slab_caches_lock);
}

/* Who walks the caches may wait at each of them: no lock is held there. */
static void walks_hold_no_lock(struct kunit *test)
{
	nr_walked = nr_locked = 0;
	kmem_cache_for_each(look_at_lock, NULL);
	KUNIT_EXPECT_GT(test, nr_walked, (unsigned int)NR_KMALLOC_CACHES);
	KUNIT_EXPECT_EQ(test, nr_locked, 0u);
}

static bool ended, ended_early;

static int end_cache(void *s)
{
	kmem_cache_destroy(s);
	WRITE_ONCE(ended, true);
	return 0;
}

/* Looks at the cache that is to end until its end is seen to wait, or is over. */
static void wait_for_end(struct kmem_cache *s, void *arg)
{
	struct task_struct *task = arg;

	if (strcmp(s->name, "test_walked") != 0)
		return;
	wake_up_process(task);
	wait_until_sleeping(READ_ONCE(ended) || READ_ONCE(task->__state) == TASK_UNINTERRUPTIBLE);
	ended_early = READ_ONCE(ended);
}

/* A cache that a walk is looking at does not end under it. */
static void ends_after_walks(struct kunit *test)
{
	struct kmem_cache *s = kmem_cache_create("test_walked", 64, 0, 0, NULL);
	struct task_struct *task;

	KUNIT_ASSERT_NOT_NULL(test, s);
	ended = ended_early = false;
	task = thread_hold(test, kthread_create(end_cache, s, "end"));
	kmem_cache_for_each(wait_for_end, task);
	KUNIT_EXPECT_FALSE(test, ended_early);
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	KUNIT_EXPECT_TRUE(test, ended);
}

static struct kunit_case slab_cases[] = {
	KUNIT_CASE(objects_do_not_overlap),
	KUNIT_CASE(alignment),
	KUNIT_CASE(hwcache_alignment),
	KUNIT_CASE(constructor),
	KUNIT_CASE(growth),
	KUNIT_CASE(shrink_keeps_what_is_used),
	KUNIT_CASE(bulk),
	KUNIT_CASE(bulk_undoes_itself),
	KUNIT_CASE(create_survives_failures),
	KUNIT_CASE_SLOW(typesafe_pages_wait_for_readers),
	KUNIT_CASE_SLOW(freed_behind_readers),
	KUNIT_CASE(dma_cache),
	KUNIT_CASE(depot),
	KUNIT_CASE(slabinfo_counts),
	KUNIT_CASE(walks_hold_no_lock),
	KUNIT_CASE(ends_after_walks),
	{},
};

static struct kunit_suite slab_suite = {
	.name = "slab",
	.test_cases = slab_cases,
	.quick = true,
};
kunit_test_suites(&slab_suite);
