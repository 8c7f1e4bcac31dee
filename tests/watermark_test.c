/* SPDX-License-Identifier: MIT */
/*
 * Proves: marks, reserves, and per-CPU list sizes are Linux's for this machine's zones, by sums of
 * the test's own; and what a mark lets pass.
 */
#include "mm/page_alloc.h"
#include "mm/watermark.h"
#include "tests/kunit.h"

/* The root, by counting up: too simple to be wrong. */
static unsigned long slow_root(unsigned long n)
{
	unsigned long root = 0;

	while ((u64)(root + 1) * (root + 1) <= n)
		root++;
	return root;
}

static unsigned long low_managed(void)
{
	return node_zones[ZONE_DMA].managed_pages + node_zones[ZONE_NORMAL].managed_pages;
}

static void min_free_follows_from_low_memory(struct kunit *test)
{
	unsigned long want = slow_root(low_managed() * 4 * 16);

	if (want < 128)
		want = 128;
	if (want > 262144)
		want = 262144;
	KUNIT_EXPECT_EQ(test, min_free_kbytes, want);
}

static void marks_follow_from_min_free(struct kunit *test)
{
	const struct zone *zone;

	for_each_zone(zone)
	{
		u64 managed = zone->managed_pages;
		u64 share = (u64)(min_free_kbytes / 4) * managed / low_managed();
		u64 step = share / 4, scaled = managed * 10 / 10000, min = share;

		if (scaled > step)
			step = scaled;
		if (is_highmem(zone)) {
			min = managed / 1024;
			min = min < 32 ? 32 : min > 128 ? 128 : min;
		}
		KUNIT_EXPECT_EQ_MSG(test, (u64)zone->watermark[WMARK_MIN], min, "%s", zone->name);
		KUNIT_EXPECT_EQ_MSG(test, (u64)zone->watermark[WMARK_LOW], min + step, "%s",
				    zone->name);
		KUNIT_EXPECT_EQ_MSG(test, (u64)zone->watermark[WMARK_HIGH], min + 2 * step, "%s",
				    zone->name);
	}
}

static void reserves_follow_from_what_is_above(struct kunit *test)
{
	unsigned long normal = node_zones[ZONE_NORMAL].managed_pages;
	unsigned long high = node_zones[ZONE_HIGHMEM].managed_pages;
	const unsigned long *dma = node_zones[ZONE_DMA].lowmem_reserve;
	const unsigned long *norm = node_zones[ZONE_NORMAL].lowmem_reserve;

	KUNIT_EXPECT_EQ(test, dma[ZONE_DMA], 0ul);
	KUNIT_EXPECT_EQ(test, dma[ZONE_NORMAL], normal / 256);
	KUNIT_EXPECT_EQ(test, dma[ZONE_HIGHMEM], (normal + high) / 256);
	KUNIT_EXPECT_EQ(test, norm[ZONE_DMA], 0ul);
	KUNIT_EXPECT_EQ(test, norm[ZONE_NORMAL], 0ul);
	KUNIT_EXPECT_EQ(test, norm[ZONE_HIGHMEM], normal ? high / 32 : 0ul);
	for (unsigned int i = 0; i < MAX_NR_ZONES; i++)
		KUNIT_EXPECT_EQ(test, node_zones[ZONE_HIGHMEM].lowmem_reserve[i], 0ul);
}

static void list_sizes_follow_from_the_zone(struct kunit *test)
{
	const struct zone *zone;

	for_each_zone(zone)
	{
		unsigned long b = zone->managed_pages / 1024, batch = 1, high;

		b = (b < 256 ? b : 256) / 4;
		b = b ? b : 1;
		while (batch * 2 <= b + b / 2)
			batch *= 2;
		batch = batch > 2 ? batch - 1 : 1;
		high = zone->watermark[WMARK_LOW] / num_present_cpus();
		high = high > 4 * batch ? high : 4 * batch;
		KUNIT_EXPECT_EQ_MSG(test, (unsigned long)zone->pageset_batch, batch, "%s",
				    zone->name);
		KUNIT_EXPECT_EQ_MSG(test, (unsigned long)zone->pageset_high, high, "%s",
				    zone->name);
	}
}

/* A zone of 1000 free pages, of which the 8 largest blocks are of order 5. */
static void make_zone(struct zone *zone)
{
	*zone = (struct zone){.nr_free_pages = 1000, .managed_pages = 4000};
	zone->lowmem_reserve[ZONE_HIGHMEM] = 300;
	for (unsigned int order = 0; order < 6; order++)
		zone->free_mask[MIGRATE_MOVABLE] |= 1u << order;
}

static void marks_let_pass(struct kunit *test)
{
	static struct zone zone;

	make_zone(&zone);
	/* free - (2^order - 1) must exceed the mark ... */
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 0, 999, ZONE_NORMAL, 0));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 0, 1000, ZONE_NORMAL, 0));
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 3, 992, ZONE_NORMAL, 0));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 3, 993, ZONE_NORMAL, 0));
	/* ... and what is kept from requests that could go higher. */
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 0, 699, ZONE_HIGHMEM, 0));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 0, 700, ZONE_HIGHMEM, 0));
	/* Half of the mark for some; a further quarter for others. */
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 0, 1998, ZONE_NORMAL, ALLOC_HIGH));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 0, 2000, ZONE_NORMAL, ALLOC_HIGH));
	KUNIT_EXPECT_TRUE(
		test, zone_watermark_ok(&zone, 0, 2664, ZONE_NORMAL, ALLOC_HIGH | ALLOC_HARDER));
	KUNIT_EXPECT_FALSE(
		test, zone_watermark_ok(&zone, 0, 2668, ZONE_NORMAL, ALLOC_HIGH | ALLOC_HARDER));
	/* There must be a block. */
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 5, 10, ZONE_NORMAL, 0));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 6, 10, ZONE_NORMAL, 0));
	/* The reserve for atomic requests is theirs. */
	zone.free_mask[MIGRATE_HIGHATOMIC] = 1u << 8;
	zone.nr_reserved_highatomic = 256;
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 6, 10, ZONE_NORMAL, 0));
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 6, 10, ZONE_NORMAL, ALLOC_HARDER));
	KUNIT_EXPECT_FALSE(test, zone_watermark_ok(&zone, 0, 744, ZONE_NORMAL, 0));
	KUNIT_EXPECT_TRUE(test, zone_watermark_ok(&zone, 0, 744, ZONE_NORMAL, ALLOC_HARDER));
}

static struct kunit_case watermark_cases[] = {
	KUNIT_CASE(min_free_follows_from_low_memory),
	KUNIT_CASE(marks_follow_from_min_free),
	KUNIT_CASE(reserves_follow_from_what_is_above),
	KUNIT_CASE(list_sizes_follow_from_the_zone),
	KUNIT_CASE(marks_let_pass),
	{},
};

static struct kunit_suite watermark_suite = {
	.name = "watermark",
	.test_cases = watermark_cases,
	.quick = true,
};
kunit_test_suite(watermark_suite);
