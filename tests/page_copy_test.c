/* SPDX-License-Identifier: MIT */
/*
 * Proves the helpers of mm/highmem.h: exactly the bytes asked for, to the last one of a page; one
 * byte more is a BUG; compound pages go page by page; and one map shows one page only.
 */
#include "kernel/cpu/extable.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/page_search.h"
#include "tests/kunit.h"
#include "tests/page_sign.h"

#define ORDER 2
#define PAGES (1u << ORDER)

static struct page *block, *page, *other;

/* Byte @i of the block as fill() leaves it. */
static u8 old(unsigned int i)
{
	return (u8)(i * 7 + i / 251 + 1) | 1;
}

static void fill(struct page *first, unsigned int n)
{
	for (unsigned int p = 0; p < n; p++) {
		u8 *va = kmap_local_page(first + p);

		for (unsigned int i = 0; i < PAGE_SIZE; i++)
			va[i] = old(p * PAGE_SIZE + i);
		kunmap_local(va);
	}
}

static u8 byte_at(struct page *first, unsigned int i)
{
	u8 *va = kmap_local_page(first + i / PAGE_SIZE), value = va[i % PAGE_SIZE];

	kunmap_local(va);
	return value;
}

static int take_pages(struct kunit *test)
{
	struct page_search search;

	page_search_begin(&search, PFN_4G);
	block = page_search_next(&search, GFP_HIGHUSER | __GFP_COMP, ORDER);
	page = page_search_next(&search, GFP_HIGHUSER, 0);
	other = page_search_next(&search, GFP_HIGHUSER, 0);
	page_search_end(&search);
	if (!block || !page || !other || !highest_there_are(block) || !highest_there_are(page))
		return -ENOMEM;
	fill(block, PAGES);
	fill(page, 1);
	fill(other, 1);
	return 0;
}

static void give_pages(struct kunit *test)
{
	if (block)
		__free_pages(block, ORDER);
	if (page)
		__free_page(page);
	if (other)
		__free_page(other);
	block = page = other = NULL;
}

static void pages_are_cleared_and_copied_whole(struct kunit *test)
{
	clear_highpage(other);
	for (unsigned int i = 0; i < PAGE_SIZE; i += 1)
		KUNIT_ASSERT_EQ(test, byte_at(other, i), 0);
	copy_highpage(other, page);
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		KUNIT_ASSERT_EQ(test, byte_at(other, i), old(i));
	clear_user_highpage(other, 0x1000);
	KUNIT_EXPECT_EQ(test, byte_at(other, PAGE_SIZE - 1), 0);
	copy_user_highpage(other, page, 0x1000, NULL);
	KUNIT_EXPECT_EQ(test, byte_at(other, PAGE_SIZE - 1), old(PAGE_SIZE - 1));
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
}

static void parts_end_with_the_page(struct kunit *test)
{
	char bytes[8] = "abcdefg";

	memcpy_to_page(page, PAGE_SIZE - 8, bytes, 8);
	KUNIT_EXPECT_EQ(test, byte_at(page, PAGE_SIZE - 1), 0);
	KUNIT_EXPECT_EQ(test, byte_at(page, PAGE_SIZE - 2), 'g');
	KUNIT_EXPECT_EQ(test, byte_at(page, PAGE_SIZE - 9), old(PAGE_SIZE - 9));
	memcpy_from_page(bytes, page, PAGE_SIZE - 4, 4);
	KUNIT_EXPECT_EQ(test, bytes[0], 'e');
	memcpy_to_page(page, PAGE_SIZE, bytes, 0);
	memset_page(page, PAGE_SIZE - 1, 'x', 1);
	KUNIT_EXPECT_EQ(test, byte_at(page, PAGE_SIZE - 1), 'x');
	memzero_page(page, 0, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, byte_at(page, PAGE_SIZE - 1), 0);

	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memcpy_to_page(page, PAGE_SIZE - 8, bytes, 9));
	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memcpy_from_page(bytes, page, PAGE_SIZE, 1));
	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memset_page(page, 1, 0, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memzero_page(page, ~(size_t)0, 2));
	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memcpy_page(page, 1, other, 0, PAGE_SIZE));
	KUNIT_EXPECT_BUG(test, "*len > PAGE_SIZE*", memcpy_page(page, 0, other, 1, PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
}

static void bytes_go_from_page_to_page(struct kunit *test)
{
	memzero_page(other, 0, PAGE_SIZE);
	memcpy_page(other, 100, page, PAGE_SIZE - 50, 50);
	KUNIT_EXPECT_EQ(test, byte_at(other, 99), 0);
	KUNIT_EXPECT_EQ(test, byte_at(other, 100), old(PAGE_SIZE - 50));
	KUNIT_EXPECT_EQ(test, byte_at(other, 149), old(PAGE_SIZE - 1));
	KUNIT_EXPECT_EQ(test, byte_at(other, 150), 0);
	memcpy_page(page, 0, page, 2048, 2048); /* the same page, twice mapped */
	KUNIT_EXPECT_EQ(test, byte_at(page, 0), old(2048));
	KUNIT_EXPECT_EQ(test, byte_at(page, 2047), old(4095));
	KUNIT_EXPECT_EQ(test, byte_at(page, 2048), old(2048));
}

/* Are exactly the bytes of the two ranges zero? */
static bool only_these_are_zero(struct page *first, unsigned int n, unsigned int s1,
				unsigned int e1, unsigned int s2, unsigned int e2)
{
	for (unsigned int i = 0; i < n; i++) {
		bool inside = (i >= s1 && i < e1) || (i >= s2 && i < e2);

		if (byte_at(first, i) != (inside ? 0 : old(i)))
			return false;
	}
	return true;
}

static void segments_are_half_open(struct kunit *test)
{
	zero_user_segments(page, 10, 20, 4090, 4096);
	KUNIT_EXPECT_TRUE(test, only_these_are_zero(page, PAGE_SIZE, 10, 20, 4090, 4096));
	fill(page, 1);
	zero_user_segments(page, 20, 10, 30, 30); /* inverted, empty */
	KUNIT_EXPECT_TRUE(test, only_these_are_zero(page, PAGE_SIZE, 0, 0, 0, 0));
	zero_user_segment(page, 1, 2);
	zero_user(page, 5, 3);
	KUNIT_EXPECT_TRUE(test, only_these_are_zero(page, PAGE_SIZE, 1, 2, 5, 8));
	KUNIT_EXPECT_BUG(test, "*end1 > size*", zero_user_segment(page, 0, PAGE_SIZE + 1));
	KUNIT_EXPECT_BUG(test, "*end2 > size*", zero_user_segments(page, 0, 1, 0, PAGE_SIZE + 1));
}

static void compound_pages_go_page_by_page(struct kunit *test)
{
	unsigned int size = PAGES * PAGE_SIZE;

	zero_user_segments(block, 4000, 8200, size - 1, size);
	KUNIT_EXPECT_TRUE(test, only_these_are_zero(block, size, 4000, 8200, size - 1, size));
	KUNIT_EXPECT_BUG(test, "*end1 > size*", zero_user_segment(block, 0, size + 1));
}

/*
 * What code that treats one map as the map of a whole block meets behind its page: with guard slots
 * a fault, else whatever is mapped there, at best nothing.
 */
static void one_map_shows_one_page(struct kunit *test)
{
	char *va, byte;

	if (KM_INCR == 1)
		kunit_skip(test, "only debug builds have guard pages between the slots");
	va = kmap_local_pfn(page_to_pfn(block));
	KUNIT_EXPECT_EQ(test, copy_from_kernel_nofault(&byte, va + PAGE_SIZE - 1, 1), 0);
	KUNIT_EXPECT_NE(test, copy_from_kernel_nofault(&byte, va + PAGE_SIZE, 1), 0);
	KUNIT_EXPECT_NE(test, copy_from_kernel_nofault(&byte, va - 1, 1), 0);
	KUNIT_EXPECT_FAULT_READ(test, va + PAGE_SIZE);
	kunmap_local(va);
}

static struct kunit_case page_copy_cases[] = {
	KUNIT_CASE(pages_are_cleared_and_copied_whole),
	KUNIT_CASE(parts_end_with_the_page),
	KUNIT_CASE(bytes_go_from_page_to_page),
	KUNIT_CASE(segments_are_half_open),
	KUNIT_CASE(compound_pages_go_page_by_page),
	KUNIT_CASE(one_map_shows_one_page),
	{},
};

static struct kunit_suite page_copy_suite = {
	.name = "page_copy",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = page_copy_cases,
	.quick = true,
};
kunit_test_suite(page_copy_suite);
