/* SPDX-License-Identifier: MIT */
/*
 * highmem= and vmalloc=: as sums, refusals and what they offer instead.
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

#define map    boot_test_map
#define limits boot_test_limits

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
		    "highmem=lots is rejected and ignored: it must be 0 or a size of at least "
		    "4096 bytes, like highmem=64M.");
	COMPUTE(256, false, .highmem = "128Mb"); /* not even in part */
	EXPECT_LINES(test, 1);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	COMPUTE(2048, false, .highmem = "");
	EXPECT_SAID(test, "highmem= is rejected and ignored: it must be 0 or a size");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(2048) - FIRMWARE - MAXMEM);
}

/* A number without its unit is not taken for next to nothing. */
static void limits_units_forgotten(struct kunit *test)
{
	COMPUTE(2048, false, .highmem = "64");
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "highmem=64 is rejected and ignored: it must be 0 or a size of at least "
			  "4096 bytes, like highmem=64M.");
	KUNIT_EXPECT_EQ(test, limits.high_bytes, MIB(2048) - FIRMWARE - MAXMEM);
	COMPUTE(256, false, .highmem = "4095");
	EXPECT_LINES(test, 1);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	COMPUTE(256, false, .highmem = "4096");
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, (u64)PAGE_SIZE);
	COMPUTE(2048, false, .vmalloc = "256");
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "vmalloc=256 is rejected and ignored: it must be 0 or a size of at least "
			  "4096 bytes, like vmalloc=256M.");
	KUNIT_EXPECT_EQ(test, limits.max_lowmem, MAXMEM);
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
		EXPECT_SAID(
			test,
			"is rejected and ignored: it must be 0 or a size of at least 4096 bytes, like vmalloc=256M.");
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

/* A kernel without high memory uses what it can map, says what it leaves, and takes no highmem=. */
static void limits_without_highmem(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, COMPUTE(2048, false, .no_highmem = true), 0);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "1179520 KiB of RAM above 896 MiB are not used: this kernel has no high");
	KUNIT_EXPECT_EQ(test, ram_end(), MAXMEM);
	KUNIT_EXPECT_EQ(test, low_end(), MAXMEM);
	KUNIT_EXPECT_EQ(test, limits.high_bytes, 0ull);
	COMPUTE(512, false, .no_highmem = true);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, low_end(), MIB(512) - FIRMWARE);
	COMPUTE(512, false, .no_highmem = true, .highmem = "64M");
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "highmem=64M is refused and ignored: this kernel has no high memory");
	KUNIT_EXPECT_EQ(test, low_end(), MIB(512) - FIRMWARE);
	COMPUTE(8192, true, .no_highmem = true, .vmalloc = "512M");
	KUNIT_EXPECT_EQ(test, ram_end(), limits.max_lowmem);
	KUNIT_EXPECT_LT(test, ram_end(), MAXMEM);
}

static struct kunit_case memparams_cases[] = {
	KUNIT_CASE(limits_highmem_carved),  KUNIT_CASE(limits_highmem_with_holes),
	KUNIT_CASE(limits_highmem_refused), KUNIT_CASE(limits_units_forgotten),
	KUNIT_CASE(limits_highmem_trimmed), KUNIT_CASE(limits_vmalloc),
	KUNIT_CASE(limits_vmalloc_refused), KUNIT_CASE(limits_vmalloc_offer),
	KUNIT_CASE(limits_without_highmem), {},
};

static struct kunit_suite memparams_suite = {
	.name = "boot_memparams",
	.test_cases = memparams_cases,
};
kunit_test_suite(memparams_suite);
