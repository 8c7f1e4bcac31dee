/* SPDX-License-Identifier: MIT */
/*
 * Proves: a buffer in pieces reads back what was put into it, whatever it lies in, and its release
 * gives everything back: head, data, every page, every buffer in the list, once the last user of
 * each has gone.
 */
#include "mm/fragbuf.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "tests/page_frag_test.h"

static struct page_frag_cache cache;
static unsigned long free_at_start;
static u8 data[3 * PAGE_SIZE], copied[16 * PAGE_SIZE];

static int case_begins(struct kunit *test)
{
	page_frag_cache_init(&cache);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (u8)(i * 7 + i / 256);
	free_at_start = free_pages_now();
	return 0;
}

static void nothing_is_lost(struct kunit *test)
{
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
}

/* A buffer with LEN bytes of data in its head. */
static struct fragbuf *with_head(unsigned int len)
{
	struct fragbuf *fb = fragbuf_alloc(&cache, len, GFP_KERNEL);
	void *to = fb ? fragbuf_extend(fb, len) : NULL;

	if (to)
		memcpy(to, data, len);
	return fb;
}

/* A page filled with FILL, high where there are high pages. */
static struct page *filled_page(unsigned int order, int fill)
{
	struct page *page = alloc_pages(GFP_HIGHUSER | __GFP_COMP, order);

	for (unsigned int i = 0; page && i < 1u << order; i++)
		memset_page(page + i, 0, fill + (int)i, PAGE_SIZE);
	return page;
}

static void heads_are_limited(struct kunit *test)
{
	struct fragbuf *fb = fragbuf_alloc(&cache, 100, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fb);
	KUNIT_EXPECT_NOT_NULL(test, fragbuf_extend(fb, 60));
	KUNIT_EXPECT_NULL(test, fragbuf_extend(fb, 41));
	KUNIT_EXPECT_NULL(test, fragbuf_extend(fb, ~0u));
	KUNIT_EXPECT_NOT_NULL(test, fragbuf_extend(fb, 40));
	KUNIT_EXPECT_EQ(test, fragbuf_len(fb), 100u);
	fragbuf_put(fb);
	fragbuf_put(NULL);
	KUNIT_EXPECT_NULL(test, fragbuf_alloc(&cache, PAGE_FRAG_CACHE_MAX_SIZE, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, fragbuf_alloc(&cache, ~0u, GFP_KERNEL));
}

/* Head, frags over page borders of a compound page, appended pages: read back at every offset. */
static void contents_are_read_back(struct kunit *test)
{
	struct fragbuf *fb = with_head(37), *child = with_head(11);
	struct page *page = filled_page(1, 0x40);
	unsigned int len;

	KUNIT_ASSERT_TRUE(test, fb && child && page);
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, PAGE_SIZE - 10, 20), 0);
	KUNIT_EXPECT_EQ(test, fragbuf_append(fb, data, PAGE_SIZE + 5, GFP_HIGHUSER), 0);
	KUNIT_EXPECT_EQ(test, fragbuf_append(child, data, 3, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, fragbuf_add_list(fb, child), 0);
	len = 37 + 20 + PAGE_SIZE + 5 + 11 + 3;
	KUNIT_EXPECT_EQ(test, fragbuf_len(fb), len);

	KUNIT_EXPECT_EQ(test, fragbuf_copy(fb, 0, copied, sizeof(copied)), len);
	KUNIT_EXPECT_MEMEQ(test, copied, data, 37);
	for (unsigned int i = 0; i < 20; i++)
		KUNIT_EXPECT_EQ(test, copied[37 + i], i < 10 ? 0x40 : 0x41);
	KUNIT_EXPECT_MEMEQ(test, copied + 57, data, PAGE_SIZE + 5);
	KUNIT_EXPECT_MEMEQ(test, copied + 57 + PAGE_SIZE + 5, data, 11);
	KUNIT_EXPECT_MEMEQ(test, copied + 57 + PAGE_SIZE + 16, data, 3);
	for (unsigned int at = 0; at < len; at += 13) {
		u8 part[29];
		unsigned int want = min(29u, len - at);

		KUNIT_ASSERT_EQ(test, fragbuf_copy(fb, at, part, 29), want);
		KUNIT_ASSERT_MEMEQ(test, part, copied + at, want);
	}
	KUNIT_EXPECT_EQ(test, fragbuf_copy(fb, len, copied, 1), 0u);
	KUNIT_EXPECT_EQ(test, fragbuf_copy(fb, ~0u, copied, 1), 0u);
	fragbuf_put(fb);
}

static void wrong_pieces_are_refused(struct kunit *test)
{
	struct fragbuf *fb = with_head(8), *child = with_head(8), *other = with_head(8);
	struct page *page = filled_page(0, 1);

	KUNIT_ASSERT_TRUE(test, fb && child && other && page);
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, 0, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, 1, PAGE_SIZE), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, ~0u, 2), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, PAGE_SIZE - 1, 1), 0);
	for (unsigned int i = 1; i < FRAGBUF_MAX_FRAGS; i++) {
		get_page(page);
		KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, i, 2), 0);
	}
	KUNIT_EXPECT_EQ(test, fragbuf_add_page(fb, page, 0, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fragbuf_append(fb, data, 1, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, page_count(page), FRAGBUF_MAX_FRAGS);

	KUNIT_EXPECT_EQ(test, fragbuf_add_list(fb, fb), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_list(fb, child), 0);
	KUNIT_EXPECT_EQ(test, fragbuf_add_list(fb, child), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_list(child, other), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_add_list(other, fb), -EINVAL);
	KUNIT_EXPECT_EQ(test, fragbuf_append(fb, data, 1, GFP_KERNEL), -EINVAL);
	fragbuf_put(other);
	fragbuf_put(fb);
}

/* What the buffer is made of: head with data, high pages, a list of buffers with pages. */
static struct fragbuf *whole_packet(void)
{
	struct fragbuf *fb = with_head(200);
	struct page *page;

	for (int i = 0; fb && i < 4; i++) {
		page = filled_page(0, i);
		if (page)
			fragbuf_add_page(fb, page, 0, PAGE_SIZE);
	}
	for (int i = 0; fb && i < 3; i++) {
		struct fragbuf *child = with_head(64);

		if (child && fragbuf_append(child, data, sizeof(data), GFP_HIGHUSER) == 0)
			fragbuf_add_list(fb, child);
	}
	return fb;
}

/* Free pages return to the start, and so do the high ones. */
static void release_gives_everything_back(struct kunit *test)
{
	unsigned long high = nr_free_highpages();
	struct fragbuf *fb = whole_packet();

	KUNIT_ASSERT_NOT_NULL(test, fb);
	KUNIT_ASSERT_EQ(test, fb->nr_frags, 4u);
	KUNIT_EXPECT_EQ(test, fragbuf_len(fb), 200 + 4 * PAGE_SIZE + 3 * (64 + 3 * PAGE_SIZE));
	if (high > 64)
		KUNIT_EXPECT_TRUE(test, PageHighMem(fb->frags[3].page));
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start - 8 - 4 - 9);
	fragbuf_put(fb);
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start);
	KUNIT_EXPECT_EQ(test, nr_free_highpages(), high);
}

/* Other users, of a page, of a buffer in the list, of the whole: each keeps what it uses. */
static void users_keep_what_they_use(struct kunit *test)
{
	struct fragbuf *fb = whole_packet(), *child;
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, fb);
	KUNIT_ASSERT_EQ(test, fb->nr_frags, 4u);
	page = fb->frags[3].page;
	child = fb->frag_list;
	KUNIT_ASSERT_NOT_NULL(test, child);
	get_page(page);
	fragbuf_get(child);
	fragbuf_get(fb);
	fragbuf_put(fb);
	KUNIT_EXPECT_EQ(test, fragbuf_copy(fb, 0, copied, 200), 200u);
	fragbuf_put(fb);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, fragbuf_copy(child, 64, copied, sizeof(data)), sizeof(data));
	KUNIT_EXPECT_MEMEQ(test, copied, data, sizeof(data));
	page_frag_cache_drain(&cache);
	KUNIT_EXPECT_EQ(test, free_pages_now(), free_at_start - 8 - 1 - 3);
	fragbuf_put(child);
	put_page(page);
}

static struct kunit_case fragbuf_cases[] = {
	KUNIT_CASE(heads_are_limited),        KUNIT_CASE(contents_are_read_back),
	KUNIT_CASE(wrong_pieces_are_refused), KUNIT_CASE(release_gives_everything_back),
	KUNIT_CASE(users_keep_what_they_use), {},
};

static struct kunit_suite fragbuf_suite = {
	.name = "fragbuf",
	.init = case_begins,
	.exit = nothing_is_lost,
	.test_cases = fragbuf_cases,
	.quick = true,
};
kunit_test_suite(fragbuf_suite);
