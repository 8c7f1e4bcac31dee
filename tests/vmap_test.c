/* SPDX-License-Identifier: MIT */
/*
 * Proves: vmap() shows a caller's pages and owns nothing but their addresses, vm_map_ram() the
 * same, ioremap() shows devices and refuses RAM.
 */
#include "mm/vmalloc.h"
#include "kernel/sync/preempt.h"
#include "mm/ioremap.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "tests/kunit.h"

#define PAGES 6

static struct page *page[PAGES];

static int take_pages(struct kunit *test)
{
	for (unsigned int i = 0; i < PAGES; i++)
		page[i] = alloc_page(GFP_HIGHUSER);
	return page[PAGES - 1] ? 0 : -1;
}

static void give_pages(struct kunit *test)
{
	for (unsigned int i = 0; i < PAGES; i++) {
		if (page[i])
			KUNIT_EXPECT_EQ(test, page_count(page[i]), 1);
		if (page[i])
			__free_page(page[i]);
		page[i] = NULL;
	}
	KUNIT_EXPECT_NULL(test, vmalloc_check());
}

static void two_views_are_one_memory(struct kunit *test)
{
	struct page *backwards[PAGES];
	volatile u32 *a, *b;

	for (unsigned int i = 0; i < PAGES; i++)
		backwards[i] = page[PAGES - 1 - i];
	a = vmap(page, PAGES, VM_MAP, PAGE_KERNEL);
	b = vmap(backwards, PAGES, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	for (unsigned int i = 0; i < PAGES; i++) {
		a[i * 1024 + 5] = 100 + i;
		KUNIT_EXPECT_EQ(test, b[(PAGES - 1 - i) * 1024 + 5], 100 + i);
		b[(PAGES - 1 - i) * 1024 + 6] = 200 + i;
		KUNIT_EXPECT_EQ(test, a[i * 1024 + 6], 200 + i);
		KUNIT_EXPECT_EQ(test, page_count(page[i]), 1);
	}
	KUNIT_EXPECT_FAULT_WRITE(test, a + PAGES * 1024);
	vunmap((void *)a);
	KUNIT_EXPECT_EQ(test, b[5], 100u + PAGES - 1);
	vunmap((void *)b);
	vm_unmap_aliases();
	KUNIT_EXPECT_FAULT_READ(test, a);
}

/* vfree() puts the pages and frees the array; both were the area's. */
static void pages_can_be_given_away(struct kunit *test)
{
	struct page **array = kvmalloc(3 * sizeof(*array), GFP_KERNEL);
	u8 *p;

	KUNIT_ASSERT_NOT_NULL(test, array);
	for (unsigned int i = 0; i < 3; i++) {
		array[i] = page[i];
		get_page(page[i]);
	}
	p = vmap(array, 3, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, page_count(page[2]), 2);
	p[2 * PAGE_SIZE] = 1;
	vfree(p);
	KUNIT_EXPECT_EQ(test, page_count(page[2]), 1);
	p = kvzalloc(8 << 20, GFP_KERNEL | __GFP_NOWARN);
	if (p) {
		KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(p));
		KUNIT_EXPECT_EQ(test, p[(8 << 20) - 1], 0);
	}
	kvfree(p);
	kvfree(NULL);
}

static void rights_are_kept(struct kunit *test)
{
	volatile u8 *p = vmap(page, 1, VM_MAP, PAGE_KERNEL_RO);

	KUNIT_ASSERT_NOT_NULL(test, p);
	kunit_touch(p, false);
	KUNIT_EXPECT_FAULT_WRITE(test, p);
	vunmap((void *)p);
}

static void odd_requests_fail(struct kunit *test)
{
	struct page *none[2] = {page[0], NULL};

	KUNIT_EXPECT_NULL(test, vmap(page, 0, VM_MAP, PAGE_KERNEL));
	KUNIT_EXPECT_NULL(test, vmap(page, totalram_pages() + 1, VM_MAP, PAGE_KERNEL));
	KUNIT_EXPECT_WARN(test, "*no page*",
			  KUNIT_EXPECT_NULL(test, vmap(none, 2, VM_MAP, PAGE_KERNEL)));
	KUNIT_EXPECT_WARN(test, "*vunmap() nonexistent*", vunmap((void *)PAGE_OFFSET));
	vunmap(NULL);
}

static void map_ram_is_a_short_vmap(struct kunit *test)
{
	u32 *p = vm_map_ram(page, 3, -1);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p[2 * 1024] = 77;
	KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(p + 2 * 1024), page[2]);
	KUNIT_EXPECT_WARN(test, "*no such area*", vm_unmap_ram(p, 2));
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*", vfree(p));
	KUNIT_EXPECT_EQ(test, p[2 * 1024], 77u);
	vm_unmap_ram(p, 3);
	vm_unmap_aliases();
	KUNIT_EXPECT_FAULT_READ(test, p);
}

/* The text screen's memory, seen twice; RAM is refused. */
static void devices_are_shown(struct kunit *test)
{
	volatile u8 *a = ioremap(0xb8f00, 0x200), *b = ioremap_cache(0xb8000, PAGE_SIZE);
	struct vm_struct *vm;
	unsigned int level;

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, offset_in_page(a), 0xf00ul);
	KUNIT_EXPECT_EQ(test, vmalloc_to_pfn((void *)a), 0xb8ul);
	KUNIT_EXPECT_EQ(test, vmalloc_to_pfn((void *)(a + 0x100)), 0xb9ul);
	vm = find_vm_area((void *)a);
	KUNIT_ASSERT_NOT_NULL(test, vm);
	KUNIT_EXPECT_EQ(test, vm->phys_addr, (phys_addr_t)0xb8000);
	KUNIT_EXPECT_TRUE(test, lookup_address((unsigned long)a, &level)->val & _PAGE_PCD);
	KUNIT_EXPECT_FALSE(test, lookup_address((unsigned long)b, &level)->val & _PAGE_PCD);
	KUNIT_EXPECT_WARN(test, "*iounmap: bad address*", iounmap(a + PAGE_SIZE));
	iounmap(a);
	iounmap(b);
	KUNIT_EXPECT_WARN(test, "*iounmap: bad address*", iounmap(a));
	KUNIT_EXPECT_NULL(test, ioremap(0xb8000, 0));
	KUNIT_EXPECT_NULL(test, ioremap(~(phys_addr_t)0 - 5, 100));
	KUNIT_EXPECT_WARN(test, "*ioremap on RAM*",
			  KUNIT_EXPECT_NULL(test, ioremap(0x200000, PAGE_SIZE)));
	warn_once_reset();
}

/* 900 areas at once, none of them in another one's way; each fits again after half are gone. */
static void many_areas(struct kunit *test)
{
	enum { AREAS = 900 };
	static void *area[AREAS];
	unsigned long last = 0;

	for (unsigned int i = 0; i < AREAS; i++) {
		area[i] = vmap(page, 1 + i % PAGES, VM_MAP, PAGE_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, area[i]);
	}
	for (unsigned int i = 0; i < AREAS; i += 2)
		vunmap(area[i]);
	vm_unmap_aliases();
	for (unsigned int i = 0; i < AREAS; i += 2) {
		area[i] = vmap(page, 1 + i % PAGES, VM_MAP, PAGE_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, area[i]);
		last = max(last, (unsigned long)area[i]);
	}
	KUNIT_EXPECT_NULL(test, vmalloc_check());
	for (unsigned int i = 0; i < AREAS; i++) {
		KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(area[i]), page[0]);
		vunmap(area[i]);
	}
}

/* Until the window is full: that is said, once, and is over when something is freed. */
static void a_full_window(struct kunit *test)
{
	enum { AREAS = 600 };
	static void *area[AREAS];
	const unsigned long room = (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT;
	unsigned long each = min(room / 24, totalram_pages() / 4), n = 0;
	struct page **same;

	if (room / each > AREAS)
		kunit_skip(test, "a window of %lu pages is too large for this machine", room);
	same = vmalloc(each * sizeof(*same));
	KUNIT_ASSERT_NOT_NULL(test, same);
	for (unsigned int i = 0; i < each; i++)
		same[i] = page[i % PAGES];
	KUNIT_EXPECT_WARN(test, "*use vmalloc=<size>*",
			  while (n < AREAS && (area[n] = vmap(same, each, VM_MAP, PAGE_KERNEL)))
				  n++);
	KUNIT_EXPECT_GE(test, n, room / (each + 1) - 2);
	KUNIT_EXPECT_LE(test, n, room / (each + 1));
	KUNIT_EXPECT_NULL(test, vmalloc_check());
	for (unsigned int i = 0; i < n; i += 2)
		vunmap(area[i]);
	for (unsigned int i = 0; i < n; i += 2) {
		area[i] = vmap(same, each, VM_MAP, PAGE_KERNEL);
		KUNIT_EXPECT_NOT_NULL(test, area[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		vunmap(area[i]);
	vfree(same);
	warn_once_reset();
}

static struct kunit_case vmap_cases[] = {
	KUNIT_CASE(two_views_are_one_memory),
	KUNIT_CASE(pages_can_be_given_away),
	KUNIT_CASE(rights_are_kept),
	KUNIT_CASE(odd_requests_fail),
	KUNIT_CASE(map_ram_is_a_short_vmap),
	KUNIT_CASE(devices_are_shown),
	KUNIT_CASE(many_areas),
	KUNIT_CASE_SLOW(a_full_window),
	{},
};

static struct kunit_suite vmap_suite = {
	.name = "vmap",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = vmap_cases,
	.quick = true,
};
kunit_test_suite(vmap_suite);
