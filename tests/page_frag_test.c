/* SPDX-License-Identifier: MIT */
/*
 * Proves: fragments do not overlap, a block is used again or replaced exactly as its fragments
 * allow, and everything goes back: after each case as many pages are free as before it.
 */
#include "mm/page_frag.h"
#include "kernel/cpu/traps.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/fault_inject.h"
#include "mm/page_alloc.h"
#include "tests/interrupt_once.h"
#include "tests/kunit.h"
#include "tests/page_frag_test.h"

#define cache         frag_test_cache
#define free_at_start frag_test_free_at_start

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
		count += page_frag_own(&cache);
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

/* A block keeps its charge for the bytes that are left, also when most of it goes for no bytes. */
static void no_bytes_leave_charge_for_the_rest(struct kunit *test)
{
	volatile unsigned int none = 0;
	char *first = page_frag_alloc(&cache, 1, GFP_KERNEL), *at;
	struct page *block = block_of(first);

	KUNIT_ASSERT_NOT_NULL(test, first);
	for (unsigned int i = 0; i < 2 * PAGE_FRAG_CACHE_MAX_SIZE; i++) {
		page_frag_free(page_frag_alloc(&cache, none, GFP_KERNEL));
		KUNIT_ASSERT_GT(test, page_frag_own(&cache), (int)cache.offset);
	}
	while (cache.offset >= 64) {
		at = page_frag_alloc(&cache, 64, GFP_KERNEL); /* a size that the compiler knows */
		KUNIT_ASSERT_PTR_EQ(test, block_of(at), block);
		KUNIT_ASSERT_GT(test, page_frag_own(&cache), (int)cache.offset);
		page_frag_free(at);
	}
	page_frag_free(first);
	KUNIT_EXPECT_EQ(test, page_count(block), page_frag_own(&cache));
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

static void freeing_handler(unsigned int irq, void *arg)
{
	page_frag_free(*(char **)arg);
}

static void interrupts_may_free(struct kunit *test)
{
	char *at = page_frag_alloc(&cache, 64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, at);
	page_frag_cache_drain(&cache);
	interrupt_once(test, freeing_handler, "frag", &at);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

static struct kunit_case page_frag_cases[] = {
	KUNIT_CASE_SLOW(fragments_do_not_overlap),
	KUNIT_CASE(free_blocks_are_used_again),
	KUNIT_CASE(held_fragments_keep_their_block),
	KUNIT_CASE_SLOW(a_block_of_single_bytes),
	KUNIT_CASE_SLOW(fragments_of_no_bytes),
	KUNIT_CASE(no_bytes_leave_charge_for_the_rest),
	KUNIT_CASE(draining),
	KUNIT_CASE(odd_alignments_are_reported),
	KUNIT_CASE(more_frees_than_fragments),
	KUNIT_CASE(interrupts_may_free),
	{},
};

static struct kunit_suite page_frag_suite = {
	.name = "page_frag",
	.init = frag_test_begin,
	.exit = frag_test_end,
	.test_cases = page_frag_cases,
	.quick = true,
};
kunit_test_suite(page_frag_suite);
