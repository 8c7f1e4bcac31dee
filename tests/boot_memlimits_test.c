/* SPDX-License-Identifier: MIT */
/*
 * The limits of the machine, and mem=: as sums that the machine must meet.
 *
 * Each case is a machine, a request, the limits that must follow and what must be said. Nothing is
 * compared with a literal that depends on the page-table format or on the layout: those come from
 * boot/layout.h, so the suite holds for both formats.
 */
#include "boot/layout.h"
#include "boot/memlimits.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/boot_test.h"

#define map    boot_test_map
#define limits boot_test_limits

static void limits_defaults(struct kunit *test)
{
	static const u64 sizes[] = {16, 64, 512, 896, 897, 1024, 2048, 3583};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 end = MIB(sizes[i]) - FIRMWARE;

		KUNIT_EXPECT_EQ(test, COMPUTE(sizes[i], false), 0);
		EXPECT_LINES(test, 0);
		KUNIT_EXPECT_EQ(test, ram_end(), end);
		KUNIT_EXPECT_EQ(test, low_end(), min(end, MAXMEM));
		KUNIT_EXPECT_EQ(test, limits.max_lowmem, MAXMEM);
		KUNIT_EXPECT_EQ(test, limits.high_bytes, end > MAXMEM ? end - MAXMEM : 0);
		KUNIT_EXPECT_EQ(test, limits.high_memory, (u32)(PAGE_OFFSET + min(end, MAXMEM)));
		KUNIT_EXPECT_EQ(test, limits.vmalloc_start, limits.high_memory + VMALLOC_OFFSET);
		KUNIT_EXPECT_EQ(test, limits.vmalloc_end, (u32)VMALLOC_END);
		KUNIT_EXPECT_EQ(test, limits.zone_end_pfn[ZONE_INDEX_DMA],
				min(end, MIB(16)) >> PAGE_SHIFT);
		KUNIT_EXPECT_EQ(test, limits.zone_end_pfn[ZONE_INDEX_NORMAL], limits.max_low_pfn);
		KUNIT_EXPECT_EQ(test, limits.zone_end_pfn[ZONE_INDEX_HIGHMEM], limits.max_pfn);
		KUNIT_EXPECT_FALSE(test, limits.no_large_pages);
	}
	KUNIT_EXPECT_EQ(test, MAXMEM, MIB(896));
}

static void limits_too_small(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, COMPUTE(8, false), -ENOMEM);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test,
		    "too small: loft needs 12 MiB of RAM (below 896 MiB) and found 7672 KiB.");
	KUNIT_EXPECT_EQ(test, COMPUTE(11, true), -ENOMEM);
	KUNIT_EXPECT_EQ(test, COMPUTE(12, true), 0);

	/* A map with plenty of RAM, but none where the kernel can begin. */
	map.count = 1;
	map.region[0] = (struct mem_region){GIB(1), GIB(2), MEM_RAM};
	boot_test_hush();
	KUNIT_EXPECT_EQ(test,
			memlimits_compute(&map, &(struct mem_request){0}, &(struct mem_machine){0},
					  &boot_test_say, &limits),
			-ENOMEM);
	EXPECT_SAID(test, "found 0 KiB");
}

static void limits_mem(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .mem = "512M"), 0);
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(512));
	KUNIT_EXPECT_EQ(test, low_end(), MIB(512));
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), MIB(512));
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "mem=512M: 1572736 KiB of RAM above it are not used.");

	COMPUTE(2048, false, .mem = "3G"); /* more than there is: nothing to do, nothing to say */
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(2048) - FIRMWARE);
	EXPECT_LINES(test, 0);
	COMPUTE(2048, false, .mem = "0x20000800"); /* rounded down to a page */
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(512));
	COMPUTE(2048, false, .mem = "16E");
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(2048) - FIRMWARE);
}

static void limits_mem_refused(struct kunit *test)
{
	static const char *const texts[] = {"0",       "bogus", "",     "512Mx",
					    "-1",      "M",     "4095", "0x",
					    "512M@1M", " 512M", "0K",   "nopentiumx"};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		KUNIT_EXPECT_EQ_MSG(test, COMPUTE(2048, false, .mem = texts[i]), 0, "mem=%s",
				    texts[i]);
		KUNIT_EXPECT_EQ_MSG(test, ram_end(), MIB(2048) - FIRMWARE, "mem=%s", texts[i]);
		EXPECT_LINES(test, 1);
		EXPECT_SAID(
			test,
			"is rejected and ignored: it must be an address of at least 4096 bytes");
	}
	/* 3 MiB are a size, but no machine. */
	KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .mem = "3M"), -ENOMEM);
	EXPECT_SAID(test, "mem=3M leaves 2680 KiB of RAM: loft needs 12 MiB. Give mem=12M or more");
	KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .mem = "12M"), 0);
	KUNIT_EXPECT_EQ(test, COMPUTE(8, false, .mem = "12M"),
			-ENOMEM); /* not the parameter's fault */
	EXPECT_SAID(test, "This machine is too small");
}

static void limits_mem_several(struct kunit *test)
{
	struct mem_request request = {0};

	mem_request_mem(&request, "nopentium");
	mem_request_mem(&request, "1G");
	mem_request_mem(&request, "64M");
	mem_request_mem(&request, NULL);
	mem_request_mem(&request, "512M");
	boot_test_pc_map(&map, 2048);
	boot_test_hush();
	KUNIT_EXPECT_EQ(test,
			memlimits_compute(&map, &request, &(struct mem_machine){0}, &boot_test_say,
					  &limits),
			0);
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(64));
	KUNIT_EXPECT_TRUE(test, limits.no_large_pages);
	EXPECT_SAID(test, "mem= is rejected");
	EXPECT_SAID(test, "mem=64M: ");
}

static void limits_of_the_machine(struct kunit *test)
{
	const struct mem_machine narrow = {.pae = true, .phys_bits = 32};

	KUNIT_EXPECT_EQ(test, COMPUTE(8192, false), 0);
	KUNIT_EXPECT_LE(test, limits.max_pfn, 0x100000ul);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test,
		    "Warning: only 4GB will be used: 5242880 KiB of RAM lie above. Use the PAE");
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), GIB(3) - FIRMWARE);

	KUNIT_EXPECT_EQ(test, COMPUTE(8192, true), 0);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, ram_end(), GIB(9));
	KUNIT_EXPECT_EQ(test, limits.high_bytes, GIB(8) - FIRMWARE - MAXMEM);

	COMPUTE(80 * 1024, true);
	EXPECT_SAID(test, "Warning: only 64GB will be used: 17825792 KiB of RAM lie above.");
	KUNIT_EXPECT_EQ(test, ram_end(), GIB(64));

	boot_test_pc_map(&map, 8192);
	boot_test_hush();
	memlimits_compute(&map, &(struct mem_request){0}, &narrow, &boot_test_say, &limits);
	EXPECT_SAID(test, "above what this CPU can address (32 bits): not used.");
	KUNIT_EXPECT_EQ(test, ram_end(), GIB(3) - FIRMWARE);
}

static struct kunit_case memlimits_cases[] = {
	KUNIT_CASE(limits_defaults),
	KUNIT_CASE(limits_too_small),
	KUNIT_CASE(limits_mem),
	KUNIT_CASE(limits_mem_refused),
	KUNIT_CASE(limits_mem_several),
	KUNIT_CASE(limits_of_the_machine),
	{},
};

static struct kunit_suite memlimits_suite = {
	.name = "boot_memlimits",
	.test_cases = memlimits_cases,
};
kunit_test_suite(memlimits_suite);
