/* SPDX-License-Identifier: MIT */
/*
 * Proves that a scatter-gather list over high pages is the run of bytes that it describes: every
 * way through it is compared with a plain buffer of the same bytes. Lists have random elements,
 * some of which go on into the next page, some of which are empty, in one array or two.
 */
#include "lib/errno.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/page_search.h"
#include "mm/scatterlist.h"
#include "tests/kunit.h"
#include "tests/page_sign.h"

#define ORDER   2
#define BLOCK   (PAGE_SIZE << ORDER)
#define BLOCKS  3
#define ENTRIES 12
#define TOTAL   (BLOCKS * BLOCK)

static struct page *blocks[BLOCKS];
static struct scatterlist first[ENTRIES / 2 + 1], second[ENTRIES / 2];
static u8 *model, *buffer; /* TOTAL bytes each; model: what the list describes */
static unsigned int length;

static u8 pattern(unsigned int block, unsigned int offset)
{
	return (u8)(block * 91 + offset * 7 + offset / 253);
}

static void fill_blocks(void)
{
	for (unsigned int b = 0; b < BLOCKS; b++)
		for (unsigned int p = 0; p < 1u << ORDER; p++) {
			u8 *va = kmap_local_page(blocks[b] + p);

			for (unsigned int i = 0; i < PAGE_SIZE; i++)
				va[i] = pattern(b, p * PAGE_SIZE + i);
			kunmap_local(va);
		}
}

static void give_memory(struct kunit *test)
{
	for (unsigned int b = 0; b < BLOCKS; b++) {
		if (blocks[b])
			__free_pages(blocks[b], ORDER);
		blocks[b] = NULL;
	}
	kfree(model);
	kfree(buffer);
	model = buffer = NULL;
}

static int take_memory(struct kunit *test)
{
	struct page_search search;

	model = kmalloc(TOTAL, GFP_KERNEL);
	buffer = kmalloc(TOTAL, GFP_KERNEL);
	if (!model || !buffer)
		return -ENOMEM;
	page_search_begin(&search, PFN_4G);
	for (unsigned int b = 0; b < BLOCKS; b++)
		blocks[b] = page_search_next(&search, GFP_HIGHUSER, ORDER);
	page_search_end(&search);
	for (unsigned int b = 0; b < BLOCKS; b++)
		if (!blocks[b] || !highest_there_are(blocks[b]))
			return -ENOMEM;
	fill_blocks();
	return 0;
}

/* Elements that do not overlap: each block is cut into four parts, which come in a random order. */
static void random_list(struct rnd_state *rnd)
{
	unsigned int order[ENTRIES], cut[BLOCKS][5];

	for (unsigned int b = 0; b < BLOCKS; b++) {
		cut[b][0] = 0;
		cut[b][4] = BLOCK;
		for (unsigned int c = 1; c < 4; c++)
			cut[b][c] = cut[b][c - 1] +
				    prandom_u32_below(rnd, (BLOCK - cut[b][c - 1]) / 2 + 1);
	}
	for (unsigned int i = 0; i < ENTRIES; i++)
		order[i] = i;
	for (unsigned int i = ENTRIES - 1; i > 0; i--) {
		unsigned int other = prandom_u32_below(rnd, i + 1);

		swap(order[i], order[other]);
	}

	sg_init_table(first, ENTRIES / 2 + 1);
	sg_init_table(second, ENTRIES / 2);
	sg_chain(first, ENTRIES / 2 + 1, second);
	length = 0;
	for (unsigned int i = 0; i < ENTRIES; i++) {
		struct scatterlist *sg = i < ENTRIES / 2 ? &first[i] : &second[i - ENTRIES / 2];
		unsigned int b = order[i] / 4, c = order[i] % 4;
		unsigned int from = cut[b][c], len = cut[b][c + 1] - from;

		sg_set_page(sg, blocks[b], len, from);
		for (unsigned int n = 0; n < len; n++)
			model[length++] = pattern(b, from + n);
	}
}

static void lists_are_walked(struct kunit *test)
{
	struct scatterlist *sg;
	struct rnd_state rnd;
	unsigned int total = 0;
	int i;

	prandom_seed_state(&rnd, 1);
	random_list(&rnd);
	KUNIT_EXPECT_EQ(test, sg_nents(first), ENTRIES);
	KUNIT_EXPECT_PTR_EQ(test, sg_last(first, ENTRIES), &second[ENTRIES / 2 - 1]);
	for_each_sg(first, sg, ENTRIES, i) total += sg->length;
	KUNIT_EXPECT_NULL(test, sg);
	KUNIT_EXPECT_EQ(test, total, length);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(first, length), ENTRIES);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(first, length + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(first, 0), 0);
	KUNIT_EXPECT_BUG(test, "*sg_is_chain*", sg_page(&first[ENTRIES / 2]));
}

static void buffers_are_copied(struct kunit *test)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 2);
	for (unsigned int round = 0; round < 20; round++) {
		unsigned int skip, len, copied;

		random_list(&rnd);
		skip = prandom_u32_below(&rnd, length + 2);
		len = prandom_u32_below(&rnd, TOTAL + 1);
		copied = skip > length ? 0 : min(len, length - skip);

		/* Out of the list: all of it, and a part. */
		KUNIT_ASSERT_EQ(test, sg_copy_to_buffer(first, ENTRIES, buffer, TOTAL), length);
		KUNIT_ASSERT_EQ(test, memcmp(buffer, model, length), 0);
		memset(buffer, 0x5a, TOTAL);
		KUNIT_ASSERT_EQ(test, sg_pcopy_to_buffer(first, ENTRIES, buffer, len, skip),
				copied);
		KUNIT_ASSERT_EQ(test, memcmp(buffer, model + skip, copied), 0);
		if (copied < TOTAL)
			KUNIT_ASSERT_EQ(test, buffer[copied], 0x5a);

		/* Into it: a part; the rest stays as it was. */
		prandom_bytes_state(&rnd, buffer, len);
		memcpy(model + min(skip, length), buffer, copied);
		KUNIT_ASSERT_EQ(test, sg_pcopy_from_buffer(first, ENTRIES, buffer, len, skip),
				copied);
		sg_copy_to_buffer(first, ENTRIES, buffer, TOTAL);
		KUNIT_ASSERT_EQ(test, memcmp(buffer, model, length), 0);
		memset(model + min(skip, length), 0, copied);
		KUNIT_ASSERT_EQ(test, sg_zero_buffer(first, ENTRIES, len, skip), copied);
		sg_copy_to_buffer(first, ENTRIES, buffer, TOTAL);
		KUNIT_ASSERT_EQ(test, memcmp(buffer, model, length), 0);

		fill_blocks();
		KUNIT_ASSERT_EQ(test, kmap_depth(), 0u);
	}
}

/* Piece by piece, sometimes less of a piece than was offered. */
static void walk(struct kunit *test, unsigned int flags)
{
	struct sg_mapping_iter miter;
	struct rnd_state rnd;
	unsigned int at = 0;

	prandom_seed_state(&rnd, 3);
	random_list(&rnd);
	sg_miter_start(&miter, first, ENTRIES, flags);
	KUNIT_EXPECT_TRUE(test, sg_miter_skip(&miter, 10));
	at = 10;
	while (sg_miter_next(&miter)) {
		bool same = memcmp(miter.addr, model + at, miter.length) == 0;
		bool one_page = offset_in_page(miter.addr) + miter.length <= PAGE_SIZE;

		KUNIT_EXPECT_TRUE(test, same && one_page && miter.length > 0);
		KUNIT_EXPECT_EQ(test, miter.consumed, miter.length);
		if (prandom_u32_below(&rnd, 3) == 0)
			miter.consumed = prandom_u32_below(&rnd, (u32)miter.length) + 1;
		at += (unsigned int)miter.consumed;
		if (prandom_u32_below(&rnd, 4) == 0) {
			sg_miter_stop(&miter);
			KUNIT_EXPECT_NULL(test, miter.addr);
		}
	}
	sg_miter_stop(&miter);
	KUNIT_EXPECT_EQ(test, at, length);
	KUNIT_EXPECT_FALSE(test, sg_miter_next(&miter));
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
}

static void pieces_are_mapped(struct kunit *test)
{
	walk(test, SG_MITER_ATOMIC | SG_MITER_FROM_SG);
	walk(test, SG_MITER_FROM_SG);
}

static void tables_are_made(struct kunit *test)
{
	struct sg_table table;
	struct scatterlist one;
	struct scatterlist *sg;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sg_alloc_table(&table, 0, GFP_KERNEL), -EINVAL);
	KUNIT_ASSERT_EQ(test, sg_alloc_table(&table, 5, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, sg_nents(table.sgl), 5);
	for_each_sgtable_sg(&table, sg, i) sg_set_page(sg, blocks[0], 100, i * 100);
	KUNIT_EXPECT_EQ(test, sg_copy_to_buffer(table.sgl, 5, buffer, TOTAL), 500ul);
	KUNIT_EXPECT_EQ(test, buffer[499], pattern(0, 499));
	sg_free_table(&table);
	sg_init_one(&one, model, 77);
	KUNIT_EXPECT_PTR_EQ(test, sg_virt(&one), (void *)model);
	KUNIT_EXPECT_EQ(test, sg_phys(&one), __pa(model));
	KUNIT_EXPECT_TRUE(test, sg_is_last(&one));
}

static struct kunit_case scatterlist_cases[] = {
	KUNIT_CASE(lists_are_walked),
	KUNIT_CASE(buffers_are_copied),
	KUNIT_CASE(pieces_are_mapped),
	KUNIT_CASE(tables_are_made),
	{},
};

static struct kunit_suite scatterlist_suite = {
	.name = "scatterlist",
	.init = take_memory,
	.exit = give_memory,
	.test_cases = scatterlist_cases,
};
kunit_test_suite(scatterlist_suite);
