/* SPDX-License-Identifier: MIT */
/*
 * Bags of free pages, and counts of free lists (bags.h). A bag is a list chosen at random.
 */
#include "tests/bags.h"

#define BAGS 256
static struct list_head bag[BAGS];
unsigned long in_bags;
struct rnd_state bags_rnd;

void bags_init(void)
{
	for (unsigned int i = 0; i < BAGS; i++)
		INIT_LIST_HEAD(&bag[i]);
	in_bags = 0;
	prandom_seed_state(&bags_rnd, 1);
}

void put_in_bag(struct page *page)
{
	list_add(&page->lru, &bag[prandom_u32_below(&bags_rnd, BAGS)]);
	in_bags++;
}

struct page *take_from_bag(void)
{
	u32 i = prandom_u32_below(&bags_rnd, BAGS);
	struct page *page;

	while (list_empty(&bag[i]))
		i = (i + 1) % BAGS;
	page = list_first_entry(&bag[i], struct page, lru);
	list_del(&page->lru);
	in_bags--;
	return page;
}

void expect_consistent(struct kunit *test, const struct zone *zone)
{
	const struct page *bad;
	const char *why = buddy_check(zone, &bad);

	if (why)
		KUNIT_FAIL(test, "zone %s: %s (frame %lx)", zone->name, why,
			   bad ? page_to_pfn(bad) : 0);
}

void take_everything(struct zone *zone)
{
	struct page *page;

	while ((page = buddy_alloc(zone, 0, prandom_u32_below(&bags_rnd, MIGRATE_PCPTYPES))) !=
	       NULL)
		put_in_bag(page);
}

void count_free(const struct zone *zone, unsigned long count[MAX_ORDER])
{
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		count[order] = zone->free_area[order].nr_free;
}

void expect_counts(struct kunit *test, const struct zone *zone,
		   const unsigned long before[MAX_ORDER])
{
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		KUNIT_EXPECT_EQ_MSG(test, zone->free_area[order].nr_free, before[order],
				    "free blocks of order %u in zone %s", order, zone->name);
}
