/* SPDX-License-Identifier: MIT */
/*
 * Pages for tests of the PKMAP window, and the invariant of all tests: who maps, unmaps.
 */
#include "tests/pkmap_pages.h"
#include "lib/printf.h"
#include "mm/mmzone.h"
#include "mm/page_alloc.h"
#include "mm/page_search.h"
#include "tests/invariant.h"
#include "tests/page_sign.h"

struct page_stock {
	struct page **pages;
	unsigned int nr;
};

static void free_stock(void *context)
{
	struct page_stock *stock = context;

	while (stock->nr)
		__free_page(stock->pages[--stock->nr]);
}

struct page **kmap_test_pages(struct kunit *test, unsigned int n, int color)
{
	struct page_stock *stock = kunit_kzalloc(test, sizeof(*stock), GFP_KERNEL);
	unsigned int others = 0, most = color < 0 ? 0 : 8 * n * PKMAP_COLORS;
	struct page **wrong = kunit_kzalloc(test, (most + 1) * sizeof(*wrong), GFP_KERNEL);
	struct page_search search;

	KUNIT_ASSERT_NOT_NULL(test, stock);
	KUNIT_ASSERT_NOT_NULL(test, wrong);
	stock->pages = kunit_kzalloc(test, n * sizeof(*stock->pages), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stock->pages);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, free_stock, stock), 0);
	page_search_begin(&search, PFN_4G);
	while (stock->nr < n && others <= most) {
		struct page *page = page_search_next(&search, GFP_HIGHUSER | __GFP_NOWARN, 0);

		if (!page)
			break;
		if (PageHighMem(page) && (color < 0 || (int)get_pkmap_color(page) == color)) {
			stock->pages[stock->nr++] = page;
		} else if (!PageHighMem(page) || others == most) {
			__free_page(page);
			break;
		} else {
			wrong[others++] = page;
		}
	}
	while (others)
		__free_page(wrong[--others]);
	page_search_end(&search);
	if (stock->nr < n)
		kunit_skip(test, "needs %u high pages", n);
	for (unsigned int i = 0; i < n; i++)
		KUNIT_ASSERT_TRUE(test, highest_there_are(stock->pages[i]));
	return stock->pages;
}

int kmap_test_init(struct kunit *test)
{
	if (totalhigh_pages() == 0)
		kunit_skip(test, "no high memory");
	kmap_flush_unused();
	return 0;
}

unsigned int kmap_slot_of(const struct page *page)
{
	const void *va = page_address(page);

	return va ? PKMAP_NR((unsigned long)va) : LAST_PKMAP;
}

unsigned int kmap_slots_in_use(void)
{
	unsigned int nr, used = 0;

	for (nr = 0; nr < LAST_PKMAP; nr++)
		used += pkmap_count_of(nr) >= 2;
	return used;
}

/* Users of PKMAP slots: each kmap() has its kunmap(). */
static void take_users(struct invariant_state *now)
{
	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++)
		if (pkmap_count_of(nr) >= 2)
			now->value[0] += pkmap_count_of(nr) - 1;
}

static bool judge_users(const struct invariant_state *before, const struct invariant_state *after,
			char *why, size_t size)
{
	snprintf(why, size, "PKMAP slots had %llu users and have %llu", before->value[0],
		 after->value[0]);
	return before->value[0] == after->value[0];
}
TEST_INVARIANT(pkmap_users, take_users, judge_users);
