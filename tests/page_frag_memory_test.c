/* SPDX-License-Identifier: MIT */
/*
 * Proves: what fragments are cut from when memory is short, or asked for wrongly: a single page
 * serves what fits it, blocks from the reserves are given back, what does not fit is refused, and
 * none of it does harm.
 */
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "mm/page_alloc.h"
#include "mm/page_frag.h"
#include "tests/kunit.h"
#include "tests/page_frag_test.h"
#include "tests/page_hog.h"

#define cache frag_test_cache

static void what_does_not_fit_is_refused(struct kunit *test)
{
	static const unsigned int sizes[] = {PAGE_FRAG_CACHE_MAX_SIZE + 1, 0x80000000u, ~0u};
	volatile unsigned int size; /* not known to the compiler */
	char *first, *at;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		size = sizes[i];
		KUNIT_EXPECT_NULL(test, page_frag_alloc(&cache, size, GFP_KERNEL));
		KUNIT_EXPECT_NULL(test, page_frag_alloc_align(&cache, size, GFP_KERNEL, 4096));
	}
	first = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, first);
	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		size = sizes[i];
		KUNIT_EXPECT_NULL(test, page_frag_alloc(&cache, size, GFP_KERNEL));
		KUNIT_EXPECT_NULL(test, page_frag_alloc_align(&cache, size, GFP_KERNEL, 4096));
	}
	KUNIT_EXPECT_NULL(test, page_frag_alloc_align(&cache, 8, GFP_KERNEL, 65536));
	at = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, at, first - 1024); /* the block was kept */
	page_frag_free(first);
	page_frag_free(at);
}

/* No block of 32 KiB is to be had: 8 KiB do not fit the single page, 1 KiB does. */
static void a_single_page_serves_what_fits(struct kunit *test)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_MEMALLOC;
	struct page_hog hog;
	char *large, *at, *again, *aligned;
	unsigned int size;

	hog_init(&hog);
	hog_fill(&hog, GFP_KERNEL, MAX_ORDER - 1);
	at = page_frag_alloc(&cache, 1024, gfp);
	size = cache.size;
	large = page_frag_alloc(&cache, 8192, gfp);
	aligned = page_frag_alloc_align(&cache, 64, gfp, 8192);
	again = page_frag_alloc(&cache, 1024, gfp);
	hog_release(&hog, ~0ul);

	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_EXPECT_EQ(test, size, (unsigned int)PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, large);
	KUNIT_EXPECT_NULL(test, aligned);
	KUNIT_EXPECT_PTR_EQ(test, again, at - 1024);
	page_frag_free(at);
	page_frag_free(again);
}

/* The same, with the one allocation of the block made to fail. */
static char *alloc_without_a_block(unsigned int size)
{
	struct fault_settings saved;
	char *at;

	fault_suspend(&saved, true);
	fault_nth(1);
	at = page_frag_alloc(&cache, size, GFP_KERNEL);
	fault_nth(0);
	fault_resume(&saved);
	return at;
}

static void a_block_that_fails_becomes_a_page(struct kunit *test)
{
	char *at = alloc_without_a_block(1024), *large, *again;

	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_EXPECT_EQ(test, cache.size, (unsigned int)PAGE_SIZE);
	large = page_frag_alloc(&cache, 8192, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, large);
	again = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, again, at - 1024);
	page_frag_free(at);
	page_frag_free(again);
}

/* No bytes from a page that nothing was cut from, as it is too small, do not lie behind it. */
static void no_bytes_lie_in_the_page(struct kunit *test)
{
	volatile unsigned int none = 0;
	char *large = alloc_without_a_block(8192), *at;

	KUNIT_EXPECT_NULL(test, large);
	KUNIT_EXPECT_EQ(test, cache.size, (unsigned int)PAGE_SIZE);
	at = page_frag_alloc(&cache, none, GFP_KERNEL);
	KUNIT_ASSERT_PTR_EQ(test, (void *)block_of(at), (void *)virt_to_page(cache.va));
	page_frag_free(at);
}

/* A block from the reserves is not used again, though nobody holds a fragment of it. */
static void reserves_are_given_back(struct kunit *test)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_MEMALLOC;
	struct page_hog hog;
	bool reserve, later;
	unsigned int i;
	char *at;

	hog_init(&hog);
	hog_fill(&hog, GFP_KERNEL, MAX_ORDER - 1);
	at = page_frag_alloc(&cache, 1024, gfp);
	reserve = page_frag_cache_is_pfmemalloc(&cache);
	hog_release(&hog, ~0ul);
	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_free(at);
	for (i = 0; i < PAGE_SIZE / 1024; i++)
		page_frag_free(page_frag_alloc(&cache, 1024, GFP_KERNEL));
	later = page_frag_cache_is_pfmemalloc(&cache);
	KUNIT_EXPECT_TRUE(test, reserve);
	KUNIT_EXPECT_FALSE(test, later);
	KUNIT_EXPECT_EQ(test, cache.size, PAGE_FRAG_CACHE_MAX_SIZE);
}

/* No memory at all: NULL, and the cache works again as soon as there is some. */
static void without_memory(struct kunit *test)
{
	struct page_hog hog;
	char *none, *at;

	hog_init(&hog);
	hog_fill(&hog, GFP_KERNEL, MAX_ORDER - 1);
	none = page_frag_alloc(&cache, 64, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY);
	hog_release(&hog, ~0ul);
	KUNIT_EXPECT_NULL(test, none);
	at = page_frag_alloc(&cache, 64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_free(at);
}

/* High memory has no addresses: the flag is reported, and what comes is low and counted. */
static void high_memory_is_refused(struct kunit *test)
{
	unsigned long high = nr_free_highpages();
	char *at = NULL, *second = NULL;

	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*HIGHMEM*",
				at = page_frag_alloc(&cache, 256, GFP_HIGHUSER_MOVABLE);
				second = page_frag_alloc(&cache, 256, GFP_HIGHUSER));
	warn_once_reset();
	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_ASSERT_TRUE(test, virt_addr_valid(at));
	KUNIT_EXPECT_FALSE(test, PageHighMem(block_of(at)));
	KUNIT_EXPECT_PTR_EQ(test, second, at - 256);
	drain_all_pages(NULL);
	KUNIT_EXPECT_GE(test, nr_free_highpages(), high);
	memset(at, 1, 256);
	page_frag_free(at);
	page_frag_free(second);
}

static struct kunit_case page_frag_memory_cases[] = {
	KUNIT_CASE(what_does_not_fit_is_refused),
	KUNIT_CASE_SLOW(a_single_page_serves_what_fits),
	KUNIT_CASE(a_block_that_fails_becomes_a_page),
	KUNIT_CASE(no_bytes_lie_in_the_page),
	KUNIT_CASE_SLOW(reserves_are_given_back),
	KUNIT_CASE_SLOW(without_memory),
	KUNIT_CASE(high_memory_is_refused),
	{},
};

static struct kunit_suite page_frag_memory_suite = {
	.name = "page_frag_memory",
	.init = frag_test_begin,
	.exit = frag_test_end,
	.test_cases = page_frag_memory_cases,
	.quick = true,
};
kunit_test_suite(page_frag_memory_suite);
