/* SPDX-License-Identifier: MIT */
/*
 * Proves: every present page-table entry lies in a declared region, regions are disjoint and in
 * order, the boot log printed their true bounds, and no page can be both written and executed.
 */
#include "boot/layout.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/meminit.h"
#include "mm/ptdump.h"
#include "mm/regions.h"
#include "tests/kunit.h"

static void check_run(const struct pt_run *run, void *ctx)
{
	struct kunit *test = ctx;
	const char *first = va_region_name(run->start), *last = va_region_name(run->last);

	KUNIT_EXPECT_TRUE_MSG(test, first && first == last,
			      "0x%08lx-0x%08lx is mapped outside of a declared region", run->start,
			      run->last);
	KUNIT_EXPECT_FALSE_MSG(test, run->flags & _PAGE_USER, "0x%08lx is open to user code",
			       run->start);
}

static void all_entries_lie_in_regions(struct kunit *test)
{
	ptdump_walk(0, ~0ul, check_run, test);
}

static void regions_are_disjoint_and_ordered(struct kunit *test)
{
	unsigned long end = PAGE_OFFSET;

	for (int id = 0; id < NR_VA_REGIONS; id++) {
		struct va_region region = va_region(id);

		KUNIT_EXPECT_GE(test, region.start, end);
		KUNIT_EXPECT_GT(test, region.end, region.start);
		end = region.end;
	}
	KUNIT_EXPECT_EQ(test, end, (unsigned long)FIXADDR_TOP);
	KUNIT_EXPECT_GE(test, va_region(REGION_VMALLOC).start,
			va_region(REGION_LOWMEM).end + VMALLOC_OFFSET);
	KUNIT_EXPECT_EQ(test, va_region(REGION_PKMAP).start - va_region(REGION_VMALLOC).end,
			2ul * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, va_region(REGION_PKMAP).end - va_region(REGION_PKMAP).start,
			(unsigned long)LAST_PKMAP * PKMAP_INCR * PAGE_SIZE);
	KUNIT_EXPECT_LE(test, va_region(REGION_LOWMEM).end, 0xf8000000ul);
}

/* Does the boot log hold a line with all of @words, in order? */
static bool logged(const char *name, const char *bounds)
{
	struct log_cursor cursor = {};
	struct log_record record;
	char text[160];

	while (printk_read(&cursor, &record, text, sizeof(text))) {
		const char *at = strstr(text, name);

		if (at && strstr(at, bounds))
			return true;
	}
	return false;
}

/* "    pkmap   : 0xff400000 - 0xff800000": the printed bounds are the ones that the code uses. */
static void boot_log_prints_the_true_bounds(struct kunit *test)
{
	if (!logged("virtual kernel memory layout", ""))
		kunit_skip(test, "the ring no longer holds the boot log");
	for (int id = 0; id < NR_VA_REGIONS; id++) {
		struct va_region region = va_region(id);
		char name[16], bounds[40];

		snprintf(name, sizeof(name), "%-8s: ", region.name);
		snprintf(bounds, sizeof(bounds), "0x%08lx - 0x%08lx", region.start, region.end);
		KUNIT_EXPECT_TRUE_MSG(test, logged(name, bounds), "no line '%s%s'", name, bounds);
	}
}

/* --- W^X -------------------------------------------------------------------------------------- */

static bool nx_works(void)
{
	return PDPT_ENTRIES > 1 && cpu_has(X86_FEATURE_NX);
}

static void check_rights(const struct pt_run *run, void *ctx)
{
	struct kunit *test = ctx;
	bool executable = !(run->flags & _PAGE_NX);

	KUNIT_EXPECT_FALSE_MSG(test, executable && (run->flags & _PAGE_RW),
			       "0x%08lx-0x%08lx can be written and executed", run->start,
			       run->last);
}

static void no_page_is_writable_and_executable(struct kunit *test)
{
	if (!nx_works())
		kunit_skip(test, "this paging mode cannot forbid execution");
	ptdump_walk(0, ~0ul, check_rights, test);
}

/* In both formats: each page of text and rodata is read-only, by table entry. */
static void image_is_read_only(struct kunit *test)
{
	for (const char *va = __text_start; va < __rodata_end; va += PAGE_SIZE) {
		struct pg_walk walk = pgtable_walk((unsigned long)va);

		KUNIT_ASSERT_EQ(test, (int)walk.level, (int)PG_LEVEL_4K);
		KUNIT_ASSERT_FALSE_MSG(test, *walk.entry & _PAGE_RW, "%pS is writable", va);
	}
}

static const u32 read_only_word = 0x600d;

/* And by trying: a store from ring 0 faults (CR0.WP), and the word is unchanged. */
static void writing_read_only_data_faults(struct kunit *test)
{
	volatile u32 *word = (volatile u32 *)&read_only_word;

	KUNIT_EXPECT_FAULT_AT(test, (unsigned long)word, *word = 0xbad);
	KUNIT_EXPECT_EQ(test, *word, 0x600du);
}

static void executing_data_faults(struct kunit *test)
{
	static u8 code[] = {0xc3}; /* ret */
	void (*volatile function)(void) = (void (*)(void))(void *)code;

	if (!nx_works())
		kunit_skip(test, "this paging mode cannot forbid execution");
	KUNIT_EXPECT_FAULT_AT(test, (unsigned long)code, function());
}

static struct kunit_case address_space_cases[] = {
	KUNIT_CASE(all_entries_lie_in_regions),
	KUNIT_CASE(regions_are_disjoint_and_ordered),
	KUNIT_CASE(boot_log_prints_the_true_bounds),
	KUNIT_CASE(no_page_is_writable_and_executable),
	KUNIT_CASE(image_is_read_only),
	KUNIT_CASE(writing_read_only_data_faults),
	KUNIT_CASE(executing_data_faults),
	{},
};

static struct kunit_suite address_space_suite = {
	.name = "address_space",
	.test_cases = address_space_cases,
	.quick = true,
};
kunit_test_suite(address_space_suite);
