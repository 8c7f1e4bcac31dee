/* SPDX-License-Identifier: MIT */
/*
 * The buddy allocator against a model that cannot be wrong: one byte a page.
 *
 * The model knows only which pages are free. That is enough: merged as far as possible, free pages
 * fall into blocks in exactly one way, so from the bytes follow the number of free blocks of every
 * order and whether a request can succeed. Three zones with borders anywhere (page blocks are
 * shared), holes in them, all mobilities, page blocks that change theirs.
 */
#include "mm/buddy.h"
#include "mm/pageblock.h"
#include "tests/host/harness.h"

#define PAGES      8192u
#define OPERATIONS 1000000
#define ZONES      3

struct page *mem_map;
unsigned long max_pfn, max_low_pfn;
struct page *zone_first_page[3];
struct zone node_zones[MAX_NR_ZONES];

enum { HOLE, FREE, TAKEN };
static unsigned char state[PAGES]; /* of each page */
static unsigned char types[ZONES][PAGES / 1024 + 2];

static struct {
	unsigned int pfn, order, zone;
} block[PAGES]; /* that are allocated */
static unsigned int blocks;

static unsigned int below(unsigned long long n)
{
	return (unsigned int)host_random_below(n);
}

/* Everything of [from, to) that is no hole becomes free, in the zone and in the model. */
static void hand_over(struct zone *zone, unsigned int from, unsigned int to)
{
	unsigned int end;

	if (!zone->lazy_map || host_random() % 2)
		memset(mem_map + from, 0, (to - from) * sizeof(struct page));
	for (; from < to; from = end + 1) {
		end = min(to, from + 1 + below(3000)); /* and one page at END is a hole */
		buddy_add_range(zone, from, end);
		memset(state + from, FREE, end - from);
		if (end < to)
			memset(mem_map + end, 0, sizeof(struct page));
	}
}

static void reset(void)
{
	unsigned int border[ZONES + 1] = {1, 1 + below(3000), 3500 + below(2000),
					  PAGES - below(600)};

	if (!mem_map)
		mem_map = aligned_alloc(1024 * sizeof(struct page), PAGES * sizeof(struct page));
	memset(mem_map, (int)below(256), PAGES * sizeof(struct page));
	memset(mem_map, 0, sizeof(struct page));
	memset(mem_map + border[ZONES], 0, (PAGES - border[ZONES]) * sizeof(struct page));
	memset(state, HOLE, sizeof(state));
	memset(types, MIGRATE_MOVABLE, sizeof(types));
	blocks = 0;
	for (unsigned int i = 0; i < ZONES; i++) {
		struct zone *zone = &node_zones[i];

		zone->zone_start_pfn = border[i];
		zone->spanned_pages = border[i + 1] - border[i];
		zone->pageblock_flags = types[i];
		zone->first_pageblock = border[i] / 1024;
		zone->lazy_map = below(2);
		buddy_init(zone, i);
		hand_over(zone, border[i], border[i + 1]);
	}
}

/* Are all 2^order pages from PFN on free and in ZONE? */
static int is_free_block(const struct zone *zone, unsigned long pfn, unsigned int order)
{
	if (!zone_spans_pfn(zone, pfn) || !zone_spans_pfn(zone, pfn + (1ul << order) - 1))
		return 0;
	for (unsigned long i = pfn; i < pfn + (1ul << order); i++)
		if (state[i] != FREE)
			return 0;
	return 1;
}

static void check_counts(const struct zone *zone)
{
	unsigned long count[MAX_ORDER] = {0}, pages = 0;

	for (unsigned int pfn = 0; pfn < PAGES;) {
		unsigned int order = MAX_ORDER - 1;

		while (order > 0 && (pfn % (1u << order) || !is_free_block(zone, pfn, order)))
			order--;
		if (is_free_block(zone, pfn, order)) {
			count[order]++;
			pages += 1ul << order;
		}
		pfn += 1u << order;
	}
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		EXPECT_EQ(zone->free_area[order].nr_free, count[order]);
	EXPECT_EQ(zone->nr_free_pages, pages);
}

static void check_everything(void)
{
	for (unsigned int i = 0; i < ZONES; i++) {
		EXPECT_STREQ(buddy_check(&node_zones[i], NULL), NULL);
		check_counts(&node_zones[i]);
	}
	for (unsigned int i = 0; i < 64; i++) {
		unsigned int pfn = below(PAGES);

		EXPECT_EQ(is_free_buddy_page(pfn_to_page(pfn)), state[pfn] == FREE);
	}
}

/* Blocks of ORDER or above that are on the lists of the types that a request for TYPE may use. */
static int could_serve(const struct zone *zone, unsigned int order, unsigned int type)
{
	for (; order < MAX_ORDER; order++)
		for (unsigned int t = 0; t < MIGRATE_TYPES; t++)
			if ((t == type ||
			     (t != MIGRATE_HIGHATOMIC && type != MIGRATE_HIGHATOMIC)) &&
			    buddy_count(zone, order, t))
				return 1;
	return 0;
}

static void allocate(unsigned int z, unsigned int order, unsigned int type)
{
	struct zone *zone = &node_zones[z];
	int possible = order > 5 ? could_serve(zone, order, type) : -1;
	struct page *page = buddy_alloc(zone, order, type);
	unsigned long pfn;

	if (possible >= 0)
		EXPECT_EQ(page != NULL, possible);
	if (!page)
		return;
	pfn = page_to_pfn(page);
	EXPECT_EQ(pfn % (1u << order), 0);
	EXPECT(is_free_block(zone, pfn, order));
	EXPECT_EQ(page->page_type, 0);
	memset(state + pfn, TAKEN, 1u << order);
	block[blocks].pfn = (unsigned int)pfn;
	block[blocks].order = order;
	block[blocks++].zone = z;
}

static void release(unsigned int i)
{
	struct zone *zone = &node_zones[block[i].zone];
	unsigned int pfn = block[i].pfn, order = block[i].order;

	block[i] = block[--blocks];
	memset(state + pfn, FREE, 1u << order);
	if (order > 0 && below(8) == 0) { /* in two halves, as a caller may */
		buddy_free(zone, pfn_to_page(pfn + (1u << (order - 1))), order - 1);
		order--;
	}
	buddy_free(zone, pfn_to_page(pfn), order);
}

static void random_operation(unsigned int pressure)
{
	unsigned int z = below(ZONES);
	struct zone *zone = &node_zones[z];

	if (below(2000) == 0) {
		struct page *page = pfn_to_page(zone->zone_start_pfn + below(zone->spanned_pages));

		buddy_set_pageblock(zone, page, below(MIGRATE_TYPES));
	} else if (below(100) < pressure) {
		unsigned int order = below(4) ? below(4) : below(MAX_ORDER);

		allocate(z, order, below(20) ? below(MIGRATE_PCPTYPES) : MIGRATE_HIGHATOMIC);
	} else if (blocks) {
		release(below(blocks));
	}
}

static void agrees_with_the_model(void)
{
	unsigned int pressure = 60;

	reset();
	for (unsigned int i = 0; i < OPERATIONS && host_ok(); i++) {
		random_operation(pressure);
		if (i % 500 == 0)
			check_everything();
		if (i % 3000 == 0)
			pressure = 35 + below(40);
		if (i % 25000 == 0)
			reset();
	}
	check_everything();
}

/* Take all pages one by one, give them back in another order: the lists are as they were. */
static void free_everything_restores_the_lists(void)
{
	unsigned long before[ZONES][MAX_ORDER];

	for (unsigned int round = 0; round < 20 && host_ok(); round++) {
		reset();
		for (unsigned int z = 0; z < ZONES; z++) {
			for (unsigned int order = 0; order < MAX_ORDER; order++)
				before[z][order] = node_zones[z].free_area[order].nr_free;
			while (node_zones[z].nr_free_pages)
				allocate(z, 0, below(MIGRATE_PCPTYPES));
		}
		while (blocks)
			release(below(blocks));
		check_everything();
		for (unsigned int z = 0; z < ZONES; z++)
			for (unsigned int order = 0; order < MAX_ORDER; order++)
				EXPECT_EQ(node_zones[z].free_area[order].nr_free, before[z][order]);
	}
}

static void lists_start_with_the_lowest_address(void)
{
	reset();
	for (unsigned int z = 0; z < ZONES; z++) {
		struct zone *zone = &node_zones[z];
		struct page *page;
		unsigned long last = 0;

		list_for_each_entry(page, &zone->free_area[9].free_list[MIGRATE_MOVABLE], lru) {
			EXPECT(page_to_pfn(page) > last);
			last = page_to_pfn(page);
		}
	}
}

/* A block that is damaged in any way is found by the self-check. */
static void self_check_finds_damage(void)
{
	struct zone *zone = &node_zones[1];
	const struct page *bad;
	struct page *page;

	reset();
	page = buddy_alloc(zone, 3, MIGRATE_UNMOVABLE);
	buddy_free(zone, page + 1, 0);
	page++;
	EXPECT_STREQ(buddy_check(zone, &bad), NULL);

	page->_refcount.counter = 1;
	EXPECT_STREQ(buddy_check(zone, &bad), "a free block has users");
	EXPECT(bad == page);
	page->_refcount.counter = 0;
	page->page_type ^= 1;
	EXPECT(buddy_check(zone, &bad) != NULL && bad == page);
	page->page_type ^= 1;
	zone->nr_free_pages++;
	EXPECT(buddy_check(zone, &bad) != NULL && bad == NULL);
	zone->nr_free_pages--;
	zone->free_mask[0] ^= 1;
	EXPECT(buddy_check(zone, &bad) != NULL);
	zone->free_mask[0] ^= 1;
	EXPECT_STREQ(buddy_check(zone, &bad), NULL);
}

static const struct host_case cases[] = {
	HOST_CASE(agrees_with_the_model),
	HOST_CASE(free_everything_restores_the_lists),
	HOST_CASE(lists_start_with_the_lowest_address),
	HOST_CASE(self_check_finds_damage),
	{0},
};

int main(int argc, char **argv)
{
	return host_main("buddy", cases, argc, argv);
}
