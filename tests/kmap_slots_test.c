/* SPDX-License-Identifier: MIT */
/*
 * Proves what tests/kmap_atomic_test.c leaves: real pages of the allocator (high ones where the
 * machine has them), slots of several CPUs, contexts in which maps are wrong or must work, the
 * order of kmap_atomic() and kmap_local_page() among each other, the interface of Linux 2.6.
 */
#include "boot/layout.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "mm/highmem.h"
#include "mm/kmap.h"
#include "mm/kmap_type.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"
#include "tests/cpu_raise.h"
#include "tests/page_sign.h"
#include "tests/kunit.h"

#define NPAGES 4

static struct page *pages[NPAGES];

static bool readable(const void *va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, va, sizeof(word)) == 0;
}

static int take_pages(struct kunit *test)
{
	return signed_pages_take(pages, NPAGES);
}

static void give_pages(struct kunit *test)
{
	signed_pages_give(pages, NPAGES);
}

/* The address of map @depth of CPU @cpu, from the contract's formula. */
static unsigned long lawful(unsigned int cpu, unsigned int depth)
{
	return FIXADDR_TOP - (FIX_KMAP_BEGIN + depth * KM_INCR + (KM_INCR - 1) + KM_TYPE_NR * cpu) *
				     (unsigned long)PAGE_SIZE;
}

/* Where the first map of this CPU lies, if it has none open. */
static void first_address(void *arg)
{
	unsigned long *seen = arg;
	void *va = kmap_atomic_pfn(page_to_pfn(pages[0]));

	*seen = (unsigned long)va + (kmap_depth() - 1) * KM_INCR * PAGE_SIZE;
	kunmap_atomic(va);
}

static void cpus_have_slots_of_their_own(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		unsigned long seen = 0;

		smp_call_function_single((int)cpu, first_address, &seen, 1);
		KUNIT_EXPECT_EQ(test, seen, lawful(cpu, 0));
		KUNIT_EXPECT_EQ(test, seen, lawful(0, 0) - PAGE_SIZE * KM_TYPE_NR * cpu);
	}
}

static struct {
	unsigned int holding, let_go;
	bool intact;
} other;

static void hold_a_map(void *arg)
{
	u32 *va = kmap_atomic_pfn(page_to_pfn(pages[1]));

	WRITE_ONCE(other.holding, 1);
	while (!READ_ONCE(other.let_go))
		cpu_relax();
	other.intact = page_shows(va, pages[1]);
	kunmap_atomic(va);
	WRITE_ONCE(other.holding, 0);
}

/* One map too many on this CPU is a BUG here, and nothing to the map that another CPU holds. */
static void too_deep_harms_no_other_cpu(struct kunit *test)
{
	u32 *va[KM_MAX_DEPTH];
	unsigned int me, cpu;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	me = get_cpu();
	cpu = cpumask_any_but(cpu_online_mask, me);
	other.holding = other.let_go = 0;
	smp_call_function_single((int)cpu, hold_a_map, NULL, 0);
	while (!READ_ONCE(other.holding))
		cpu_relax();
	for (unsigned int i = 0; i < KM_MAX_DEPTH; i++)
		va[i] = kmap_atomic_pfn(page_to_pfn(pages[i % NPAGES]));
	KUNIT_EXPECT_BUG(test, "*KM_MAX_DEPTH*", kmap_atomic_pfn(page_to_pfn(pages[0])));
	for (unsigned int i = KM_MAX_DEPTH; i-- > 0;) {
		KUNIT_EXPECT_TRUE(test, page_shows(va[i], pages[i % NPAGES]));
		kunmap_atomic(va[i]);
	}
	WRITE_ONCE(other.let_go, 1);
	while (READ_ONCE(other.holding))
		cpu_relax();
	put_cpu();
	KUNIT_EXPECT_TRUE(test, other.intact);
}

/* A map for a few lines is not the page's address. */
static void maps_are_not_registered(struct kunit *test)
{
	struct page *page = pages[0];
	void *before, *va;

	kmap_flush_unused(); /* kmap() may have shown it to somebody before us */
	before = page_address(page);
	va = kmap_atomic(page);
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), before);
	if (PageHighMem(page))
		KUNIT_EXPECT_NULL(test, before);
	KUNIT_EXPECT_TRUE(test, page_shows(va, page));
	kunmap_atomic(va);
	va = kmap_local_page(page);
	KUNIT_EXPECT_PTR_EQ(test, page_address(page), before);
	kunmap_local(va);
}

/*
 * A page that kmap() has mapped is mapped a second time, elsewhere, and both addresses show the
 * same bytes; with kmap_atomic=reuse it keeps the one address, and a reference more.
 */
static void mapped_pages_have_two_addresses(struct kunit *test)
{
	struct page *page = pages[0];
	u32 *lasting, *atomic;
	bool one;

	lasting = kmap(page);
	one = !kmap_needs_slot(page) || (kmap_mode == KMAP_REUSE && PageHighMem(page));
	atomic = kmap_atomic(page);
	if (one)
		KUNIT_EXPECT_PTR_EQ(test, atomic, lasting);
	else
		KUNIT_EXPECT_PTR_NE(test, atomic, lasting);
	WRITE_ONCE(lasting[5], 0x12345678);
	KUNIT_EXPECT_EQ(test, READ_ONCE(atomic[5]), 0x12345678u);
	WRITE_ONCE(atomic[6], 0x9abcdef0);
	KUNIT_EXPECT_EQ(test, READ_ONCE(lasting[6]), 0x9abcdef0u);
	KUNIT_EXPECT_EQ(test, preempt_count(), (unsigned int)PREEMPT_OFFSET);
	kunmap_atomic(atomic);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	KUNIT_EXPECT_EQ(test, readable(atomic), one);
	KUNIT_EXPECT_EQ(test, READ_ONCE(lasting[6]), 0x9abcdef0u);
	kunmap(page);
	page_sign(page);
}

/* Both kinds share one stack: what is mapped last goes first, whoever mapped it. */
static void local_and_atomic_share_a_stack(struct kunit *test)
{
	u32 *local, *atomic, *inner;

	preempt_disable();
	local = kmap_local_pfn(page_to_pfn(pages[0]));
	atomic = kmap_atomic_pfn(page_to_pfn(pages[1]));
	inner = kmap_local_pfn(page_to_pfn(pages[2]));
	KUNIT_EXPECT_PTR_EQ(test, (char *)atomic, (char *)local - PAGE_SIZE * KM_INCR);
	KUNIT_EXPECT_PTR_EQ(test, (char *)inner, (char *)atomic - PAGE_SIZE * KM_INCR);
	KUNIT_EXPECT_TRUE(test, page_shows(local, pages[0]) && page_shows(atomic, pages[1]) &&
					page_shows(inner, pages[2]));
	kunmap_local((char *)inner + 4095);
	KUNIT_EXPECT_FALSE(test, readable(inner));
	kunmap_atomic(atomic);
	KUNIT_EXPECT_FALSE(test, readable(atomic));
	KUNIT_EXPECT_TRUE(test, page_shows(local, pages[0]));
	kunmap_local(local);
	preempt_enable();
}

/* kmap_local_page() leaves the context as it is; a low page leaves everything as it is. */
static void local_maps_change_no_context(struct kunit *test)
{
	static u32 low[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
	unsigned int pinned = current->migration_disabled;
	void *va = kmap_local_pfn(page_to_pfn(pages[0]));

	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	KUNIT_EXPECT_FALSE(test, pagefault_disabled());
	KUNIT_EXPECT_EQ(test, current->migration_disabled, pinned + 1);
	kunmap_local(va);
	KUNIT_EXPECT_EQ(test, current->migration_disabled, pinned);
	if (kmap_mode == KMAP_FORCE)
		return;
	va = kmap_local_page(virt_to_page(low));
	KUNIT_EXPECT_PTR_EQ(test, va, (void *)low);
	KUNIT_EXPECT_EQ(test, current->migration_disabled, pinned);
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
	kunmap_local(va);
}

/* One unmap too many is a BUG, and does not take another's slot. */
static void unmapping_nothing_is_a_bug(struct kunit *test)
{
	void *volatile va = (void *)lawful(smp_processor_id(), 0);

	preempt_disable();
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
	KUNIT_EXPECT_BUG(test, "*kmap_depth() == 0*", kunmap_local(va));
	preempt_enable();
	va = (void *)0x1000;
	KUNIT_EXPECT_WARN(test, "*no address that kmap_local_page*", kunmap_local(va));
}

/* An entry that somebody left behind is found by whoever takes the slot next. */
static void a_slot_in_use_is_found(struct kunit *test)
{
	unsigned long va, depth;

	preempt_disable();
	depth = kmap_depth();
	va = lawful(smp_processor_id(), depth);
	entry_set(kmap_slot_entry(va), make_entry(page_to_phys(pages[0]), PAGE_KERNEL));
	KUNIT_EXPECT_BUG(test, "*slot != 0*", kmap_atomic_pfn(page_to_pfn(pages[1])));
	entry_clear(kmap_slot_entry(va));
	invlpg((void *)va);
	if (kmap_depth() > depth) /* taken, and not given back */
		kmap_atomic_idx_pop();
	preempt_enable();
}

/* In a handler, interrupts are off: another one on top would be welcome to the next slot only. */
static void handlers_with_interrupts_on_are_warned(struct kunit *test)
{
	void *va = NULL;

	warn_once_reset();
	preempt_count_add(HARDIRQ_OFFSET);
	KUNIT_EXPECT_WARN(test, "*interrupt handler, interrupts on*",
			  va = kmap_atomic_pfn(page_to_pfn(pages[0])));
	kunmap_atomic(va);
	preempt_count_sub(HARDIRQ_OFFSET);
}

/* Code that sleeps between map and unmap is wrong, on machines without high memory as well. */
static void sleeping_inside_is_reported(struct kunit *test)
{
	static u32 low[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
	struct page *page = NULL;
	void *va = kmap_atomic(virt_to_page(low));

	KUNIT_EXPECT_WARN(test, "*sleeping function called from invalid context*", might_sleep());
	KUNIT_EXPECT_WARN(test, "*sleeping function called from invalid context*",
			  page = alloc_page(GFP_KERNEL));
	kunmap_atomic(va);
	if (page)
		__free_page(page);
	va = kmap_atomic_pfn(page_to_pfn(pages[0]));
	KUNIT_EXPECT_WARN(test, "*scheduling while atomic*", schedule());
	KUNIT_EXPECT_TRUE(test, page_shows(va, pages[0]) && pagefault_disabled());
	kunmap_atomic(va);
	va = kmap_local_page(pages[0]);
	might_sleep();
	kunmap_local(va);
}

static void read_only_pages_are(struct kunit *test)
{
	volatile u32 *va = kmap_atomic_prot(pages[0], PAGE_KERNEL_RO);

	if (is_kmap_slot_addr((void *)va))
		KUNIT_EXPECT_FAULT_AT(test, (unsigned long)&va[3], va[3] = 1);
	kunmap_atomic((void *)va);
	va = kmap_local_pfn_prot(page_to_pfn(pages[0]), PAGE_KERNEL_RO);
	KUNIT_EXPECT_EQ(test, va[3], page_word(pages[0], 3));
	KUNIT_EXPECT_FAULT_AT(test, (unsigned long)&va[3], va[3] = 1);
	kunmap_local((void *)va);
	va = kmap_local_page_prot(pages[1], PAGE_KERNEL_RO);
	KUNIT_EXPECT_TRUE(test, page_shows((void *)va, pages[1]));
	if (is_kmap_slot_addr((void *)va))
		KUNIT_EXPECT_FAULT_AT(test, (unsigned long)&va[3], va[3] = 1);
	kunmap_local((void *)va);
}

/* The old interface: a slot a name, and a second use of the name is found. */
static void types_collide_and_are_found(struct kunit *test)
{
	u32 *user, *irq;
	void *stack;

	user = kmap_atomic_type(pages[0], KM_USER0);
	irq = kmap_atomic_type(pages[1], KM_IRQ0);
	KUNIT_EXPECT_TRUE(test, page_shows(user, pages[0]) && page_shows(irq, pages[1]));
	if (kmap_needs_slot(pages[0])) {
		unsigned int index =
			FIX_KMAP_LEGACY_BEGIN + KM_USER0 + KM_LEGACY_TYPE_NR * smp_processor_id();

		KUNIT_EXPECT_EQ(test, (unsigned long)user, FIX_TO_VIRT(index));
		KUNIT_EXPECT_BUG(test, "*slot != 0*", kmap_atomic_type(pages[2], KM_USER0));
		KUNIT_EXPECT_BUG(test, "*va != *", kunmap_atomic_type(user, KM_USER1));
		KUNIT_EXPECT_TRUE(test, page_shows(user, pages[0]));
	}
	/* No map of its own at all: PKMAP, the window of vmalloc(), nothing. */
	KUNIT_EXPECT_BUG(test, "*virt_addr_valid*", kunmap_atomic_type(NULL, KM_USER0));
	KUNIT_EXPECT_BUG(test, "*virt_addr_valid*",
			 kunmap_atomic_type((void *)VMALLOC_START, KM_USER0));
	/* The stack does not mind: nesting is what it is for. */
	stack = kmap_atomic(pages[2]);
	KUNIT_EXPECT_TRUE(test, page_shows(stack, pages[2]));
	kunmap_atomic(stack);
	kunmap_atomic_type(irq, KM_IRQ0);
	kunmap_atomic_type((char *)user + 5, KM_USER0);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	if (kmap_needs_slot(pages[0])) {
		KUNIT_EXPECT_FALSE(test, readable(user));
		KUNIT_EXPECT_BUG(test, "*slot == 0*", kunmap_atomic_type(user, KM_USER0));
		KUNIT_EXPECT_EQ(test, preempt_count(), 0u);
	}
}

/* Code that writes its entry itself takes and gives back slots by number. */
static void slots_by_number(struct kunit *test)
{
	int type;

	preempt_disable();
	KUNIT_EXPECT_EQ(test, kmap_atomic_idx(), -1);
	type = kmap_atomic_idx_push();
	KUNIT_EXPECT_EQ(test, type, KM_INCR - 1);
	KUNIT_EXPECT_EQ(test, kmap_atomic_idx(), type);
	KUNIT_EXPECT_EQ(test, kmap_atomic_idx_push(), type + KM_INCR);
	kmap_atomic_idx_pop();
	kmap_atomic_idx_pop();
	KUNIT_EXPECT_BUG(test, "*kmap_depth() == 0*", kmap_atomic_idx_pop());
	preempt_enable();
}

#define FREE_IRQ 10
static unsigned int good_rounds;

static void mapping_handler(unsigned int irq, void *arg)
{
	u32 *a = kmap_atomic(pages[1]), *b = kmap_local_page(pages[2]);
	unsigned int i = good_rounds % (PAGE_SIZE / 4);

	if (a[i] == page_word(pages[1], i) && b[i] == page_word(pages[2], i))
		good_rounds++;
	kunmap_local(b);
	kunmap_atomic(a);
}

/* 10^5 times two maps on top of a task's. */
static void interrupts_leave_the_tasks_map_alone(struct kunit *test)
{
	u32 *va;

	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, mapping_handler, "kmap", NULL), 0);
	good_rounds = 0;
	va = kmap_local_page(pages[0]);
	for (unsigned int i = 0; i < 100000; i++) {
		raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
		KUNIT_ASSERT_EQ(test, va[i % 1024], page_word(pages[0], i % 1024));
	}
	kunmap_local(va);
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, good_rounds, 100000u);
}

static struct kunit_case kmap_slots_cases[] = {
	KUNIT_CASE(cpus_have_slots_of_their_own),
	KUNIT_CASE(too_deep_harms_no_other_cpu),
	KUNIT_CASE(maps_are_not_registered),
	KUNIT_CASE(mapped_pages_have_two_addresses),
	KUNIT_CASE(local_and_atomic_share_a_stack),
	KUNIT_CASE(local_maps_change_no_context),
	KUNIT_CASE(unmapping_nothing_is_a_bug),
	KUNIT_CASE(a_slot_in_use_is_found),
	KUNIT_CASE(handlers_with_interrupts_on_are_warned),
	KUNIT_CASE(sleeping_inside_is_reported),
	KUNIT_CASE(read_only_pages_are),
	KUNIT_CASE(types_collide_and_are_found),
	KUNIT_CASE(slots_by_number),
	KUNIT_CASE_SLOW(interrupts_leave_the_tasks_map_alone),
	{},
};

static struct kunit_suite kmap_slots_suite = {
	.name = "kmap_slots",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = kmap_slots_cases,
	.quick = true,
};
kunit_test_suite(kmap_slots_suite);
