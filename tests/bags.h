/* SPDX-License-Identifier: MIT */
/*
 * Bags of free pages, for tests of the buddy allocator: what is put in comes out in another order.
 * And what the free lists of a zone must look like before and after. One test at a time.
 */
#ifndef TESTS_BAGS_H
#define TESTS_BAGS_H

#include "lib/random.h"
#include "mm/buddy.h"
#include "tests/kunit.h"

extern unsigned long in_bags; /* pages */
extern struct rnd_state bags_rnd;

/* Empty bags, and the same random numbers as last time. */
void bags_init(void);

void put_in_bag(struct page *page);
struct page *take_from_bag(void); /* only if there is one */

/* All pages of ZONE into the bags, one by one, as three kinds of memory. */
void take_everything(struct zone *zone);

/* The zone passes its self-check. */
void expect_consistent(struct kunit *test, const struct zone *zone);

/* How many free blocks of each order there are; there are as many as there were. */
void count_free(const struct zone *zone, unsigned long count[MAX_ORDER]);
void expect_counts(struct kunit *test, const struct zone *zone,
		   const unsigned long before[MAX_ORDER]);

#endif /* TESTS_BAGS_H */
