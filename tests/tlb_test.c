/* SPDX-License-Identifier: MIT */
/*
 * Proves: local flushes flush. A page-table entry is changed behind the CPU's back; until a flush
 * the old page must still be seen (that is the detector: without it the test could not fail), and
 * after it the new one.
 *
 * The window is the table window of the fixmap, idle after boot. Interrupts are off, and nothing
 * else is touched between the steps, so that no other event empties the TLB.
 */
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/preempt.h"
#include "mm/tlb.h"
#include "tests/kunit.h"

#define WINDOW ((volatile u32 *)FIX_TO_VIRT(FIX_TABLE_WINDOW))
#define TRIES  100

static u32 page_a[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
static u32 page_b[PAGE_SIZE / 4] __aligned(PAGE_SIZE);

static void no_flush(void)
{
}

static void flush_one(void)
{
	local_flush_tlb_one((unsigned long)WINDOW);
}

static entry_t entry_for(const u32 *page)
{
	return make_entry(__pa(page), PAGE_KERNEL); /* global, where the CPU has that */
}

/* How often of TRIES the old page is seen after its entry was replaced and @flush called. */
static unsigned int count_stale(void (*flush)(void))
{
	entry_t *slot = FIXMAP_SLOT(FIX_TABLE_WINDOW);
	unsigned int stale = 0;
	unsigned long flags;

	page_a[0] = 0xaaaaaaaa;
	page_b[0] = 0xbbbbbbbb;
	for (unsigned int i = 0; i < TRIES; i++) {
		local_irq_save(flags);
		*slot = entry_for(page_a);
		flush_one();
		(void)*WINDOW;
		*slot = entry_for(page_b);
		flush();
		stale += *WINDOW == page_a[0];
		local_irq_restore(flags);
	}
	entry_clear(slot);
	flush_one();
	return stale;
}

static void expect_flushes(struct kunit *test, void (*flush)(void))
{
	if (count_stale(no_flush) != TRIES)
		kunit_error(test, "the old page was not seen %d of %d times without a flush", TRIES,
			    TRIES);
	KUNIT_EXPECT_EQ(test, count_stale(flush), 0u);
}

static void one_page_flush(struct kunit *test)
{
	expect_flushes(test, flush_one);
}

static void full_flush(struct kunit *test)
{
	expect_flushes(test, local_flush_tlb_all);
}

static void flush_range(void)
{
	unsigned long va = (unsigned long)WINDOW;

	local_flush_tlb_kernel_range(va, va + 1);
}

/* Two bytes, and two pages: the window's is the second. */
static void flush_crooked_range(void)
{
	unsigned long va = (unsigned long)WINDOW;

	local_flush_tlb_kernel_range(va - 1, va + 1);
}

static void flush_every_address(void)
{
	local_flush_tlb_kernel_range(0, ~0ul);
}

/* A range may begin and end anywhere, and reach over everything. */
static void range_flush(struct kunit *test)
{
	unsigned long flushes;

	expect_flushes(test, flush_range);
	expect_flushes(test, flush_crooked_range);
	expect_flushes(test, flush_every_address);
	preempt_disable();
	flushes = this_cpu_read(tlb_counters.full) + this_cpu_read(tlb_counters.ranged);
	local_flush_tlb_kernel_range((unsigned long)WINDOW, (unsigned long)WINDOW);
	flushes -= this_cpu_read(tlb_counters.full) + this_cpu_read(tlb_counters.ranged);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, flushes, 0ul); /* nothing, for an empty one */
}

static struct kunit_case tlb_cases[] = {
	KUNIT_CASE(one_page_flush),
	KUNIT_CASE(full_flush),
	KUNIT_CASE(range_flush),
	{},
};

static struct kunit_suite tlb_suite = {
	.name = "tlb",
	.test_cases = tlb_cases,
	.quick = true,
};
kunit_test_suite(tlb_suite);
