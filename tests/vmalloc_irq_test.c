/* SPDX-License-Identifier: MIT */
/*
 * Proves what vfree() does in an interrupt handler: the area is freed later, in a thread; and what
 * is wrong is reported at once, before anything is written to it.
 */
#include "kernel/sync/workqueue.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/vmalloc.h"
#include "tests/interrupt_once.h"
#include "tests/kunit.h"

static void *get(struct kunit *test, unsigned long pages)
{
	void *p = vmalloc(pages * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void *freed_in_handler;
static unsigned int double_frees;

static void handler(unsigned int irq, void *arg)
{
	vfree(freed_in_handler);
	if (double_frees)
		vfree(freed_in_handler);
}

static void free_in_interrupt(struct kunit *test, void *p)
{
	freed_in_handler = p;
	interrupt_once(test, handler, "vmalloc", NULL);
}

static void vfree_in_interrupt_is_put_off(struct kunit *test)
{
	unsigned long held = vmalloc_nr_pages(), now;
	void *p = get(test, 6);

	double_frees = 0;
	preempt_disable(); /* no worker comes in between */
	free_in_interrupt(test, p);
	now = vmalloc_nr_pages();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, now, held + 6);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, vmalloc_nr_pages(), held);
	KUNIT_EXPECT_NULL(test, find_vm_area(p));

	p = get(test, 6);
	double_frees = 1;
	KUNIT_EXPECT_WARN(test, "*being freed already*", free_in_interrupt(test, p));
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, vmalloc_nr_pages(), held);
}

/* What is wrong is reported in an interrupt as elsewhere, and nothing is done. */
static void wrong_vfree_in_interrupt_harms_nobody(struct kunit *test)
{
	unsigned long *p = get(test, 3), *view;
	struct page *page = vmalloc_to_page(p);

	double_frees = 0;
	memset(p, 0x5a, 3 * PAGE_SIZE);
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*",
			  free_in_interrupt(test, (char *)p + PAGE_SIZE));
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*",
			  free_in_interrupt(test, (char *)p + 3 * PAGE_SIZE));
	KUNIT_EXPECT_WARN(test, "*vfree() bad address*", free_in_interrupt(test, (char *)p + 8));
	view = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, view);
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*", free_in_interrupt(test, view));
	workqueue_settle();
	KUNIT_EXPECT_NULL(test, memchr_inv(p, 0x5a, 3 * PAGE_SIZE));
	vunmap(view);
	vfree(p);
}

/* An area of a caller's pages, which nobody could write to through it. */
static void read_only_areas_are_freed_in_interrupts(struct kunit *test)
{
	struct page **pages = kmalloc(2 * sizeof(*pages), GFP_KERNEL);
	const unsigned long *view;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	for (int i = 0; i < 2; i++) {
		pages[i] = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, pages[i]);
	}
	view = vmap(pages, 2, VM_MAP_PUT_PAGES, PAGE_KERNEL_RO);
	KUNIT_ASSERT_NOT_NULL(test, view);
	KUNIT_EXPECT_EQ(test, READ_ONCE(view[0]), 0ul); /* the TLB knows its rights */
	double_frees = 0;
	free_in_interrupt(test, (void *)(uintptr_t)view);
	workqueue_settle();
	KUNIT_EXPECT_NULL(test, find_vm_area(view));
}

static struct kunit_case vmalloc_irq_cases[] = {
	KUNIT_CASE(vfree_in_interrupt_is_put_off),
	KUNIT_CASE(wrong_vfree_in_interrupt_harms_nobody),
	KUNIT_CASE(read_only_areas_are_freed_in_interrupts),
	{},
};

static struct kunit_suite vmalloc_irq_suite = {
	.name = "vmalloc_irq",
	.test_cases = vmalloc_irq_cases,
	.quick = true,
};
kunit_test_suite(vmalloc_irq_suite);
