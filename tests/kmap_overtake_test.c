/* SPDX-License-Identifier: MIT */
/*
 * Proves that references which are taken without a lock are to the right page: between any two
 * instructions of kmap() and kmap_high_get() another CPU gives the page's slot to another page.
 *
 * Nobody touches the pages through their slots: a flush then needs no answer of the CPU that is
 * stopped in the middle.
 */
#include "mm/page_alloc.h"
#include "mm/pkmap_internal.h"
#include "tests/overtake.h"
#include "tests/pkmap_pages.h"

#define MAX_STEPS 150 /* debug builds write holders down: long after the reference was taken */

static struct {
	struct page *page, *other;
	unsigned int nr; /* the page's slot */
	void *va;        /* what the function in question said */
} moved;

/* @page gets slot @nr, if that is free. */
static void map_at(struct page *page, unsigned int nr)
{
	lock_kmap();
	pkmap_search_from(0, nr - PKMAP_COLORS);
	unlock_kmap();
	kmap(page);
}

static void give_slot_away(void *unused)
{
	kunmap(moved.page);
	kmap_flush_unused();
	map_at(moved.other, moved.nr);
}

static void call_kmap(void *unused)
{
	moved.va = kmap(moved.page);
}

static void call_get(void *unused)
{
	moved.va = kmap_high_get(moved.page);
}

/* Overtakes @fn at each of its instructions; each time it must have got the page, or nothing. */
static void overtake_everywhere(struct kunit *test, void (*fn)(void *))
{
	struct page **pages = kmap_test_pages(test, 2, 0);
	unsigned int at, before, wrong = 0, slots_lost = 0;
	bool more = true;

	moved.page = pages[0];
	moved.other = pages[1];
	moved.nr = LAST_PKMAP / 2;
	overtake_begin(test, give_slot_away, NULL);
	for (at = 1; more && at < MAX_STEPS; at++) {
		map_at(moved.page, moved.nr);
		before = overtaken();
		more = overtake(fn, NULL, at);
		if (overtaken() != before) {
			slots_lost += kmap_slot_of(moved.other) == moved.nr;
			kunmap(moved.other);
		} else {
			kunmap(moved.page);
		}
		if (moved.va && kmap_to_page(moved.va) != moved.page) {
			wrong++;
			kunmap(moved.other);
		} else if (moved.va) {
			kunmap_high(moved.page);
		}
		kmap_flush_unused();
	}
	overtake_end();
	KUNIT_EXPECT_GE(test, slots_lost, 3u);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_EQ(test, kmap_slots_in_use(), 0u);
}

static void kmap_maps_the_right_page(struct kunit *test)
{
	overtake_everywhere(test, call_kmap);
}

static void get_takes_the_right_page(struct kunit *test)
{
	overtake_everywhere(test, call_get);
}

static struct kunit_case kmap_overtake_cases[] = {
	KUNIT_CASE(kmap_maps_the_right_page),
	KUNIT_CASE(get_takes_the_right_page),
	{},
};

static struct kunit_suite kmap_overtake_suite = {
	.name = "kmap_overtake",
	.init = kmap_test_init,
	.test_cases = kmap_overtake_cases,
};
kunit_test_suite(kmap_overtake_suite);
