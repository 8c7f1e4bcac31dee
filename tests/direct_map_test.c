/* SPDX-License-Identifier: MIT */
/*
 * Proves: low memory is mapped once, at PAGE_OFFSET, frame for frame; nothing else is, above it or
 * below. Read from the live page tables and by touching, never from what the map's builder says.
 */
#include "boot/phys_window.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/stacks.h"
#include "lib/random.h"
#include "mm/direct_map.h"
#include "mm/meminit.h"
#include "mm/pgtable.h"
#include "tests/kunit.h"

#define SAMPLES 1000

static bool readable(const volatile void *va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, (const void *)va, sizeof(word)) == 0;
}

/* 1000 random low frames: __pa(__va(p)) is p, and the table entry of __va(p) holds p. */
static void every_low_frame_is_at_its_address(struct kunit *test)
{
	struct rnd_state random;
	unsigned int seen = 0;

	prandom_seed_state(&random, 0x10f7);
	for (unsigned int i = 0; i < SAMPLES; i++) {
		phys_addr_t pa = PFN_PHYS(prandom_u32_below(&random, mem_limits.max_low_pfn));
		void *va = __va(pa);
		struct pg_walk walk = pgtable_walk((unsigned long)va);

		KUNIT_ASSERT_EQ(test, __pa(va), pa);
		if (stack_by_guard((unsigned long)va))
			continue;
		KUNIT_ASSERT_NE(test, (int)walk.level, (int)PG_LEVEL_NONE);
		KUNIT_ASSERT_EQ(test, walk.phys, pa);
		seen++;
	}
	KUNIT_EXPECT_GT(test, seen, SAMPLES - 10u);
}

/* What is written at __va(p) is what the physical window shows at p: the map is no illusion. */
static void direct_map_reaches_the_frame(struct kunit *test)
{
	static u32 word;

	for (u32 value = 0x1234abcd; value != 0; value <<= 8) {
		u32 seen = 0;

		*(volatile u32 *)&word = value;
		KUNIT_ASSERT_TRUE(test, phys_copy(&seen, __pa(&word), sizeof(seen)));
		KUNIT_EXPECT_EQ(test, seen, value);
	}
}

/* high_memory is the first byte that is not mapped; the 8 MiB hole above it faults throughout. */
static void hole_above_high_memory_faults(struct kunit *test)
{
	unsigned long start = (unsigned long)high_memory;

	KUNIT_EXPECT_EQ(test, start, PAGE_OFFSET + (mem_limits.max_low_pfn << PAGE_SHIFT));
	KUNIT_EXPECT_TRUE(test, readable((void *)(start - sizeof(u32))));
	for (unsigned long va = start; va < start + VMALLOC_OFFSET; va += PAGE_SIZE)
		KUNIT_ASSERT_FALSE_MSG(test, readable((void *)va), "0x%08lx is mapped", va);
	KUNIT_EXPECT_FAULT_AT(test, start, *(volatile char *)high_memory);
}

/* The map at 0 that the boot needed is gone, with it the null page and the image's load address. */
static void nothing_is_mapped_below_page_offset(struct kunit *test)
{
	KUNIT_EXPECT_FAULT_AT(test, 0ul, *(volatile char *)0);
	KUNIT_EXPECT_FALSE(test, readable((void *)KERNEL_PHYS_BASE));
	for (unsigned long va = 0; va < PAGE_OFFSET; va += PMD_SIZE) {
		const pmd_t *pmd = pmd_of(va);

		KUNIT_ASSERT_FALSE_MSG(test, pmd && entry_present(pmd->val),
				       "the directory maps 0x%08lx", va);
	}
}

/* All tables above high_memory exist already: later mappings need no new directory entry. */
static void upper_tables_exist(struct kunit *test)
{
	for (u64 va = mem_limits.vmalloc_start; va < 1ull << 32; va += PMD_SIZE) {
		const pmd_t *pmd = pmd_of(va);

		KUNIT_ASSERT_TRUE_MSG(test, pmd && entry_present(pmd->val) && !pmd_large(*pmd),
				      "no page table for 0x%08llx", va);
	}
	KUNIT_EXPECT_EQ(test, entry_phys(pmd_of(FIXADDR_START)->val), __pa(fixmap_tables));
}

/* The page below each kernel stack is not there, the first byte of the stack is. */
static void stacks_have_guard_pages(struct kunit *test)
{
	const struct kernel_stack *stack;

	for_each_kernel_stack(stack)
	{
		KUNIT_EXPECT_FALSE_MSG(test, readable((void *)stack->guard),
				       "guard of the %s stack", stack->name);
		KUNIT_EXPECT_FALSE(test, readable((void *)(stack->base - sizeof(u32))));
		KUNIT_EXPECT_TRUE(test, readable((void *)stack->base));
	}
}

/* Large pages serve where the CPU has them, unless mem=nopentium; a map of only small ones is slow.
 */
static void large_pages_are_used(struct kunit *test)
{
	bool have = PDPT_ENTRIES > 1 || cpu_has(X86_FEATURE_PSE);
	bool room = mem_limits.high_memory - PAGE_OFFSET >= 4 * PMD_SIZE;

	if (!have || mem_limits.no_large_pages)
		KUNIT_EXPECT_EQ(test, direct_map_stats.large_pages, 0ul);
	else if (room)
		KUNIT_EXPECT_GT(test, direct_map_stats.large_pages, 0ul);
}

static struct kunit_case direct_map_cases[] = {
	KUNIT_CASE(every_low_frame_is_at_its_address),
	KUNIT_CASE(direct_map_reaches_the_frame),
	KUNIT_CASE(hole_above_high_memory_faults),
	KUNIT_CASE(nothing_is_mapped_below_page_offset),
	KUNIT_CASE(upper_tables_exist),
	KUNIT_CASE(stacks_have_guard_pages),
	KUNIT_CASE(large_pages_are_used),
	{},
};

static struct kunit_suite direct_map_suite = {
	.name = "direct_map",
	.test_cases = direct_map_cases,
	.quick = true,
};
kunit_test_suite(direct_map_suite);
