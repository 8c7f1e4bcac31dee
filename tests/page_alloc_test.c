/* SPDX-License-Identifier: MIT */
/*
 * Proves: pages come from the zone that the flags name, aligned, zeroed if asked for, whole; they
 * go back when the last user lets go of them, and in what order they come again.
 */
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/page_internal.h"
#include "mm/pageblock.h"
#include "tests/kunit.h"
#include "tests/page_again.h"

/* Free pages, wherever they are. */
static unsigned long all_free(void)
{
	drain_all_pages(NULL);
	return nr_free_pages();
}

static void orders_are_aligned(struct kunit *test)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

		if (!page)
			continue; /* a machine with little memory */
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED(page_to_pfn(page), 1ul << order));
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		KUNIT_EXPECT_FALSE(test, PageHighMem(page));
		__free_pages(page, order);
	}
}

static void order_11_warns_once(struct kunit *test)
{
	struct page *page = NULL;

	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*order 11*", page = alloc_pages(GFP_KERNEL, 11));
	KUNIT_EXPECT_NULL(test, page);
	page = alloc_pages(GFP_KERNEL, 11);
	KUNIT_EXPECT_NULL(test, page);
	page = alloc_pages(GFP_KERNEL, 64);
	KUNIT_EXPECT_NULL(test, page);
	warn_once_reset();
}

/*
 * Has high memory so many free pages that requests for PAGES of them all get high ones? A zone that
 * comes near its marks, as one of some 100 KiB always is, sends some to low memory.
 */
static bool high_memory_has(unsigned long pages)
{
	const struct zone *high = &node_zones[ZONE_HIGHMEM];

	return high->nr_free_pages > high_wmark_pages(high) + pages + 16;
}

/* Each kind of request many times; the page goes back at once. */
static void flags_choose_the_zone(struct kunit *test)
{
	bool any_high = managed_zone(&node_zones[ZONE_HIGHMEM]), high = high_memory_has(64);

	for (int i = 0; i < 200; i++) {
		unsigned int order = (unsigned int)i % 3;
		struct page *kernel = alloc_pages(GFP_KERNEL, order);
		struct page *dma = alloc_pages(GFP_DMA, order);
		struct page *user = alloc_pages(GFP_HIGHUSER, order);

		KUNIT_EXPECT_TRUE(test, kernel && !PageHighMem(kernel));
		KUNIT_EXPECT_TRUE(test, dma && page_to_pfn(dma) < 4096);
		KUNIT_EXPECT_TRUE(test, user && PageHighMem(user) <= any_high);
		KUNIT_EXPECT_TRUE(test, user && PageHighMem(user) >= high);
		KUNIT_EXPECT_TRUE(test, dma && page_to_pfn(dma) != 0);
		if (kernel)
			__free_pages(kernel, order);
		if (dma)
			__free_pages(dma, order);
		if (user)
			__free_pages(user, order);
	}
}

static void dma_and_highmem_is_dma(struct kunit *test)
{
	struct page *page = NULL, *again;

	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*DMA and HIGHMEM*",
				page = alloc_page(__GFP_DMA | __GFP_HIGHMEM));
	again = alloc_page(__GFP_DMA | __GFP_HIGHMEM);
	KUNIT_ASSERT_TRUE(test, page && again);
	KUNIT_EXPECT_LT(test, page_to_pfn(page), 4096ul);
	KUNIT_EXPECT_LT(test, page_to_pfn(again), 4096ul);
	__free_page(page);
	__free_page(again);
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*MOVABLE and RECLAIMABLE*",
				page = alloc_page(GFP_KERNEL | __GFP_MOVABLE | __GFP_RECLAIMABLE));
	KUNIT_ASSERT_NOT_NULL(test, page);
	__free_page(page);
	warn_once_reset();
}

static void addresses_are_low(struct kunit *test)
{
	unsigned long high = nr_free_highpages(), addr, zeroed;

	addr = __get_free_pages(GFP_HIGHUSER, 1);
	KUNIT_ASSERT_NE(test, addr, 0ul);
	KUNIT_EXPECT_TRUE(test, virt_addr_valid((void *)addr));
	memset((void *)addr, 0x5a, 2 * PAGE_SIZE);
	free_pages(addr, 1);
	zeroed = get_zeroed_page(GFP_HIGHUSER);
	KUNIT_ASSERT_NE(test, zeroed, 0ul);
	KUNIT_EXPECT_TRUE(test, virt_addr_valid((void *)zeroed));
	KUNIT_EXPECT_NULL(test, memchr_inv((void *)zeroed, 0, PAGE_SIZE));
	free_page(zeroed);
	free_page(0);
	KUNIT_EXPECT_EQ(test, nr_free_highpages(), high);
}

static bool is_zero(struct page *page)
{
	char *va = kmap_atomic(page);
	bool zero = memchr_inv(va, 0, PAGE_SIZE) == NULL;

	kunmap_atomic(va);
	return zero;
}

/* What was written to a page before it was freed is gone, wherever the page lies. */
static void zeroed_pages_are_zero(struct kunit *test)
{
	static const gfp_t kinds[] = {GFP_KERNEL, GFP_DMA, GFP_HIGHUSER};

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		for (unsigned int order = 0; order < 5; order += 2) {
			struct page *page = alloc_pages(kinds[i], order);

			KUNIT_ASSERT_NOT_NULL(test, page);
			for (unsigned long n = 0; n < 1ul << order; n++)
				memset_page(page + n, 0, 0x77, PAGE_SIZE);
			__free_pages(page, order);
			page = alloc_pages(kinds[i] | __GFP_ZERO, order);
			KUNIT_ASSERT_NOT_NULL(test, page);
			for (unsigned long n = 0; n < 1ul << order; n++)
				KUNIT_EXPECT_TRUE(test, is_zero(page + n));
			__free_pages(page, order);
		}
}

static void last_freed_comes_first(struct kunit *test)
{
	struct page *other, *first, *second;
	gfp_t gfp;

	drain_all_pages(NULL); /* so that no page of the atomic reserve is on a list */
	other = alloc_page(GFP_KERNEL);
	first = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, first && other);
	gfp = gfp_for_again(first);
	__free_page(first);
	second = alloc_page(gfp);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	if (second)
		__free_page(second);
	__free_page(other);
}

static void tails_lead_to_the_head(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	unsigned long free;

	KUNIT_ASSERT_NOT_NULL(test, page);
	free = all_free();
	KUNIT_EXPECT_EQ(test, compound_order(page), 3u);
	for (int i = 0; i < 8; i++) {
		KUNIT_EXPECT_PTR_EQ(test, compound_head(page + i), page);
		KUNIT_EXPECT_PTR_EQ(test, virt_to_head_page(page_to_virt(page + i)), page);
	}
	KUNIT_ASSERT_TRUE(test, PageHead(page));
	get_page(page + 5);
	KUNIT_EXPECT_EQ(test, page_count(page), 2);
	__free_pages(page, 3);
	KUNIT_EXPECT_EQ(test, all_free(), free);
	KUNIT_EXPECT_EQ(test, page_count(page + 7), 1);
	put_page(page + 7);
	KUNIT_EXPECT_EQ(test, all_free(), free + 8);
	KUNIT_EXPECT_FALSE(test, PageTail(page + 3));
}

/* The caller's free gives back the others; the reference of somebody else the first page. */
static void held_pages_are_not_lost(struct kunit *test)
{
	unsigned long free = all_free();

	for (unsigned int order = 0; order < 5; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		KUNIT_ASSERT_NOT_NULL(test, page);
		get_page(page);
		__free_pages(page, order);
		KUNIT_EXPECT_EQ(test, all_free(), free - 1);
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		put_page(page);
		KUNIT_EXPECT_EQ(test, all_free(), free);
	}
}

/* 100000 times; where every page is looked at when it changes hands, 10000 times. */
static void held_pages_many_times(struct kunit *test)
{
	unsigned int times = page_alloc_hooks & PAGE_HOOK_CHECK ? 10000 : 100000;
	unsigned long free = all_free();

	for (unsigned int i = 0; i < times; i++) {
		unsigned int order = i % 4;
		struct page *page = __alloc_pages(GFP_KERNEL, order);

		KUNIT_ASSERT_NOT_NULL(test, page);
		get_page(page);
		__free_pages(page, order);
		put_page(page);
	}
	KUNIT_EXPECT_EQ(test, all_free(), free);
}

static void high_pages_are_counted(struct kunit *test)
{
	struct zone *high = &node_zones[ZONE_HIGHMEM];
	struct page *pages[33];
	unsigned long before;

	drain_all_pages(high);
	before = nr_free_highpages();
	KUNIT_EXPECT_EQ(test, before, high->nr_free_pages);
	KUNIT_EXPECT_EQ(test, totalhigh_pages(), high->managed_pages);
	KUNIT_EXPECT_LE(test, totalhigh_pages(), totalram_pages());
	if (!managed_zone(high))
		kunit_skip(test, "no high memory");
	if (!high_memory_has(ARRAY_SIZE(pages)))
		kunit_skip(test, "too little high memory");
	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_HIGHUSER);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
	}
	drain_all_pages(high);
	KUNIT_EXPECT_EQ(test, nr_free_highpages(), before - ARRAY_SIZE(pages));
	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++)
		put_page(pages[i]);
	drain_all_pages(high);
	KUNIT_EXPECT_EQ(test, nr_free_highpages(), before);
}

static void exact_sizes_are_exact(struct kunit *test)
{
	static const size_t sizes[] = {1, 4096, 4097, 5 * 4096, 33 * 4096 - 1};
	unsigned long free = all_free();

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		void *p = alloc_pages_exact(sizes[i], GFP_KERNEL | __GFP_ZERO);

		KUNIT_ASSERT_NOT_NULL(test, p);
		KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, sizes[i]));
		KUNIT_EXPECT_EQ(test, all_free(), free - PFN_UP(sizes[i]));
		free_pages_exact(p, sizes[i]);
		KUNIT_EXPECT_EQ(test, all_free(), free);
	}
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(0, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, alloc_pages_exact(~(size_t)0, GFP_KERNEL | __GFP_NOWARN));
}

static void bulk_fills_what_is_missing(struct kunit *test)
{
	static struct page *pages[200];
	unsigned long free = all_free();
	LIST_HEAD(list);

	memset(pages, 0, sizeof(pages));
	pages[17] = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_array(GFP_KERNEL, 200, pages), 200ul);
	for (unsigned int i = 0; i < 200; i++) {
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
		KUNIT_EXPECT_EQ(test, page_count(pages[i]), 1);
	}
	KUNIT_EXPECT_EQ(test, all_free(), free - 200);
	release_pages(pages, 200);
	KUNIT_EXPECT_EQ(test, alloc_pages_bulk_list(GFP_KERNEL, 100, &list), 100ul);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&list), 100ul);
	free_page_list(&list);
	KUNIT_EXPECT_EQ(test, all_free(), free);
}

/* init_on_alloc=1 is __GFP_ZERO for everyone. */
static void init_on_alloc_zeroes(struct kunit *test)
{
	unsigned int hooks = page_alloc_hooks;
	struct page *page = alloc_page(GFP_HIGHUSER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset_page(page, 0, 0x33, PAGE_SIZE);
	__free_page(page);
	page_hook_set(PAGE_HOOK_INIT_ALLOC, true);
	page = alloc_page(GFP_HIGHUSER);
	page_hook_set(PAGE_HOOK_INIT_ALLOC, hooks & PAGE_HOOK_INIT_ALLOC);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_TRUE(test, is_zero(page));
	__free_page(page);
}

static void init_on_free_zeroes(struct kunit *test)
{
	unsigned int hooks = page_alloc_hooks;
	struct page *page = alloc_page(GFP_HIGHUSER);

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset_page(page, 0, 0x33, PAGE_SIZE);
	page_hook_set(PAGE_HOOK_POISON, false);
	page_hook_set(PAGE_HOOK_INIT_FREE, true);
	__free_page(page);
	page_hook_set(PAGE_HOOK_INIT_FREE, hooks & PAGE_HOOK_INIT_FREE);
	KUNIT_EXPECT_TRUE(test, is_zero(page)); /* free, and nobody else runs */
	page_hook_set(PAGE_HOOK_POISON, hooks & PAGE_HOOK_POISON);
}

static struct kunit_case page_alloc_cases[] = {
	KUNIT_CASE(orders_are_aligned),         KUNIT_CASE(order_11_warns_once),
	KUNIT_CASE(flags_choose_the_zone),      KUNIT_CASE(dma_and_highmem_is_dma),
	KUNIT_CASE(addresses_are_low),          KUNIT_CASE(zeroed_pages_are_zero),
	KUNIT_CASE(last_freed_comes_first),     KUNIT_CASE(tails_lead_to_the_head),
	KUNIT_CASE(held_pages_are_not_lost),    KUNIT_CASE_SLOW(held_pages_many_times),
	KUNIT_CASE(high_pages_are_counted),     KUNIT_CASE(exact_sizes_are_exact),
	KUNIT_CASE(bulk_fills_what_is_missing), KUNIT_CASE(init_on_alloc_zeroes),
	KUNIT_CASE(init_on_free_zeroes),        {},
};

static struct kunit_suite page_alloc_suite = {
	.name = "page_alloc",
	.test_cases = page_alloc_cases,
	.quick = true,
};
kunit_test_suite(page_alloc_suite);
