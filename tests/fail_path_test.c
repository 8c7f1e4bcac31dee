/* SPDX-License-Identifier: MIT */
/*
 * Proves: every allocating path survives failure at each of its allocation points. The n-th
 * allocation fails, for n = 1, 2, ... until the path runs to its end without a failure; each time
 * it says that it failed, and as many pages are free afterwards as before. Of a long path's
 * allocations in the middle, which are all alike, each boot fails one in eight, another one each
 * time: many machines see all of them, and torture= of a minute or more does in one.
 *
 * The paths come from the table of tests/fail_path.h; those of the page allocator are here.
 */
#include "tests/fail_path.h"
#include "kernel/cpu/clock.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "mm/fragbuf.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "mm/page_internal.h"
#include "mm/shrinker.h"
#include "tests/kunit.h"
#include "tests/torture.h"

#define POINTS_MAX 2000 /* allocations of one path */
#define ENDS       40   /* of them at its beginning and at its end, which are never left out */

/* Pages that nobody uses, when everything that is only kept at hand is given back. */
static unsigned long settled_free_pages(void)
{
	drop_slab();
	drain_all_pages(NULL);
	return nr_free_pages();
}

/* One run with the N-th allocation failing. True: the run had that many, so there is a next one. */
static bool run_with_failure(struct kunit *test, const struct fail_path *path, unsigned int n)
{
	unsigned long before = settled_free_pages(), after;
	bool done, failed;

	fault_nth(n);
	done = path->run();
	failed = fault_nth(0);
	after = settled_free_pages();
	KUNIT_EXPECT_EQ_MSG(test, after, before, "%s, allocation %u failing", path->name, n);
	if (failed && !path->fallback)
		KUNIT_EXPECT_FALSE_MSG(test, done, "%s: allocation %u failed unnoticed", path->name,
				       n);
	if (!failed)
		KUNIT_EXPECT_TRUE_MSG(test, done, "%s: fails without cause", path->name);
	return failed;
}

/* What the boot parameters say does not disturb the walk, and is in force again afterwards. */
static struct fault_settings settings;

static int fail_path_init(struct kunit *test)
{
	fault_suspend(&settings, true);
	return 0;
}

static void fail_path_exit(struct kunit *test)
{
	fault_resume(&settings);
}

/* Through a path's allocations from the N-th on, with steps of 1 to 2 * STEP - 1; the first that it
 * has not. */
static unsigned int walk(struct kunit *test, const struct fail_path *path, unsigned int n,
			 unsigned int step)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, clock_ns());
	while (n < POINTS_MAX && run_with_failure(test, path, n))
		n += n < ENDS ? 1 : 1 + prandom_u32_below(&rnd, 2 * step - 1);
	return n;
}

static void survive(struct kunit *test, unsigned int step)
{
	const struct fail_path *path = *(const struct fail_path *const *)test->param_value;
	unsigned int n;

	KUNIT_EXPECT_TRUE(test, path->run()); /* what it keeps for ever, it has now */
	n = walk(test, path, 1, step);
	if (step > 1)
		n = walk(test, path, n > ENDS ? n - ENDS : 1, 1);
	KUNIT_EXPECT_GT_MSG(test, n, 1u, "%s allocates nothing", path->name);
	KUNIT_EXPECT_LT_MSG(test, n, (unsigned int)POINTS_MAX, "%s has no end", path->name);
}

static void survives_each_failure(struct kunit *test)
{
	survive(test, 1);
}

/* Some thousand allocations, some thousand times: too often for poison. */
static void long_paths_survive(struct kunit *test)
{
	unsigned int hooks = page_alloc_hooks;

	page_hook_set(PAGE_HOOK_POISON, false);
	survive(test, torture_is_long() ? 1 : 8);
	page_hook_set(PAGE_HOOK_POISON, hooks & PAGE_HOOK_POISON);
}

static const void *next_path(const void *prev, char *desc, bool slow)
{
	const struct fail_path *const *next =
		prev ? (const struct fail_path *const *)prev + 1 : __fail_paths_start;

	while (next < __fail_paths_end && (*next)->slow != slow)
		next++;
	if (next >= __fail_paths_end)
		return NULL;
	strscpy(desc, (*next)->name, KUNIT_PARAM_DESC_SIZE);
	return next;
}

static const void *next_short_path(const void *prev, char *desc)
{
	return next_path(prev, desc, false);
}

static const void *next_long_path(const void *prev, char *desc)
{
	return next_path(prev, desc, true);
}

/* --- the page allocator's paths --------------------------------------------------------------- */

static bool pages_of_each_list(void)
{
	static const gfp_t flags[] = {GFP_KERNEL, GFP_ATOMIC, GFP_HIGHUSER_MOVABLE,
				      GFP_KERNEL | __GFP_ZERO};

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		struct page *page = alloc_page(flags[i]);

		if (!page)
			return false;
		__free_page(page);
	}
	return true;
}
FAIL_PATH(pages_of_each_list);

static bool pages_of_each_order(void)
{
	for (unsigned int order = 0; order < 7; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

		if (!page)
			return false;
		__free_pages(page, order);
	}
	return true;
}
FAIL_PATH(pages_of_each_order);

static bool pages_by_address(void)
{
	unsigned long one = __get_free_pages(GFP_KERNEL, 1), zero = get_zeroed_page(GFP_KERNEL);

	free_pages(one, 1);
	free_page(zero);
	return one && zero;
}
FAIL_PATH(pages_by_address);

static bool pages_in_bulk(void)
{
	struct page *pages[40] = {NULL};
	unsigned long nr = alloc_pages_bulk_array(GFP_KERNEL, ARRAY_SIZE(pages), pages);

	release_pages(pages, (int)nr);
	return nr == ARRAY_SIZE(pages);
}
/* Bulk requests may fill the array by another way than the one that failed. */
FAIL_PATH_FALLBACK(pages_in_bulk);

static bool pages_on_a_list(void)
{
	LIST_HEAD(list);
	unsigned long nr = alloc_pages_bulk_list(GFP_KERNEL, 10, &list);

	free_page_list(&list);
	return nr == 10;
}
FAIL_PATH_FALLBACK(pages_on_a_list);

static bool pages_of_exact_size(void)
{
	void *small = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	void *large = alloc_pages_exact(33 * PAGE_SIZE, GFP_KERNEL);

	if (small)
		free_pages_exact(small, 3 * PAGE_SIZE);
	if (large)
		free_pages_exact(large, 33 * PAGE_SIZE);
	return small && large;
}
FAIL_PATH(pages_of_exact_size);

/* --- page fragments and what is made of them -------------------------------------------------- */

/* A single page serves where a large block is not to be had. */
static bool a_page_fragment(void)
{
	struct page_frag_cache cache;
	void *fragment;

	page_frag_cache_init(&cache);
	fragment = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	if (fragment)
		page_frag_free(fragment);
	page_frag_cache_drain(&cache);
	return fragment;
}
FAIL_PATH_FALLBACK(a_page_fragment);

static bool a_packet_of_pages(void)
{
	static char bytes[3 * PAGE_SIZE];
	struct page_frag_cache cache;
	struct fragbuf *packet, *child;
	bool done = false;

	page_frag_cache_init(&cache);
	packet = fragbuf_alloc(&cache, 256, GFP_KERNEL);
	child = fragbuf_alloc(&cache, 3000, GFP_KERNEL);
	if (packet && child)
		done = fragbuf_append(packet, bytes, sizeof(bytes), GFP_KERNEL) == 0 &&
		       fragbuf_append(child, bytes, PAGE_SIZE, GFP_KERNEL) == 0;
	if (done && fragbuf_add_list(packet, child) == 0)
		child = NULL;
	fragbuf_put(child);
	fragbuf_put(packet);
	page_frag_cache_drain(&cache);
	return done;
}
FAIL_PATH_FALLBACK(a_packet_of_pages);

static struct kunit_case fail_path_cases[] = {
	KUNIT_CASE_PARAM(survives_each_failure, next_short_path),
	KUNIT_CASE_PARAM_SLOW(long_paths_survive, next_long_path),
	{},
};

static struct kunit_suite fail_path_suite = {
	.name = "fail_path",
	.init = fail_path_init,
	.exit = fail_path_exit,
	.test_cases = fail_path_cases,
	.quick = true,
};
kunit_test_suite(fail_path_suite);
