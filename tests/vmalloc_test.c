/* SPDX-License-Identifier: MIT */
/*
 * Proves: vmalloc() and its kin give memory that is what they promise, at addresses that end in a
 * guard page; what is freed is gone after the purge and nobody's before; wrong frees are reported
 * and change nothing. In an interrupt: tests/vmalloc_irq_test.c.
 */
#include "mm/vmalloc.h"
#include "kernel/cpu/extable.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/pageblock.h"
#include "tests/kunit.h"

static noinline void *get(struct kunit *test, unsigned long pages)
{
	void *p = vmalloc(pages * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

static void memory_is_there_and_ends(struct kunit *test)
{
	volatile u8 *p = get(test, 3);

	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr((void *)p));
	KUNIT_EXPECT_TRUE(test, offset_in_page(p) == 0);
	p[0] = 1;
	p[3 * PAGE_SIZE - 1] = 2;
	KUNIT_EXPECT_EQ(test, p[0] + p[3 * PAGE_SIZE - 1], 3);
	KUNIT_EXPECT_FAULT_WRITE(test, p + 3 * PAGE_SIZE);
	KUNIT_EXPECT_FAULT_READ(test, p + 4 * PAGE_SIZE - 1);
	vfree((void *)p);
}

/* Two areas in a row: what runs off the first one does not reach the second. */
static void areas_are_kept_apart(struct kunit *test)
{
	char *a = get(test, 1), *b = get(test, 1);
	char *low = a < b ? a : b, *high = a < b ? b : a;

	KUNIT_EXPECT_GE(test, (unsigned long)(high - low), 2ul * PAGE_SIZE);
	KUNIT_EXPECT_FAULT_WRITE(test, low + PAGE_SIZE);
	vfree(a);
	vfree(b);
}

static void every_page_is_its_own(struct kunit *test)
{
	enum { PAGES = 40 };
	u32 *p = get(test, PAGES);
	unsigned int high = 0;

	for (unsigned int i = 0; i < PAGES; i++)
		p[i * 1024] = 0xabc00000 + i;
	for (unsigned int i = 0; i < PAGES; i++) {
		struct page *page = vmalloc_to_page(p + i * 1024 + 7);
		u32 *view;

		KUNIT_ASSERT_NOT_NULL(test, page);
		KUNIT_EXPECT_EQ(test, vmalloc_to_pfn(p + i * 1024), page_to_pfn(page));
		KUNIT_EXPECT_EQ(test, page_count(page), 1);
		high += PageHighMem(page);
		view = kmap_atomic(page);
		KUNIT_EXPECT_EQ(test, *view, 0xabc00000 + i);
		kunmap_atomic(view);
	}
	if (nr_free_highpages() > 1000)
		KUNIT_EXPECT_EQ(test, high, (unsigned int)PAGES);
	KUNIT_EXPECT_NULL(test, vmalloc_to_page(p + PAGES * 1024));
	KUNIT_EXPECT_NULL(test, vmalloc_to_page((void *)PAGE_OFFSET));
	vfree(p);
}

/* Does PAGE go to a list that GFP_HIGHUSER is served from, when it is freed? */
static bool comes_again(const struct page *page)
{
	return page_group_by_mobility_disabled ||
	       get_pageblock_migratetype(page) == MIGRATE_UNMOVABLE;
}

/* With every second page taken away, the rest is still one piece to whoever asks here. */
static void frames_need_not_be_neighbours(struct kunit *test)
{
	enum { PAGES = 64 };
	static struct page *page[2 * PAGES];
	unsigned int gaps = 0, again = 0;
	u8 *p;

	for (unsigned int i = 0; i < 2 * PAGES; i++) {
		page[i] = alloc_page(GFP_HIGHUSER);
		KUNIT_ASSERT_NOT_NULL(test, page[i]);
	}
	for (unsigned int i = 0; i < 2 * PAGES; i += 2) {
		again += comes_again(page[i]);
		__free_page(page[i]);
	}
	p = get(test, PAGES);
	for (unsigned int i = 1; i < PAGES; i++)
		gaps += vmalloc_to_pfn(p + i * PAGE_SIZE) !=
			vmalloc_to_pfn(p + (i - 1) * PAGE_SIZE) + 1;
	KUNIT_EXPECT_GE(test, gaps, again / 2);
	memset(p, 0x5a, PAGES * PAGE_SIZE);
	vfree(p);
	for (unsigned int i = 1; i < 2 * PAGES; i += 2)
		__free_page(page[i]);
	if (again == 0)
		kunit_skip(test, "no page is of a page block that a free leads back to");
}

static void zeroed_means_zero(struct kunit *test)
{
	enum { PAGES = 8 };
	u32 *p = get(test, PAGES);

	memset(p, 0xff, PAGES * PAGE_SIZE);
	vfree(p);
	p = vzalloc(PAGES * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, p);
	for (unsigned int i = 0; i < PAGES * 1024; i++)
		if (p[i])
			KUNIT_FAIL(test, "word %u is 0x%x", i, p[i]);
	memset(p, 0xff, PAGES * PAGE_SIZE);
	vfree(p);
	p = vmalloc_user(PAGES * PAGE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_EQ(test, p[0] | p[PAGES * 1024 - 1], 0u);
	KUNIT_EXPECT_TRUE(test, find_vm_area(p)->flags & VM_USERMAP);
	vfree(p);
}

static void low_memory_where_asked(struct kunit *test)
{
	u8 *p = vmalloc_32(8 * PAGE_SIZE), *dma = __vmalloc(2 * PAGE_SIZE, GFP_KERNEL | GFP_DMA);

	KUNIT_ASSERT_NOT_NULL(test, p);
	for (unsigned int i = 0; i < 8; i++)
		KUNIT_EXPECT_FALSE(test, PageHighMem(vmalloc_to_page(p + i * PAGE_SIZE)));
	vfree(p);
	KUNIT_ASSERT_NOT_NULL(test, dma);
	KUNIT_EXPECT_LT(test, vmalloc_to_pfn(dma + PAGE_SIZE), 4096ul);
	vfree(dma);
}

static void impossible_requests_fail(struct kunit *test)
{
	KUNIT_EXPECT_WARN(test, "*size 0*", KUNIT_EXPECT_NULL(test, vmalloc(0)));
	KUNIT_EXPECT_NULL(test, __vmalloc(~0ul, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_NULL(test, __vmalloc(VMALLOC_END - VMALLOC_START, GFP_KERNEL | __GFP_NOWARN));
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*", KUNIT_EXPECT_NULL(test, vmalloc(~0ul)));
	KUNIT_EXPECT_NULL(test, vmalloc_check());
	warn_once_reset();
}

static void areas_are_known(struct kunit *test)
{
	u8 *p = get(test, 5);
	struct vm_struct *vm = find_vm_area(p + 3 * PAGE_SIZE + 17);
	unsigned long held = vmalloc_nr_pages();

	KUNIT_ASSERT_NOT_NULL(test, vm);
	KUNIT_EXPECT_PTR_EQ(test, vm->addr, (void *)p);
	KUNIT_EXPECT_EQ(test, vm->size, 6ul * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vm->nr_pages, 5u);
	for (unsigned int i = 0; i < 5; i++)
		KUNIT_EXPECT_PTR_EQ(test, vm->pages[i], vmalloc_to_page(p + i * PAGE_SIZE));
	vfree(p);
	KUNIT_EXPECT_NULL(test, find_vm_area(p));
	KUNIT_EXPECT_EQ(test, vmalloc_nr_pages(), held - 5);
}

static void wrong_frees_change_nothing(struct kunit *test)
{
	u8 *p = get(test, 2);

	p[0] = 42;
	vfree(NULL);
	KUNIT_EXPECT_WARN(test, "*vfree() bad address*", vfree(p + 8));
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*", vfree(p + PAGE_SIZE));
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*", vfree((void *)PAGE_OFFSET));
	KUNIT_EXPECT_WARN(test, "*vunmap() nonexistent*", vunmap(p));
	KUNIT_EXPECT_EQ(test, p[0], 42);
	vfree(p);
	KUNIT_EXPECT_WARN(test, "*vfree() nonexistent*", vfree(p));
	KUNIT_EXPECT_NULL(test, vmalloc_check());
}

/* Freed addresses: not given away again before the purge, unmapped after it, then reused. */
static void freed_addresses_wait_for_the_flush(struct kunit *test)
{
	u8 *a, *b, *c;

	vm_unmap_aliases();
	a = get(test, 4);
	vfree(a);
	b = get(test, 4);
	KUNIT_EXPECT_PTR_NE(test, a, b);
	vm_unmap_aliases();
	KUNIT_EXPECT_FAULT_READ(test, a);
	c = get(test, 4);
	KUNIT_EXPECT_PTR_EQ(test, a, c);
	vfree(b);
	vfree(c);
}

#define OLD 0x01d01d01u
#define NEW 0x2e2e2e2eu

/*
 * The TLB knows the old page of an address when the purge begins, and must not when it ends. That
 * it does is proved first: the page is still seen after its entry is gone.
 */
static void purge_flushes(struct kunit *test)
{
	unsigned int seen = 0, stale = 0;

	for (unsigned int i = 0; i < 50; i++) {
		volatile u32 *p = get(test, 1), *q;
		struct page *page = vmalloc_to_page((void *)p);
		u32 word = 0;

		get_page(page); /* or it might come back as the new page */
		*p = OLD;
		vfree((void *)p);
		seen += copy_from_kernel_nofault(&word, (void *)p, 4) == 0 && word == OLD;
		vm_unmap_aliases();
		q = get(test, 1);
		KUNIT_EXPECT_PTR_EQ(test, (void *)p, (void *)q);
		word = NEW;
		memcpy_to_page(vmalloc_to_page((void *)q), 0, (char *)&word, 4);
		stale += *q == OLD;
		vfree((void *)q);
		vm_unmap_aliases();
		put_page(page);
	}
	if (seen == 0)
		kunit_error(test, "the old page was never seen after its entry was gone");
	KUNIT_EXPECT_EQ(test, stale, 0u);
}

static void context_is_judged(struct kunit *test)
{
	void *p = vmalloc(PAGE_SIZE);

	preempt_disable();
	KUNIT_EXPECT_WARN(test, "*sleeping function*", vfree(p));
	preempt_enable();
	preempt_count_add(HARDIRQ_OFFSET);
	KUNIT_EXPECT_BUG(test, "*in_interrupt*", vunmap((void *)VMALLOC_START));
	preempt_count_sub(HARDIRQ_OFFSET);
	preempt_count_add(NMI_OFFSET);
	KUNIT_EXPECT_BUG(test, "*in_nmi*", vfree((void *)VMALLOC_START));
	preempt_count_sub(NMI_OFFSET);
}

static char info[8192 + NR_CPUS * 512]; /* idle tasks have stacks here */
static size_t info_length;

static __printf(1, 2) void collect(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	info_length += vscnprintf(info + info_length, sizeof(info) - info_length, fmt, args);
	info_length += scnprintf(info + info_length, sizeof(info) - info_length, "\n");
	va_end(args);
}

/* An address that was handed out is in the file, in Linux's words. */
static void vmallocinfo_names_it(struct kunit *test)
{
	void *p = get(test, 2);
	char expected[128];

	info_length = 0;
	vmallocinfo_show(collect);
	snprintf(expected, sizeof(expected),
		 "*0x%08lx-0x%08lx   12288 get+0x*/0x* pages=2 vmalloc\n*", (unsigned long)p,
		 (unsigned long)p + 3 * PAGE_SIZE);
	KUNIT_EXPECT_TRUE_MSG(test, glob_match(expected, info), "%s is not in:\n%s", expected,
			      info);
	vfree(p);
	info_length = 0;
	vmallocinfo_show(collect);
	KUNIT_EXPECT_TRUE(test, glob_match("* unpurged vm_area\n", info));
	KUNIT_EXPECT_FALSE(test, glob_match(expected, info));
}

/* Sizes and order at random; every area keeps what was written to it, and the books stay right. */
static void random_areas(struct kunit *test)
{
	enum { AREAS = 64, ROUNDS = 600 };
	static struct {
		u32 *p;
		unsigned int pages;
	} area[AREAS];
	struct rnd_state random;

	prandom_seed_state(&random, 7);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int k = prandom_u32_state(&random) % AREAS, n = area[k].pages;
		u32 *p = area[k].p;

		if (p) {
			KUNIT_EXPECT_EQ(test, p[0], k);
			KUNIT_EXPECT_EQ(test, p[n * 1024 - 1], ~k);
			vfree(p);
			area[k].p = NULL;
			continue;
		}
		n = 1 + prandom_u32_state(&random) % 12;
		p = get(test, n);
		p[0] = k;
		p[n * 1024 - 1] = ~k;
		area[k].p = p;
		area[k].pages = n;
		if (i % 50 == 0)
			KUNIT_EXPECT_NULL(test, vmalloc_check());
	}
	for (unsigned int k = 0; k < AREAS; k++) {
		vfree(area[k].p);
		area[k].p = NULL;
	}
	KUNIT_EXPECT_NULL(test, vmalloc_check());
}

static struct kunit_case vmalloc_cases[] = {
	KUNIT_CASE(memory_is_there_and_ends),
	KUNIT_CASE(areas_are_kept_apart),
	KUNIT_CASE(every_page_is_its_own),
	KUNIT_CASE(frames_need_not_be_neighbours),
	KUNIT_CASE(zeroed_means_zero),
	KUNIT_CASE(low_memory_where_asked),
	KUNIT_CASE(impossible_requests_fail),
	KUNIT_CASE(areas_are_known),
	KUNIT_CASE(wrong_frees_change_nothing),
	KUNIT_CASE(freed_addresses_wait_for_the_flush),
	KUNIT_CASE(purge_flushes),
	KUNIT_CASE(context_is_judged),
	KUNIT_CASE(vmallocinfo_names_it),
	KUNIT_CASE(random_areas),
	{},
};

static struct kunit_suite vmalloc_suite = {
	.name = "vmalloc",
	.test_cases = vmalloc_cases,
	.quick = true,
};
kunit_test_suite(vmalloc_suite);
