/* SPDX-License-Identifier: MIT */
/*
 * Proves: fragments do not overlap, a block is used again or replaced exactly as its fragments
 * allow, what does not fit is refused without harm, and everything goes back: after each case as
 * many pages are free as before it.
 */
#include "mm/page_frag.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "mm/page_alloc.h"
#include "tests/cpu_raise.h"
#include "tests/invariant.h"
#include "tests/kunit.h"

static struct page_frag_cache cache;
static unsigned long free_at_start;

static unsigned long free_pages_now(void)
{
	drain_all_pages(NULL);
	return nr_free_pages();
}

static int case_begins(struct kunit *test)
{
	page_frag_cache_init(&cache);
	free_at_start = free_pages_now();
	return 0;
}

static void nothing_is_lost(struct kunit *test)
{
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

static struct page *block_of(const void *fragment)
{
	return virt_to_head_page(fragment);
}

#define SLOTS 64

static struct slot {
	u8 *at;
	unsigned int size;
	struct page *block;
} slots[SLOTS];

/* Frees a fragment. False: it does not hold what was written to it. */
static bool free_slot(struct slot *slot)
{
	unsigned int b = 0;

	if (!slot->at)
		return true;
	while (b < slot->size && slot->at[b] == (u8)(slot - slots))
		b++;
	page_frag_free(slot->at);
	slot->at = NULL;
	return b == slot->size;
}

/* The references of BLOCK are the fragments that are out, and the cache's own if it is its block.
 */
static bool count_is_right(struct page *block)
{
	int count = 0;

	for (unsigned int i = 0; i < SLOTS; i++)
		count += slots[i].at && slots[i].block == block;
	if (cache.va && virt_to_page(cache.va) == block)
		count += cache.pagecnt_bias;
	return page_count(block) == count;
}

/*
 * Random sizes and alignments, freed in random order, the cache drained now and then, blocks that
 * are not to be had: no fragment is written through another, and references are what they must be.
 */
static void fragments_do_not_overlap(struct kunit *test)
{
	static const unsigned int aligns[] = {1, 2, 16, 64, 256, 4096};
	struct rnd_state rnd = {.state = 7};
	struct fault_settings saved;

	fault_suspend(&saved, true);
	for (unsigned int n = 0; n < 50000; n++) {
		unsigned int i = prandom_u32_below(&rnd, SLOTS);
		unsigned int align = aligns[prandom_u32_below(&rnd, ARRAY_SIZE(aligns))];
		struct slot *slot = &slots[i];

		KUNIT_EXPECT_TRUE(test, free_slot(slot));
		if (prandom_u32_below(&rnd, 500) == 0)
			page_frag_cache_drain(&cache);
		fault_nth(prandom_u32_below(&rnd, 100) == 0);
		slot->size = 1 + prandom_u32_below(&rnd, n % 16 ? 700 : 9000);
		slot->at = page_frag_alloc_align(&cache, slot->size, GFP_KERNEL, align);
		fault_nth(0);
		if (!slot->at) /* only the page of a block that failed is too small */
			KUNIT_ASSERT_TRUE(test, slot->size > cache.size);
		if (!slot->at)
			continue;
		slot->block = block_of(slot->at);
		KUNIT_ASSERT_TRUE(test, IS_ALIGNED((uintptr_t)slot->at, align));
		KUNIT_ASSERT_TRUE(test, virt_addr_valid(slot->at + slot->size - 1));
		KUNIT_ASSERT_TRUE(test, count_is_right(slot->block));
		memset(slot->at, (int)i, slot->size);
	}
	for (unsigned int i = 0; i < SLOTS; i++)
		KUNIT_EXPECT_TRUE(test, free_slot(&slots[i]));
	fault_resume(&saved);
}

/* Everything freed before the block is exhausted: the same block again, and its fragments again. */
static void free_blocks_are_used_again(struct kunit *test)
{
	char *first = page_frag_alloc(&cache, 1024, GFP_KERNEL), *again = NULL;
	struct page *block = block_of(first);
	unsigned int pieces = cache.size / 1024;

	KUNIT_ASSERT_NOT_NULL(test, first);
	page_frag_free(first);
	for (unsigned int i = 1; i <= 3 * pieces; i++) {
		again = page_frag_alloc(&cache, 1024, GFP_KERNEL);
		KUNIT_ASSERT_PTR_EQ(test, block_of(again), block);
		page_frag_free(again);
	}
	KUNIT_EXPECT_PTR_EQ(test, again, first);
}

/* One fragment is held: a new block; and the old one is freed exactly with that fragment. */
static void held_fragments_keep_their_block(struct kunit *test)
{
	char *held = page_frag_alloc(&cache, 1024, GFP_KERNEL), *next;
	struct page *block = block_of(held);
	unsigned int pages = cache.size / PAGE_SIZE;
	unsigned long with_one, with_two;
	unsigned int n = 0;

	KUNIT_ASSERT_NOT_NULL(test, held);
	with_one = free_pages_now();
	do {
		next = page_frag_alloc(&cache, 1024, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, next);
		page_frag_free(next);
		KUNIT_ASSERT_LE(test, ++n, PAGE_FRAG_CACHE_MAX_SIZE / 1024);
	} while (block_of(next) == block);
	KUNIT_EXPECT_EQ(test, page_count(block), 1);
	with_two = free_pages_now();
	KUNIT_EXPECT_EQ(test, with_two, with_one - cache.size / PAGE_SIZE);
	page_frag_free(held);
	KUNIT_EXPECT_EQ(test, free_pages_now(), with_two + pages);
}

/* The smallest fragments use up the charge of a block as far as it can be used up. */
static void a_block_of_single_bytes(struct kunit *test)
{
	char *last = page_frag_alloc(&cache, 1, GFP_KERNEL), *at = last;
	struct page *block = block_of(last);
	unsigned int n = 0;

	while (n++ < PAGE_FRAG_CACHE_MAX_SIZE && block_of(at) == block) {
		KUNIT_ASSERT_TRUE(test, n == 1 || at == last - 1);
		last = at;
		at = page_frag_alloc(&cache, 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, at);
	}
	KUNIT_EXPECT_TRUE(test, block_of(at) != block);
	page_frag_free(at);
	KUNIT_EXPECT_EQ(test, page_count(block), (int)n - 1);
	while (--n > 0)
		page_frag_free(last);
}

/* Fragments of no bytes have an address in the block, and use up no charge that is not there. */
static void fragments_of_no_bytes(struct kunit *test)
{
	volatile unsigned int none = 0;
	char *first = page_frag_alloc(&cache, none, GFP_KERNEL), *at = NULL;
	struct page *block = block_of(first);
	const unsigned int n = 100000;

	KUNIT_ASSERT_NOT_NULL(test, first);
	for (unsigned int i = 0; i < n; i++) {
		at = page_frag_alloc(&cache, none, GFP_KERNEL);
		KUNIT_ASSERT_PTR_EQ(test, block_of(at), block);
		page_frag_free(at);
	}
	for (unsigned int i = 0; i < n; i++)
		at = page_frag_alloc(&cache, none, GFP_KERNEL);
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, page_count(block), (int)n + 1);
	for (unsigned int i = 0; i < n; i++)
		page_frag_free(at);
	page_frag_free(first);
}

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

/* Memory down to the watermark, in blocks that are remembered by their lru and private. */
static void take_all_memory(struct list_head *blocks)
{
	for (int order = MAX_ORDER - 1; order >= 0; order--) {
		struct page *page;

		while ((page = alloc_pages(GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY,
					   (unsigned int)order)) != NULL) {
			set_page_private(page, (unsigned long)order);
			list_add(&page->lru, blocks);
		}
	}
}

static void give_back_memory(struct list_head *blocks)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, blocks, lru) {
		unsigned int order = (unsigned int)page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		__free_pages(page, order);
	}
}

/* No block of 32 KiB is to be had: 8 KiB do not fit the single page, 1 KiB does. */
static void a_single_page_serves_what_fits(struct kunit *test)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_MEMALLOC;
	LIST_HEAD(blocks);
	char *large, *at, *again, *aligned;
	unsigned int size;

	take_all_memory(&blocks);
	at = page_frag_alloc(&cache, 1024, gfp);
	size = cache.size;
	large = page_frag_alloc(&cache, 8192, gfp);
	aligned = page_frag_alloc_align(&cache, 64, gfp, 8192);
	again = page_frag_alloc(&cache, 1024, gfp);
	give_back_memory(&blocks);

	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_EXPECT_EQ(test, size, (unsigned int)PAGE_SIZE);
	KUNIT_EXPECT_NULL(test, large);
	KUNIT_EXPECT_NULL(test, aligned);
	KUNIT_EXPECT_PTR_EQ(test, again, at - 1024);
	page_frag_free(at);
	page_frag_free(again);
}

/* The same, with the one allocation of the block made to fail. */
static void a_block_that_fails_becomes_a_page(struct kunit *test)
{
	struct fault_settings saved;
	char *at, *large, *again;

	fault_suspend(&saved, true);
	fault_nth(1);
	at = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	fault_nth(0);
	fault_resume(&saved);
	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_EXPECT_EQ(test, cache.size, (unsigned int)PAGE_SIZE);
	large = page_frag_alloc(&cache, 8192, GFP_KERNEL);
	KUNIT_EXPECT_NULL(test, large);
	again = page_frag_alloc(&cache, 1024, GFP_KERNEL);
	KUNIT_EXPECT_PTR_EQ(test, again, at - 1024);
	page_frag_free(at);
	page_frag_free(again);
}

/* A block from the reserves is not used again, though nobody holds a fragment of it. */
static void reserves_are_given_back(struct kunit *test)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_MEMALLOC;
	LIST_HEAD(blocks);
	bool reserve, later;
	unsigned int i;
	char *at;

	take_all_memory(&blocks);
	at = page_frag_alloc(&cache, 1024, gfp);
	reserve = page_frag_cache_is_pfmemalloc(&cache);
	give_back_memory(&blocks);
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
	LIST_HEAD(blocks);
	char *none, *at;

	take_all_memory(&blocks);
	none = page_frag_alloc(&cache, 64, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY);
	give_back_memory(&blocks);
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

static void draining(struct kunit *test)
{
	char *at[3];

	page_frag_cache_drain(&cache); /* empty: nothing */
	for (unsigned int i = 0; i < 3; i++)
		at[i] = page_frag_alloc(&cache, 100, GFP_KERNEL);
	for (unsigned int i = 0; i < 3; i++)
		page_frag_free(at[i]);
	page_frag_cache_drain(&cache);
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);

	at[0] = page_frag_alloc(&cache, 100, GFP_KERNEL);
	at[1] = page_frag_alloc(&cache, 100, GFP_KERNEL);
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, page_count(block_of(at[0])), 2);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start - 8);
	page_frag_free(at[1]);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start - 8);
	page_frag_free(at[0]);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

static void odd_alignments_are_reported(struct kunit *test)
{
	char *at = NULL;

	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*48 is no alignment*",
				at = page_frag_alloc_align(&cache, 10, GFP_KERNEL, 48));
	warn_once_reset();
	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_free(at);
	at = page_frag_alloc_align(&cache, 10, GFP_KERNEL, PAGE_FRAG_CACHE_MAX_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, at);
	KUNIT_EXPECT_EQ(test, (uintptr_t)at % PAGE_FRAG_CACHE_MAX_SIZE, 0ul);
	page_frag_free(at);
}

static void more_frees_than_fragments(struct kunit *test)
{
	char *at = __alloc_page_frag(&cache, 64, GFP_ATOMIC);

	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_cache_drain(&cache);
	__free_page_frag(at);
	warn_once_reset();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*which nobody uses*", __free_page_frag(at));
	warn_once_reset();
	KUNIT_EXPECT_EQ(test, page_count(block_of(at)), 0);
}

#define FREE_IRQ 10

static void freeing_handler(unsigned int irq, void *arg)
{
	page_frag_free(*(char **)arg);
}

static void interrupts_may_free(struct kunit *test)
{
	char *at = page_frag_alloc(&cache, 64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_cache_drain(&cache);
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, freeing_handler, "frag", &at), 0);
	raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
	free_irq(FREE_IRQ);
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

/* --- every case: no cache on the stack is left with a block ------------------------------------
 */

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

static struct kunit_case page_frag_cases[] = {
	KUNIT_CASE_SLOW(fragments_do_not_overlap),
	KUNIT_CASE(free_blocks_are_used_again),
	KUNIT_CASE(held_fragments_keep_their_block),
	KUNIT_CASE_SLOW(a_block_of_single_bytes),
	KUNIT_CASE_SLOW(fragments_of_no_bytes),
	KUNIT_CASE(what_does_not_fit_is_refused),
	KUNIT_CASE_SLOW(a_single_page_serves_what_fits),
	KUNIT_CASE(a_block_that_fails_becomes_a_page),
	KUNIT_CASE_SLOW(reserves_are_given_back),
	KUNIT_CASE_SLOW(without_memory),
	KUNIT_CASE(high_memory_is_refused),
	KUNIT_CASE(draining),
	KUNIT_CASE(odd_alignments_are_reported),
	KUNIT_CASE(more_frees_than_fragments),
	KUNIT_CASE(interrupts_may_free),
	KUNIT_CASE(full_looks_at_the_last_size),
	KUNIT_CASE(the_example_leaks_unless_full),
	KUNIT_CASE(undrained_caches_are_named),
	{},
};

static struct kunit_suite page_frag_suite = {
	.name = "page_frag",
	.init = case_begins,
	.exit = nothing_is_lost,
	.test_cases = page_frag_cases,
	.quick = true,
};
kunit_test_suite(page_frag_suite);
