/* SPDX-License-Identifier: MIT */
/*
 * Proves: a fixmap index has the address the law says, shows the frame it was given, stops showing
 * it when cleared, and wrong indices and addresses are caught.
 */
#include "kernel/cpu/apic.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/fixmap.h"
#include "kernel/cpu/smp_config.h"
#include "kernel/sync/preempt.h"
#include "mm/pgtable.h"
#include "tests/kunit.h"

#define SLOT_A FIX_IO_BEGIN
#define SLOT_B (FIX_IO_BEGIN + 1)

static u32 frame[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
static u32 other_frame[PAGE_SIZE / 4] __aligned(PAGE_SIZE);

static bool readable(unsigned long va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, (const void *)va, sizeof(word)) == 0;
}

static void addresses_follow_the_law(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fix_to_virt(FIX_HOLE), 0xfffff000ul);
	KUNIT_EXPECT_EQ(test, fix_to_virt(FIX_APIC_BASE), 0xffffe000ul);
	for (volatile unsigned int i = 0; i < FIX_END; i++) {
		unsigned long va = fix_to_virt(i);

		KUNIT_ASSERT_EQ(test, va, FIXADDR_TOP - i * PAGE_SIZE);
		if (i != FIX_HOLE)
			KUNIT_ASSERT_EQ(test, virt_to_fix(va + 123), (unsigned int)i);
	}
}

static void wrong_addresses_are_bugs(struct kunit *test)
{
	volatile unsigned int outside = FIX_END;

	KUNIT_EXPECT_BUG(test, "*FIXADDR_START*", virt_to_fix(FIXADDR_START - 1));
	KUNIT_EXPECT_BUG(test, "*FIXADDR_TOP*", virt_to_fix(FIXADDR_TOP));
	KUNIT_EXPECT_BUG(test, "*FIX_END*", fix_to_virt(outside));
	KUNIT_EXPECT_BUG(test, "*FIX_END*", __set_fixmap(outside, 0, PAGE_KERNEL));
	KUNIT_EXPECT_BUG(test, "*FIX_HOLE*", __set_fixmap(FIX_HOLE, 0, PAGE_KERNEL));
	KUNIT_EXPECT_BUG(test, "*PT_PHYS_LIMIT*", __set_fixmap(SLOT_A, PT_PHYS_LIMIT, PAGE_KERNEL));
}

static void top_page_faults(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, readable(FIXADDR_TOP));
	KUNIT_EXPECT_FALSE(test, readable(0xfffffffcul));
}

/* One frame at two indices and in the direct map: three views of one memory. */
static void views_of_one_frame_agree(struct kunit *test)
{
	volatile u32 *a, *b;

	set_fixmap(SLOT_A, __pa(frame));
	b = (volatile u32 *)set_fixmap_offset(SLOT_B, __pa(&frame[5]));
	a = (volatile u32 *)fix_to_virt(SLOT_A);
	KUNIT_EXPECT_EQ(test, (unsigned long)b, fix_to_virt(SLOT_B) + 20);
	a[5] = 0x5eed;
	KUNIT_EXPECT_EQ(test, *b, 0x5eedu);
	KUNIT_EXPECT_EQ(test, READ_ONCE(frame[5]), 0x5eedu);
	*b = 0xfeed;
	KUNIT_EXPECT_EQ(test, a[5], 0xfeedu);

	clear_fixmap(SLOT_A);
	clear_fixmap(SLOT_B);
	KUNIT_EXPECT_FALSE(test, readable(fix_to_virt(SLOT_A)));
	KUNIT_EXPECT_FALSE(test, readable(fix_to_virt(SLOT_B)));
}

/* Set over set: the new frame is seen at once, though the old one was in the TLB. */
static void set_replaces(struct kunit *test)
{
	volatile u32 *a = (volatile u32 *)fix_to_virt(SLOT_A);

	frame[0] = 1;
	other_frame[0] = 2;
	set_fixmap(SLOT_A, __pa(frame));
	KUNIT_EXPECT_EQ(test, *a, 1u);
	set_fixmap(SLOT_A, __pa(other_frame));
	KUNIT_EXPECT_EQ(test, *a, 2u);
	clear_fixmap(SLOT_A);
}

static void nocache_sets_the_bits(struct kunit *test)
{
	struct pg_walk walk;

	set_fixmap_nocache(SLOT_A, __pa(frame));
	walk = pgtable_walk(fix_to_virt(SLOT_A));
	KUNIT_ASSERT_EQ(test, (int)walk.level, (int)PG_LEVEL_4K);
	KUNIT_EXPECT_TRUE(test, *walk.entry & _PAGE_PCD);
	clear_fixmap(SLOT_A);
}

/* The local APIC through FIX_APIC_BASE and through a second uncached page: the same registers. */
static void apic_registers_are_reached(struct kunit *test)
{
	phys_addr_t base = smp_config.lapic_address ? smp_config.lapic_address : APIC_DEFAULT_BASE;
	volatile u32 *apic, *again;

	if (!apic_present())
		kunit_skip(test, "this CPU has no local APIC");
	set_fixmap_nocache(SLOT_A, base);
	preempt_disable(); /* each CPU sees its own */
	apic = (volatile u32 *)fix_to_virt(FIX_APIC_BASE);
	again = (volatile u32 *)fix_to_virt(SLOT_A);
	KUNIT_EXPECT_EQ(test, apic[0x20 / 4], again[0x20 / 4]);
	KUNIT_EXPECT_EQ(test, apic[0x30 / 4], again[0x30 / 4]);
	KUNIT_EXPECT_NE(test, apic[0x30 / 4], 0u);
	KUNIT_EXPECT_NE(test, apic[0x30 / 4], ~0u);
	preempt_enable();
	clear_fixmap(SLOT_A);
}

static struct kunit_case fixmap_cases[] = {
	KUNIT_CASE(addresses_follow_the_law),
	KUNIT_CASE(wrong_addresses_are_bugs),
	KUNIT_CASE(top_page_faults),
	KUNIT_CASE(views_of_one_frame_agree),
	KUNIT_CASE(set_replaces),
	KUNIT_CASE(nocache_sets_the_bits),
	KUNIT_CASE(apic_registers_are_reached),
	{},
};

static struct kunit_suite fixmap_suite = {
	.name = "fixmap",
	.test_cases = fixmap_cases,
	.quick = true,
};
kunit_test_suite(fixmap_suite);
