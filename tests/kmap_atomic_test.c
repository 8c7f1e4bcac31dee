/* SPDX-License-Identifier: MIT */
/*
 * Proves the core of kmap_atomic(): the address law, the context it makes (for low pages too), the
 * entry that is gone after unmap, order, depth, and maps of interrupt handlers on top.
 *
 * The pages are frames of the image and, where the machine has them, of high memory, reached by
 * kmap_atomic_pfn(): the suite needs no page allocator.
 */
#include "boot/layout.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/traps.h"
#include "mm/highmem.h"
#include "mm/kmap_atomic.h"
#include "mm/pgtable.h"
#include "tests/cpu_raise.h"
#include "tests/invariant.h"
#include "tests/kunit.h"

static u32 frames[KM_MAX_DEPTH][PAGE_SIZE / 4] __aligned(PAGE_SIZE);

static unsigned long frame_pfn(unsigned int i)
{
	return PFN_DOWN(__pa(frames[i]));
}

static bool readable(const void *va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, va, sizeof(word)) == 0;
}

static int fill_frames(struct kunit *test)
{
	for (unsigned int i = 0; i < KM_MAX_DEPTH; i++)
		for (unsigned int w = 0; w < PAGE_SIZE / 4; w++)
			frames[i][w] = i * 0x01010101 + w;
	return 0;
}

/* Nested maps go down by KM_INCR pages from where the law puts the first. */
static void addresses_follow_the_law(struct kunit *test)
{
	unsigned long first =
		FIX_TO_VIRT(FIX_KMAP_BEGIN + KM_INCR - 1 + KM_TYPE_NR * smp_processor_id());
	u32 *a = kmap_atomic_pfn(frame_pfn(0));
	u32 *b = kmap_atomic_pfn(frame_pfn(1));

	KUNIT_EXPECT_EQ(test, (unsigned long)a, first);
	KUNIT_EXPECT_EQ(test, (unsigned long)b, first - PAGE_SIZE * KM_INCR);
	KUNIT_EXPECT_EQ(test, a[7], frames[0][7]);
	KUNIT_EXPECT_EQ(test, b[7], frames[1][7]);
	kunmap_atomic(b);
	kunmap_atomic(a);
}

/* A low page has its direct address, and makes the context atomic all the same. */
static void low_pages_disable_preemption_too(struct kunit *test)
{
	struct page *page = virt_to_page(frames[0]);
	void *va = kmap_atomic(page);

	if (kmap_mode != KMAP_FORCE)
		KUNIT_EXPECT_PTR_EQ(test, va, (void *)frames[0]);
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	KUNIT_EXPECT_TRUE(test, pagefault_disabled());
	KUNIT_EXPECT_EQ(test, kmap_atomic_depth(), kmap_mode == KMAP_FORCE ? 1u : 0u);
	kunmap_atomic(va);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	KUNIT_EXPECT_FALSE(test, pagefault_disabled());
}

/* After unmap the entry is clear and a read faults; any address inside the page is accepted. */
static void unmap_leaves_nothing(struct kunit *test)
{
	char *va = kmap_atomic_pfn(frame_pfn(0));

	KUNIT_EXPECT_TRUE(test, readable(va));
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	kunmap_atomic(va + 123);
	KUNIT_EXPECT_FALSE(test, readable(va));
	KUNIT_EXPECT_EQ(test, (int)pgtable_walk((unsigned long)va).level, (int)PG_LEVEL_NONE);
}

static void read_only_maps_fault_on_write(struct kunit *test)
{
	volatile u32 *va = kmap_atomic_pfn_prot(frame_pfn(2), PAGE_KERNEL_RO);

	KUNIT_EXPECT_EQ(test, va[3], frames[2][3]);
	KUNIT_EXPECT_FAULT_AT(test, (unsigned long)&va[3], va[3] = 1);
	kunmap_atomic((void *)va);
}

static void wrong_order_is_reported(struct kunit *test)
{
	u32 *a = kmap_atomic_pfn(frame_pfn(0));
	u32 *b = kmap_atomic_pfn(frame_pfn(1));

	KUNIT_EXPECT_WARN(test, "*reverse order*", kunmap_atomic(a));
	KUNIT_EXPECT_FALSE(test, readable(b)); /* the innermost map is what ended */
	KUNIT_EXPECT_WARN(test, "*reverse order*", kunmap_atomic(b));
	KUNIT_EXPECT_EQ(test, kmap_atomic_depth(), 0u);
}

static void a_wild_address_is_reported(struct kunit *test)
{
	void *volatile wild = (void *)0x1000;

	atomic_map_begin();
	KUNIT_EXPECT_WARN(test, "*no address that kmap_atomic*", kunmap_atomic(wild));
}

/* All slots at once hold their own page; one more is a BUG and harms none. */
static void depth_is_limited(struct kunit *test)
{
	u32 *va[KM_MAX_DEPTH];

	for (unsigned int i = 0; i < KM_MAX_DEPTH; i++)
		va[i] = kmap_atomic_pfn(frame_pfn(i));
	KUNIT_EXPECT_BUG(test, "*KM_MAX_DEPTH*", kmap_atomic_pfn(frame_pfn(0)));
	for (unsigned int i = 0; i < KM_MAX_DEPTH; i++)
		KUNIT_EXPECT_EQ(test, va[i][i], frames[i][i]);
	for (unsigned int i = KM_MAX_DEPTH; i-- > 0;)
		kunmap_atomic(va[i]);
}

/* The debug layout keeps an unmapped page beside each map: running past the end faults. */
static void overruns_fault_in_debug_builds(struct kunit *test)
{
	char *outer, *inner;

	if (KM_INCR == 1)
		kunit_skip(test, "only debug builds have guard pages between the slots");
	outer = kmap_atomic_pfn(frame_pfn(0));
	inner = kmap_atomic_pfn(frame_pfn(1));
	KUNIT_EXPECT_FALSE(test, readable(inner + PAGE_SIZE));
	KUNIT_EXPECT_FALSE(test, readable(outer + PAGE_SIZE));
	kunmap_atomic(inner);
	kunmap_atomic(outer);
}

#define FREE_IRQ 10

static bool handler_saw_its_pages;

/* What an interrupt handler may do on top of anybody's maps. */
static void mapping_handler(unsigned int irq, void *arg)
{
	u32 *a = kmap_atomic_pfn(frame_pfn(3));
	u32 *b = kmap_atomic_pfn(frame_pfn(4));

	handler_saw_its_pages = a[9] == frames[3][9] && b[9] == frames[4][9];
	kunmap_atomic(b);
	kunmap_atomic(a);
}

static void interrupts_map_on_top(struct kunit *test)
{
	u32 *va;

	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, mapping_handler, "kmap", NULL), 0);
	va = kmap_atomic_pfn(frame_pfn(0));
	for (unsigned int i = 0; i < 1000; i++) {
		handler_saw_its_pages = false;
		raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
		KUNIT_ASSERT_TRUE(test, handler_saw_its_pages);
		KUNIT_ASSERT_EQ(test, va[i % 1024], frames[0][i % 1024]);
	}
	kunmap_atomic(va);
	free_irq(FREE_IRQ);
}

/* Helpers: whole pages and parts of them, and not a byte more. */
static void helpers_stay_inside_the_page(struct kunit *test)
{
	struct page *page = virt_to_page(frames[5]), *other = virt_to_page(frames[6]);
	char bytes[4] = "abc";

	copy_highpage(other, page);
	KUNIT_EXPECT_MEMEQ(test, (void *)frames[6], (void *)frames[5], PAGE_SIZE);
	clear_highpage(page);
	for (unsigned int w = 0; w < PAGE_SIZE / 4; w++)
		KUNIT_ASSERT_EQ(test, frames[5][w], 0u);
	memcpy_to_page(page, PAGE_SIZE - 4, bytes, 4);
	memset_page(page, 0, 0x7f, 1);
	memcpy_from_page(bytes, page, PAGE_SIZE - 2, 2);
	KUNIT_EXPECT_EQ(test, bytes[0], 'c');
	KUNIT_EXPECT_EQ(test, frames[5][0], 0x7fu);
	KUNIT_EXPECT_BUG(test, "*len*", memcpy_to_page(page, PAGE_SIZE - 4, bytes, 5));
	KUNIT_EXPECT_BUG(test, "*len*", memset_page(page, PAGE_SIZE + 1, 0, 0));
}

/* No test leaves a map open. */
static void take_depth(struct invariant_state *now)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) now->value[0] +=
		KMAP_SLOTS_NONE(cpu) - READ_ONCE(per_cpu(kmap_slots_pcp, cpu));
}
TEST_INVARIANT_NAMED(kmap_atomic_depth, take_depth, "temporary maps of all CPUs");

static struct kunit_case kmap_atomic_cases[] = {
	KUNIT_CASE(addresses_follow_the_law),
	KUNIT_CASE(low_pages_disable_preemption_too),
	KUNIT_CASE(unmap_leaves_nothing),
	KUNIT_CASE(read_only_maps_fault_on_write),
	KUNIT_CASE(wrong_order_is_reported),
	KUNIT_CASE(a_wild_address_is_reported),
	KUNIT_CASE(depth_is_limited),
	KUNIT_CASE(overruns_fault_in_debug_builds),
	KUNIT_CASE(interrupts_map_on_top),
	KUNIT_CASE(helpers_stay_inside_the_page),
	{},
};

static struct kunit_suite kmap_atomic_suite = {
	.name = "kmap_atomic",
	.init = fill_frames,
	.test_cases = kmap_atomic_cases,
	.quick = true,
};
kunit_test_suite(kmap_atomic_suite);
