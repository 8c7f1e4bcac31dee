/* SPDX-License-Identifier: MIT */
/*
 * Proves: the example that texts about page_frag give loses a block unless its cache happens to be
 * full, and debug builds name the cache. Also the frame's check around every test that no cache on
 * the stack is left with a block.
 */
#include "kernel/cpu/stacks.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "mm/shrinker.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/invariant.h"
#include "tests/kunit.h"
#include "tests/page_frag_test.h"

#define cache         frag_test_cache
#define free_at_start frag_test_free_at_start

struct page_frag_cache frag_test_cache;
unsigned long frag_test_free_at_start;

int frag_test_begin(struct kunit *test)
{
	page_frag_cache_init(&cache);
	drop_slab(); /* what a thread of a case leaves in caches for the next one is no loss */
	free_at_start = free_pages_now();
	return 0;
}

void frag_test_end(struct kunit *test)
{
	page_frag_cache_drain(&cache);
	drop_slab();
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

/* Full: there is no room for as much as was asked for last. */
static void full_looks_at_the_last_size(struct kunit *test)
{
	char *half, *small;

	KUNIT_EXPECT_TRUE(test, page_frag_cache_full(&cache)); /* it has no block */
	half = page_frag_alloc(&cache, PAGE_FRAG_CACHE_MAX_SIZE / 2 + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, half);
	KUNIT_EXPECT_TRUE(test, page_frag_cache_full(&cache));
	small = page_frag_alloc(&cache, 64, GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, page_frag_cache_full(&cache));
	page_frag_free(half);
	page_frag_free(small);
	page_frag_cache_destroy(&cache);
	KUNIT_EXPECT_TRUE(test, page_frag_cache_full(&cache));
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

/* The example that texts about page_frag give, with its cache on the stack; also
 * tests/harness/test_page_frag.py. */
static noinline int example(unsigned int fill, struct page **block)
{
	struct page_frag_cache nc;
	void *buf;

	page_frag_cache_init(&nc);
	for (unsigned int i = 0; i < fill; i++)
		page_frag_free(page_frag_alloc(&nc, 1024, GFP_KERNEL));
	buf = page_frag_alloc(&nc, 1024, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	memset(buf, 0x5a, 1024);
	*block = block_of(buf);
	page_frag_free(buf);
	if (page_frag_cache_full(&nc))
		page_frag_cache_destroy(&nc);
	return 0;
}

/* It gives its block back if the cache happens to be full, and loses it if not. */
static void the_example_leaks_unless_full(struct kunit *test)
{
	struct page *block;
	unsigned long lost;

	KUNIT_EXPECT_EQ(test, example(31, &block), 0);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
	KUNIT_EXPECT_EQ(test, example(0, &block), 0);
	lost = free_at_start - free_pages_now();
	KUNIT_EXPECT_EQ(test, lost, 8ul);
	if (lost) /* found again: all that is left of its charge is the cache's */
		__page_frag_cache_drain(block, (unsigned int)page_count(block));
}

/* --- every case: no cache on the stack is left with a block ----------------------------------- */

struct undrained {
	unsigned int count;
	const struct page_frag_cache *nc;
	const struct page *page;
};

static void look_at_holder(const struct page_frag_cache *nc, const struct page *page, void *arg)
{
	struct undrained *found = arg;

	if (!stack_holding((unsigned long)nc))
		return;
	found->count++;
	found->nc = nc;
	found->page = page;
}

static void take_undrained(struct invariant_state *now)
{
	struct undrained found = {.count = 0};

	page_frag_held(look_at_holder, &found);
	now->value[0] = found.count;
	now->value[1] = (uintptr_t)found.nc;
	now->value[2] = found.page ? page_to_pfn(found.page) : 0;
}

static bool judge_undrained(const struct invariant_state *before,
			    const struct invariant_state *after, char *why, size_t size)
{
	if (before->value[0] == after->value[0])
		return true;
	snprintf(why, size,
		 "%llu page_frag_cache on the stack not drained: %#llx lost the block at pfn %llu",
		 after->value[0] - before->value[0], after->value[1], after->value[2]);
	return false;
}
TEST_INVARIANT(page_frag_caches, take_undrained, judge_undrained);

/* Debug builds name the cache that went out of scope. */
static void undrained_caches_are_named(struct kunit *test)
{
	struct invariant_state before = {}, after = {};
	struct page *block = NULL;
	char why[160] = "";
	bool fine;

	if (!PAGE_FRAG_TRACKING)
		kunit_skip(test, "only debug builds keep a table of the caches");
	take_undrained(&before);
	KUNIT_EXPECT_EQ(test, example(0, &block), 0);
	take_undrained(&after);
	fine = judge_undrained(&before, &after, why, sizeof(why));
	KUNIT_EXPECT_FALSE(test, fine);
	KUNIT_EXPECT_NOT_NULL(test, strstr(why, "1 page_frag_cache on the stack not drained"));
	KUNIT_EXPECT_EQ(test, after.value[2], (u64)page_to_pfn(block));
	__page_frag_cache_drain(block, (unsigned int)page_count(block));
}

static int leave_cache(void *block)
{
	return example(0, block);
}

/* So is one on the stack of a thread that ends, with the thread's name. */
static void caches_of_threads_are_named(struct kunit *test)
{
	struct page *block = NULL;
	struct task_struct *thread;

	if (!PAGE_FRAG_TRACKING)
		kunit_skip(test, "only debug builds keep a table of the caches");
	thread = thread_hold(test, kthread_create(leave_cache, &block, "wasteful"));
	KUNIT_EXPECT_WARN(test, "thread wasteful/* ends with an undrained page_frag cache*", {
		wake_up_process(thread);
		while (!(READ_ONCE(thread->__state) & TASK_DEAD))
			yield();
	});
	KUNIT_EXPECT_EQ(test, thread_end(thread), 0);
	kthreads_settle();
	KUNIT_ASSERT_NOT_NULL(test, block);
	__page_frag_cache_drain(block, (unsigned int)page_count(block));
}

static struct kunit_case page_frag_leak_cases[] = {
	KUNIT_CASE(full_looks_at_the_last_size),
	KUNIT_CASE(the_example_leaks_unless_full),
	KUNIT_CASE(undrained_caches_are_named),
	KUNIT_CASE(caches_of_threads_are_named),
	{},
};

static struct kunit_suite page_frag_leak_suite = {
	.name = "page_frag_leak",
	.init = frag_test_begin,
	.exit = frag_test_end,
	.test_cases = page_frag_leak_cases,
	.quick = true,
};
kunit_test_suite(page_frag_leak_suite);
