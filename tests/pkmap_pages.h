/* SPDX-License-Identifier: MIT */
/*
 * For tests of the PKMAP window: high pages to map, and a window with nothing idle in it.
 */
#ifndef TESTS_PKMAP_PAGES_H
#define TESTS_PKMAP_PAGES_H

#include "mm/highmem.h"
#include "tests/kunit.h"

/* Enough to wrap the window, and some. */
#define KMAP_TEST_PAGES (LAST_PKMAP + 4 * PKMAP_COLORS)

/*
 * kmap_test_pages() - @n high pages, above 4 GiB where there is RAM; an array that is gone with the
 * test, as they are. Skips the test if there are not so many. All are of one colour if @color is
 * one, of any if it is -1.
 * kmap_test_init() - a suite's init: skips without high memory, and takes idle slots back, so that
 * counts and flags do not depend on what ran before.
 */
struct page **kmap_test_pages(struct kunit *test, unsigned int n, int color);
int kmap_test_init(struct kunit *test);

/* The slot of a page that is mapped; LAST_PKMAP if it is not. Slots in use. */
unsigned int kmap_slot_of(const struct page *page);
unsigned int kmap_slots_in_use(void);

/*
 * kmap_slots_astray() - how many slots are not where their count says: an idle one has a hint, so
 * that a flush finds it; a free one is either in free_slots or at the hand of one CPU, so that it
 * is given out, once; any other is in neither. Only when nobody maps or unmaps.
 */
unsigned int kmap_slots_astray(void);

#endif
