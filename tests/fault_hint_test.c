/* SPDX-License-Identifier: MIT */
/*
 * Proves that the report of a page fault says what the address is: a slot whose map is over or
 * forbids the access, a guard beside one, an idle PKMAP slot, the hole behind the direct map, and
 * in debug builds the high page whose missing address was used as one.
 */
#include "kernel/cpu/recover.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "mm/direct_map.h"
#include "mm/highmem.h"
#include "mm/kmap.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"

static void read_word(void *arg)
{
	(void)*(volatile u32 *)arg;
}

static void write_word(void *arg)
{
	*(volatile u32 *)arg = 0;
}

/* ACCESS there is a fault whose report ends as GLOB says. */
static void expect_report(struct kunit *test, void (*access)(void *arg), const void *va,
			  const char *glob)
{
	struct recover_info info = {.text = ""};

	KUNIT_EXPECT_EQ(test, (int)recover_try(access, (void *)(uintptr_t)va, &info),
			(int)RECOVERED_FAULT);
	KUNIT_EXPECT_TRUE_MSG(test, glob_match(glob, info.text), "%s", info.text);
}

static void expect_hint(struct kunit *test, const void *va, const char *glob)
{
	expect_report(test, read_word, va, glob);
}

static void addresses_are_explained(struct kunit *test)
{
	char *va = kmap_atomic_pfn(1), glob[64];
	unsigned int cpu = smp_processor_id();

	if (KM_INCR > 1)
		expect_hint(test, va + PAGE_SIZE, "*not present): a guard between maps of*");
	kunmap_atomic(va);
	snprintf(glob, sizeof(glob), "*not present): slot 0 of CPU %u, empty*", cpu);
	expect_hint(test, va, glob);
	expect_hint(test, (void *)FIX_TO_VIRT(FIX_IO_BEGIN + FIX_IO_NR - 1), "*: fixmap index*");
	expect_hint(test, high_memory, "*: behind the direct map*");
}

/* A map that forbids the access is not over, and its slot not empty. */
static void maps_in_use_are_not_called_empty(struct kunit *test)
{
	char *va = kmap_atomic_pfn_prot(1, PAGE_KERNEL_RO), glob[64];
	unsigned int cpu = smp_processor_id();

	snprintf(glob, sizeof(glob), "*(page protection): slot 0 of CPU %u, mapped", cpu);
	expect_report(test, write_word, va, glob);
	kunmap_atomic(va);
}

static void high_pages_without_address_are_named(struct kunit *test)
{
	struct page *page = alloc_page(GFP_HIGHUSER);
	char glob[64];
	void *va;

	KUNIT_ASSERT_NOT_NULL(test, page);
	if (!PageHighMem(page)) {
		__free_page(page);
		kunit_skip(test, "no high memory");
	}
	va = kmap(page);
	kunmap(page);
	kmap_flush_unused();
	expect_hint(test, va, "*: PKMAP slot*, free*");
	KUNIT_EXPECT_NULL(test, page_address(page));
	if (KM_INCR > 1) {
		snprintf(glob, sizeof(glob), "*null pointer*pfn:%05lx was NULL*",
			 page_to_pfn(page));
		expect_hint(test, NULL, glob);
	} else {
		expect_hint(test, NULL, "*null pointer*(page not present)");
	}
	__free_page(page);
}

static struct kunit_case fault_hint_cases[] = {
	KUNIT_CASE(addresses_are_explained),
	KUNIT_CASE(maps_in_use_are_not_called_empty),
	KUNIT_CASE(high_pages_without_address_are_named),
	{},
};

static struct kunit_suite fault_hint_suite = {
	.name = "fault_hint",
	.test_cases = fault_hint_cases,
	.quick = true,
};
kunit_test_suite(fault_hint_suite);
