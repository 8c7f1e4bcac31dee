/* SPDX-License-Identifier: MIT */
/*
 * The memory-map sanitiser: one idea a case, then random maps against the law of the map.
 *
 * Every case is a raw map, the regions that must come out, and what must be said. The random maps
 * are compared with the slow model of tests/boot_fuzz_memory.c at every page where anything can
 * change; a model of every single byte runs on the host (tests/host/boot_memmap_model.c).
 */
#include "boot/layout.h"
#include "boot/memmap.h"
#include "lib/errno.h"
#include "lib/random.h"
#include "lib/string.h"
#include "tests/boot_test.h"

static struct boot_range raw[BOOT_MAP_MAX];
static struct mem_map map;

#define SANITISE(...)                                                                              \
	({                                                                                         \
		const struct boot_range __raw[] = {__VA_ARGS__};                                   \
		sanitise(__raw, ARRAY_SIZE(__raw));                                                \
	})
#define EXPECT_REGIONS(test, ...)                                                                  \
	do {                                                                                       \
		const struct mem_region __want[] = {__VA_ARGS__};                                  \
		expect_regions(test, __want, ARRAY_SIZE(__want));                                  \
	} while (0)

static int sanitise(const struct boot_range *from, unsigned int count)
{
	memset(&map, 0xa5, sizeof(map));
	boot_test_hush();
	return memmap_sanitise(from, count, &map, &boot_test_say);
}

/* The two regions that every map has: page 0 and the ISA hole are named first. */
static void expect_regions(struct kunit *test, const struct mem_region *want, unsigned int count)
{
	unsigned int i;

	KUNIT_ASSERT_EQ(test, map.count, count);
	for (i = 0; i < count; i++) {
		KUNIT_EXPECT_EQ(test, map.region[i].start, want[i].start);
		KUNIT_EXPECT_EQ(test, map.region[i].end, want[i].end);
		KUNIT_EXPECT_EQ(test, map.region[i].type, want[i].type);
	}
}

#define PAGE_0                                                                                     \
	{                                                                                          \
		0, 0x1000, MEM_RESERVED                                                            \
	}
#define ISA_HOLE                                                                                   \
	{                                                                                          \
		0xa0000, 0x100000, MEM_RESERVED                                                    \
	}

static void memmap_pc(struct kunit *test)
{
	unsigned int count = boot_test_pc(raw, 4096);

	KUNIT_EXPECT_EQ(test, sanitise(raw, count), 0);
	EXPECT_REGIONS(test, PAGE_0, {0x1000, 0x9f000, MEM_RAM}, {0x9f000, 0x100000, MEM_RESERVED},
		       {0x100000, 0xbffe0000, MEM_RAM}, {0xbffe0000, 0xc0000000, MEM_RESERVED},
		       {0xfffc0000, GIB(4), MEM_RESERVED}, {GIB(4), GIB(5), MEM_RAM});
	/* The 3 KiB beside the BIOS' data are dropped, and said. */
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "3072 bytes of RAM not used");
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), GIB(5));
}

static void memmap_order_does_not_matter(struct kunit *test)
{
	static struct mem_map first;
	unsigned int count = boot_test_pc(raw, 4096), i, k;

	sanitise(raw, count);
	first = map;
	for (i = 0; i < count; i++) {
		for (k = 0; k + 1 < count; k++)
			swap(raw[k], raw[(k + i) % count]);
		sanitise(raw, count);
		expect_regions(test, first.region, first.count);
	}
}

static void memmap_overlaps_and_conflicts(struct kunit *test)
{
	/* RAM over RAM is one region; of two claims the more restrictive one wins, page by page. */
	SANITISE({0x200000, 0x4000, MEM_RAM}, {0x202000, 0x8000, MEM_RAM},
		 {0x203000, 0x1000, MEM_RAM});
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE, {0x200000, 0x20a000, MEM_RAM});
	EXPECT_LINES(test, 0);

	SANITISE({0x200000, 0x10000, MEM_RAM}, {0x204000, 0x8000, MEM_ACPI},
		 {0x205000, 0x6000, MEM_NVS}, {0x206000, 0x4000, 99},
		 {0x207000, 0x2000, MEM_UNUSABLE});
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE, {0x200000, 0x204000, MEM_RAM},
		       {0x204000, 0x205000, MEM_ACPI}, {0x205000, 0x206000, MEM_NVS},
		       {0x206000, 0x207000, MEM_RESERVED}, {0x207000, 0x209000, MEM_UNUSABLE},
		       {0x209000, 0x20a000, MEM_RESERVED}, {0x20a000, 0x20b000, MEM_NVS},
		       {0x20b000, 0x20c000, MEM_ACPI}, {0x20c000, 0x210000, MEM_RAM});
	EXPECT_SAID(test, "32768 bytes of RAM not used: another entry claims their page");
}

static void memmap_sub_page(struct kunit *test)
{
	/* Two halves make a page; a page with one byte missing is none; one alien byte spoils one.
	 */
	SANITISE({0x200000, 0x800, MEM_RAM}, {0x200800, 0x800, MEM_RAM}, {0x201000, 0xfff, MEM_RAM},
		 {0x300001, 0x1fff, MEM_RAM}, {0x400000, 0x3000, MEM_RAM},
		 {0x401fff, 1, MEM_RESERVED}, {0x500234, 5, MEM_NVS});
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE, {0x200000, 0x201000, MEM_RAM},
		       {0x301000, 0x302000, MEM_RAM}, {0x400000, 0x401000, MEM_RAM},
		       {0x401000, 0x402000, MEM_RESERVED}, {0x402000, 0x403000, MEM_RAM},
		       {0x500000, 0x501000, MEM_NVS});
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "12286 bytes of RAM not used"); /* 0xfff + 0xfff + 0x1000 */
}

static void memmap_empty_and_wrapping(struct kunit *test)
{
	SANITISE({0x200000, 0, MEM_RAM}, {0x300000, 0, MEM_RESERVED}, {0x400000, 0x1000, MEM_RAM},
		 {0x500000, ~0ULL, MEM_RAM}, {MEM_ADDR_LIMIT - 0x3000, ~0ULL, MEM_RESERVED});
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE, {0x400000, 0x401000, MEM_RAM},
		       {MEM_ADDR_LIMIT - 0x3000, MEM_ADDR_LIMIT, MEM_RESERVED});
	EXPECT_LINES(test, 4);
	EXPECT_SAID(test, "entry 0 (0x200000, type 1) is empty: dropped");
	EXPECT_SAID(test, "entry 1 (0x300000, type 2) is empty: dropped");
	EXPECT_SAID(test, "entry 3 (0x500000 + 0xffffffffffffffff, type 1) wraps: dropped");
	EXPECT_SAID(test, "type 2) wraps: taken as reaching to the end");
}

static void memmap_high_addresses(struct kunit *test)
{
	SANITISE({GIB(4) - 0x1000, 0x2000, MEM_RAM}, {GIB(64), GIB(1), MEM_RAM},
		 {MEM_ADDR_LIMIT - 0x1000, 0x3000, MEM_RAM}, {MEM_ADDR_LIMIT, 0x1000, MEM_RAM},
		 {1ULL << 60, 0x1000, MEM_RESERVED});
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE, {GIB(4) - 0x1000, GIB(4) + 0x1000, MEM_RAM},
		       {GIB(64), GIB(65), MEM_RAM},
		       {MEM_ADDR_LIMIT - 0x1000, MEM_ADDR_LIMIT, MEM_RAM});
	EXPECT_LINES(test, 2);
	EXPECT_SAID(test, "lies above any physical address (0xfffffffffffff): cut");
}

static void memmap_never_ram(struct kunit *test)
{
	SANITISE({0, MIB(4), MEM_RAM});
	EXPECT_REGIONS(test, PAGE_0, {0x1000, 0xa0000, MEM_RAM}, ISA_HOLE,
		       {0x100000, MIB(4), MEM_RAM});
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "RAM in 0xa0000-0xfffff: not used");

	/* Not even if a broken entry says so twice, and no matter how it is named. */
	SANITISE({0, 0x1000, MEM_ACPI}, {0xa0000, 0x60000, MEM_NVS},
		 {0xb0000, 0x1000, MEM_UNUSABLE}, {0, MIB(1), MEM_RAM}, {0, MIB(1), MEM_RAM});
	EXPECT_REGIONS(test, PAGE_0, {0x1000, 0xa0000, MEM_RAM}, {0xa0000, 0xb0000, MEM_RESERVED},
		       {0xb0000, 0xb1000, MEM_UNUSABLE}, {0xb1000, 0x100000, MEM_RESERVED});
}

static void memmap_no_ram(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sanitise(NULL, 0), -ENOMEM);
	EXPECT_SAID(test, "not one whole page of RAM in 0 entries");
	EXPECT_REGIONS(test, PAGE_0, ISA_HOLE);
	KUNIT_EXPECT_EQ(test, SANITISE({0, 0x1000, MEM_RAM}, {0xa0000, 0x60000, MEM_RAM}), -ENOMEM);
	KUNIT_EXPECT_EQ(test, SANITISE({0x100001, 0x1ffe, MEM_RAM}), -ENOMEM);
	KUNIT_EXPECT_EQ(test, SANITISE({0x100000, 0x100000, MEM_RAM}, {0, MIB(4), MEM_NVS}),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), 0ull);
}

/* As many entries, and as many edges, as there can be. */
static void memmap_256_entries(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < BOOT_MAP_MAX; i++)
		raw[i] = (struct boot_range){0x200000 + i * 0x3000, 0x2000, MEM_RAM};
	KUNIT_EXPECT_EQ(test, sanitise(raw, BOOT_MAP_MAX), 0);
	KUNIT_EXPECT_EQ(test, map.count, 2 + BOOT_MAP_MAX + 0u);

	/* Nested like an onion, with two alternating types: every edge starts a region. */
	for (i = 0; i < BOOT_MAP_MAX; i++)
		raw[i] = (struct boot_range){0x200000 + i * 0x1000, MIB(4) - i * 0x2000,
					     i < 128 ? MEM_RAM
					     : i & 1 ? MEM_UNUSABLE
						     : MEM_NVS};
	sanitise(raw, BOOT_MAP_MAX);
	KUNIT_EXPECT_NULL(test, boot_fuzz_check_map(raw, BOOT_MAP_MAX, &map));

	for (i = 0; i < BOOT_MAP_MAX; i++)
		raw[i] = (struct boot_range){0x200000 + i * 0x1000, 0x1000,
					     i & 1 ? MEM_NVS : MEM_UNUSABLE};
	sanitise(raw, BOOT_MAP_MAX);
	KUNIT_EXPECT_EQ(test, map.count, 2 + BOOT_MAP_MAX + 0u);
}

static void memmap_queries(struct kunit *test)
{
	SANITISE({0x1000, 0x3000, MEM_RAM}, {0x200000, 0x4000, MEM_RAM},
		 {0x204000, 0x1000, MEM_NVS}, {0x300000, 0x2000, MEM_RAM});
	KUNIT_EXPECT_EQ(test, memmap_ram_bytes(&map, 0, MEM_ADDR_LIMIT), 0x9000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_bytes(&map, 0x2000, 0x201000), 0x3000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_bytes(&map, 0x204000, 0x300000), 0ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_bytes(&map, 0x300000, 0x200000), 0ull);
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(&map, 0x200000, 0x204000));
	KUNIT_EXPECT_TRUE(test, memmap_is_ram(&map, 0x204000, 0x204000));
	KUNIT_EXPECT_FALSE(test, memmap_is_ram(&map, 0x203fff, 0x204001));
	KUNIT_EXPECT_EQ(test, memmap_ram_cut(&map, 0, 0), 0ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_cut(&map, 0, 0x3000), 0x4000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_cut(&map, 0, 0x4000), 0x201000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_cut(&map, 0x202000, 0x3fff), 0x301000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_cut(&map, 0, ~0ULL), 0x302000ull);

	KUNIT_EXPECT_EQ(test, memmap_remove_ram_above(&map, 0x301fff), 0x1000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), 0x301000ull);
	KUNIT_EXPECT_EQ(test, memmap_remove_ram_above(&map, 0x202000), 0x3000ull);
	EXPECT_REGIONS(test, PAGE_0, {0x1000, 0x4000, MEM_RAM}, ISA_HOLE,
		       {0x200000, 0x202000, MEM_RAM}, {0x204000, 0x205000, MEM_NVS});
	KUNIT_EXPECT_EQ(test, memmap_remove_ram_above(&map, ~0ULL), 0ull);
	KUNIT_EXPECT_EQ(test, memmap_remove_ram_above(&map, 0), 0x5000ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), 0ull);
}

static void memmap_modules_outside(struct kunit *test)
{
	struct boot_info *info = &boot_test_info;

	SANITISE({MIB(1), MIB(15), MEM_RAM}, {MIB(16), MIB(1), MEM_NVS},
		 {MIB(17), MIB(3), MEM_RAM});
	memset(info, 0, sizeof(*info));
	info->module_count = 5;
	info->module[0] = (struct boot_module){MIB(2), MIB(3) + 5, "in"};
	info->module[1] = (struct boot_module){MIB(15), MIB(16) + 1, "half"};
	info->module[2] = (struct boot_module){MIB(15), MIB(16), "just in"};
	info->module[3] = (struct boot_module){MIB(30), MIB(31), "out"};
	info->module[4] = (struct boot_module){MIB(30), MIB(30), "empty"};
	boot_test_hush();
	memmap_drop_lost_modules(&map, info, &boot_test_say);
	KUNIT_ASSERT_EQ(test, info->module_count, 3u);
	KUNIT_EXPECT_STREQ(test, info->module[0].string, "in");
	KUNIT_EXPECT_STREQ(test, info->module[1].string, "just in");
	KUNIT_EXPECT_STREQ(test, info->module[2].string, "empty");
	EXPECT_LINES(test, 2);
	EXPECT_SAID(test,
		    "Module \"half\" at 0xf00000-0x1000000 is not in RAM that is used (1024 KiB");
	EXPECT_SAID(test,
		    "Module \"out\" at 0x1e00000-0x1efffff is not in RAM that is used (0 KiB");
}

/* Random maps that crowd around few addresses, so that everything overlaps everything. */
static void memmap_random_maps(struct kunit *test)
{
	static const u64 edges[] = {0, 0xa0000, MIB(1), GIB(4), MEM_ADDR_LIMIT - MIB(1), ~0ULL};
	struct rnd_state random;
	unsigned int round, count, i;

	prandom_seed_state(&random, 2026);
	for (round = 0; round < 500; round++) {
		count = prandom_u32_below(&random, round % 50 ? 12 : BOOT_MAP_MAX + 1);
		for (i = 0; i < count; i++) {
			u64 base = edges[prandom_u32_below(&random, ARRAY_SIZE(edges))];
			u32 unit = 1U << prandom_u32_below(&random, 15);

			raw[i].base = base + (u64)(prandom_u32_below(&random, 64)) * unit;
			raw[i].size = (u64)(prandom_u32_below(&random, 64)) * unit;
			raw[i].type = 1 + prandom_u32_below(&random, 5);
		}
		memmap_sanitise(raw, count, &map, NULL);
		KUNIT_ASSERT_STREQ(test, boot_fuzz_check_map(raw, count, &map) ?: "", "");
	}
}

static struct kunit_case memmap_cases[] = {
	KUNIT_CASE(memmap_pc),
	KUNIT_CASE(memmap_order_does_not_matter),
	KUNIT_CASE(memmap_overlaps_and_conflicts),
	KUNIT_CASE(memmap_sub_page),
	KUNIT_CASE(memmap_empty_and_wrapping),
	KUNIT_CASE(memmap_high_addresses),
	KUNIT_CASE(memmap_never_ram),
	KUNIT_CASE(memmap_no_ram),
	KUNIT_CASE(memmap_256_entries),
	KUNIT_CASE(memmap_queries),
	KUNIT_CASE(memmap_modules_outside),
	KUNIT_CASE_SLOW(memmap_random_maps),
	{},
};

static struct kunit_suite memmap_suite = {
	.name = "boot_memmap",
	.test_cases = memmap_cases,
};
kunit_test_suite(memmap_suite);
