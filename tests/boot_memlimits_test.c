/* SPDX-License-Identifier: MIT */
/*
 * mem=, highmem=, vmalloc= and the limits of the machine: the T lines of CONTRACT A1 as sums.
 *
 * Each case is a machine, a request, the limits that must follow and what must be said. Nothing is
 * compared with a literal that depends on the page-table format or on the layout: those come from
 * boot/layout.h, so the suite holds for both formats.
 */
#include "boot/layout.h"
#include "boot/memlimits.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/boot_test.h"

static struct mem_map map;
static struct mem_limits limits;

/* What the PC of QEMU keeps at the end of RAM below 4 GiB. */
#define FIRMWARE KIB(128)
#define MAXMEM   ((u64)MAXMEM_DEFAULT)

struct request {
	const char *mem, *highmem, *vmalloc;
};

/* The limits of a machine with MIB_SIZE MiB; the texts of its request as designated fields. */
#define COMPUTE(mib_size, pae, ...) compute(mib_size, pae, (struct request){__VA_ARGS__})

static int compute(u64 mib_size, bool pae, struct request text)
{
	const struct mem_machine machine = {.pae = pae};
	struct mem_request request = {0};

	boot_test_pc_map(&map, mib_size);
	if (text.mem)
		mem_request_mem(&request, text.mem);
	if (text.highmem)
		mem_request_highmem(&request, text.highmem);
	if (text.vmalloc)
		mem_request_vmalloc(&request, text.vmalloc);
	boot_test_hush();
	return memlimits_compute(&map, &request, &machine, &boot_test_say, &limits);
}

static u64 low_end(void)
{
	return (u64)limits.max_low_pfn << PAGE_SHIFT;
}

static u64 ram_end(void)
{
	return (u64)limits.max_pfn << PAGE_SHIFT;
}

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

static void limits_highmem_carved(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, COMPUTE(256, false, .highmem = "128M"), 0);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, KIB(131072));
	KUNIT_EXPECT_EQ(test, low_end(), MIB(128) - FIRMWARE);
	KUNIT_EXPECT_EQ(test, ram_end(), MIB(256) - FIRMWARE);

	COMPUTE(896, false, .highmem = "64M");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(64));
	COMPUTE(256, false, .highmem = "0");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	EXPECT_LINES(test, 0);
	COMPUTE(256, false, .highmem = "9000"); /* two whole pages */
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0x2000ull);
	COMPUTE(2048, false, .mem = "512M", .highmem = "256M");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(256));
	KUNIT_EXPECT_EQ(test, low_end(), MIB(256));
}

/* SIZE counts RAM, not addresses: a hole in the carved part does not make it smaller. */
static void limits_highmem_with_holes(struct kunit *test)
{
	struct mem_request request = {.highmem = "64M"};

	map.count = 3;
	map.region[0] = (struct mem_region){MIB(1), MIB(200), MEM_RAM};
	map.region[1] = (struct mem_region){MIB(230), MIB(240), MEM_RESERVED};
	map.region[2] = (struct mem_region){MIB(240), MIB(256), MEM_RAM};
	memlimits_compute(&map, &request, &(struct mem_machine){0}, NULL, &limits);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(64));
	KUNIT_EXPECT_EQ(test, low_end(), MIB(152));

	/* The same where RAM exceeds the direct map and high memory is cut short. */
	request.highmem = "1100M";
	boot_test_pc_map(&map, 3583);
	map.region[map.count++] = (struct mem_region){GIB(4), GIB(8), MEM_RAM};
	map.region[3].end = GIB(1);
	memlimits_compute(&map, &request, &(struct mem_machine){.pae = true}, NULL, &limits);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(1100));
	KUNIT_EXPECT_EQ(test, ram_end(), GIB(4) + MIB(1100) - (GIB(1) - MAXMEM));
}

/* Refused, with the largest size that is not: that one is then tried. */
static void expect_highmem_refused(struct kunit *test, u64 mib_size, const char *size,
				   const char *said)
{
	static char text[24];
	const char *most;

	KUNIT_EXPECT_EQ(test, COMPUTE(mib_size, false, .highmem = size), 0);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, said);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	most = strstr(boot_test_said(), "At most highmem=");
	KUNIT_ASSERT_NOT_NULL(test, most);
	snprintf(text, sizeof(text), "%lluK",
		 memparse(most + strlen("At most highmem="), NULL) >> 10);
	COMPUTE(mib_size, false, .highmem = text);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, memparse(text, NULL));
}

static void limits_highmem_refused(struct kunit *test)
{
	expect_highmem_refused(
		test, 256, "200M",
		"highmem=200M is refused and ignored: it would leave 56824 of 261624 KiB as low "
		"memory, and 65536 are needed.");
	expect_highmem_refused(test, 256, "256M",
			       "highmem=256M is refused and ignored: there are only 261624 KiB");
	expect_highmem_refused(test, 512, "16E",
			       "highmem=16E is refused and ignored: there are only");
	COMPUTE(64, false, .highmem = "1M");
	EXPECT_SAID(
		test,
		"highmem=1M is refused and ignored: there are 65016 KiB of RAM, and the first 65536");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	COMPUTE(256, false, .highmem = "lots");
	EXPECT_SAID(test,
		    "highmem=lots is rejected and ignored: it must be a size, like highmem=64M.");
	COMPUTE(2048, false, .highmem = "");
	EXPECT_SAID(test, "highmem= is rejected and ignored: it must be a size");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(2048) - FIRMWARE - MAXMEM);
}

static void limits_highmem_trimmed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .highmem = "64M"), 0);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, KIB(65536));
	KUNIT_EXPECT_EQ(test, ram_end(), MAXMEM + MIB(64));
	KUNIT_EXPECT_EQ(test, memmap_ram_end(&map), MAXMEM + MIB(64));
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "highmem=64M: 1113984 KiB of RAM above it are not used.");

	COMPUTE(2048, false, .highmem = "0");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	KUNIT_EXPECT_EQ(test, ram_end(), MAXMEM);

	COMPUTE(2048, false, .highmem = "10G"); /* more than there is: as without it */
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(2048) - FIRMWARE - MAXMEM);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "Warning: highmem=10G is ignored: only 1179520 KiB of high memory exist");
}

static void limits_vmalloc(struct kunit *test)
{
	static const char *const sizes[] = {"128M", "256M", "512M"};
	u64 frames = MIB(2048) - FIRMWARE;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u64 size = memparse(sizes[i], NULL);
		u64 reserve = ALIGN(VMALLOC_OFFSET + size + (GIB(4) - VMALLOC_END), MIB(4));

		KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .vmalloc = sizes[i]), 0);
		EXPECT_LINES(test, 0);
		KUNIT_EXPECT_EQ(test, limits.max_lowmem, KERNEL_SPAN - reserve);
		KUNIT_EXPECT_EQ(test, low_end(), limits.max_lowmem);
		KUNIT_EXPECT_EQ(test, low_end() + limits.high_bytes, frames);
		KUNIT_EXPECT_GE(test, (u64)limits.vmalloc_end - limits.vmalloc_start, size);
		KUNIT_EXPECT_LT(test, (u64)limits.vmalloc_end - limits.vmalloc_start,
				size + MIB(4));
	}
	COMPUTE(2048, false, .vmalloc = "16M"); /* never less than the default reserve */
	KUNIT_EXPECT_EQ(test, low_end(), MAXMEM);
	COMPUTE(2048, false, .vmalloc = "0");
	KUNIT_EXPECT_EQ(test, low_end(), MAXMEM);
	EXPECT_LINES(test, 0);
	COMPUTE(64, false, .vmalloc = "512M"); /* all RAM still fits */
	KUNIT_EXPECT_EQ(test, low_end(), MIB(64) - FIRMWARE);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
}

static void limits_vmalloc_refused(struct kunit *test)
{
	static const char *const garbage[] = {"garbage", "", "512Mb", "-1"};
	static const char *const large[] = {"960M", "1G", "4G", "16E"};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(garbage); i++) {
		COMPUTE(2048, false, .vmalloc = garbage[i]);
		EXPECT_LINES(test, 1);
		EXPECT_SAID(test, "is rejected and ignored: it must be a size, like vmalloc=256M.");
		KUNIT_EXPECT_EQ(test, limits.max_lowmem, MAXMEM);
	}
	for (i = 0; i < ARRAY_SIZE(large); i++) {
		KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .vmalloc = large[i]), 0);
		EXPECT_LINES(test, 1);
		EXPECT_SAID(test, "is refused and ignored: with 8192 KiB hole and ");
		EXPECT_SAID(test, "mem_map 16383 (524256 frames), page tables ");
		EXPECT_SAID(test, "low memory 65536. At most vmalloc=");
		KUNIT_EXPECT_EQ(test, limits.max_lowmem, MAXMEM);
	}
	/* On a machine whose RAM is smaller than what is left, anything that leaves something goes.
	 */
	COMPUTE(16, false, .vmalloc = "960M");
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_GE(test, limits.vmalloc_end - limits.vmalloc_start, (u32)MIB(960));
	COMPUTE(16, false, .vmalloc = "1G");
	EXPECT_LINES(test, 1);
}

/* The largest size that the refusal offers is accepted, and a page more is not. */
static void limits_vmalloc_offer(struct kunit *test)
{
	static const u64 sizes[] = {16,  30,  48,   64,   65,    80,   128,
				    512, 900, 2048, 3583, 16384, 65536};
	static char text[24];
	unsigned int i, more;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const char *most;
		u64 size;

		COMPUTE(sizes[i], true, .vmalloc = "1G");
		most = strstr(boot_test_said(), "At most vmalloc=");
		KUNIT_ASSERT_NOT_NULL(test, most);
		size = memparse(most + strlen("At most vmalloc="), NULL);
		for (more = 0; more < 2; more++) {
			snprintf(text, sizeof(text), "%llu", size + more);
			COMPUTE(sizes[i], true, .vmalloc = text);
			KUNIT_EXPECT_EQ_MSG(test, strstr(boot_test_said(), "refused") != NULL, more,
					    "%llu MiB, vmalloc=%s", sizes[i], text);
		}
	}
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
	KUNIT_CASE(limits_highmem_carved),
	KUNIT_CASE(limits_highmem_with_holes),
	KUNIT_CASE(limits_highmem_refused),
	KUNIT_CASE(limits_highmem_trimmed),
	KUNIT_CASE(limits_vmalloc),
	KUNIT_CASE(limits_vmalloc_refused),
	KUNIT_CASE(limits_vmalloc_offer),
	KUNIT_CASE(limits_of_the_machine),
	{},
};

static struct kunit_suite memlimits_suite = {
	.name = "boot_memlimits",
	.test_cases = memlimits_cases,
};
kunit_test_suite(memlimits_suite);
