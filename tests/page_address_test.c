/* SPDX-License-Identifier: MIT */
/*
 * Proves the hash from pages to addresses: many pages in one bucket, entries that go and come while
 * somebody looks, from an interrupt handler and from another CPU, and misuse.
 *
 * Pages are chosen by their bucket, whoever owns them: they are mapped, but never touched.
 */
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/traps.h"
#include "mm/page_alloc.h"
#include "mm/pkmap_internal.h"
#include "proc/kthread.h"
#include "tests/cpu_raise.h"
#include "tests/overtake.h"
#include "tests/pkmap_pages.h"
#include "tests/wait_until.h"

#define BUCKETS (1u << PA_HASH_ORDER)

/* Up to @want high pages of the machine, allocated or not, whose bucket is @bucket. */
static unsigned int pages_of_bucket(unsigned int bucket, struct page **pages, unsigned int want)
{
	unsigned int n = 0;

	for (unsigned long pfn = max_low_pfn; pfn < max_pfn && n < want; pfn++)
		if (hash_ptr(pfn_to_page(pfn), PA_HASH_ORDER) == bucket)
			pages[n++] = pfn_to_page(pfn);
	return n;
}

/* 200 pages, or half the window, in one bucket: found all, also after every second one is gone. */
static void one_bucket_holds_many(struct kunit *test)
{
	const unsigned int want = min(200u, LAST_PKMAP / 2u);
	struct page **pages = kunit_kcalloc(test, want, sizeof(*pages), GFP_KERNEL);
	unsigned int i, n;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	n = pages_of_bucket(5, pages, want);
	if (n < want || PKMAP_COLORS > 1)
		kunit_skip(test, "needs %u high pages in one bucket", want);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_PTR_EQ(test, page_slot(pages[i]), &page_address_htable[5]);
	for (i = 0; i < n; i++) /* only mapped, never written to: they may be somebody's */
		kmap(pages[i]);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, page_to_phys(kmap_to_page(page_address(pages[i]))),
				page_to_phys(pages[i]));
	for (i = 0; i < n; i += 2)
		kunmap(pages[i]);
	kmap_flush_unused();
	for (i = 0; i < n; i++) {
		if (i % 2 == 0)
			KUNIT_EXPECT_NULL(test, page_address(pages[i]));
		else
			KUNIT_EXPECT_PTR_EQ(test, kmap_to_page(page_address(pages[i])), pages[i]);
	}
	for (i = 1; i < n; i += 2)
		kunmap(pages[i]);
	kmap_flush_unused();
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_NULL(test, page_address(pages[i]));
}

/* Temporary maps are not entered. */
static void temporary_maps_are_not_entered(struct kunit *test)
{
	struct page *page = kmap_test_pages(test, 1, -1)[0];
	void *va = kmap_atomic(page);

	KUNIT_EXPECT_NULL(test, page_address(page));
	kunmap_atomic(va);
}

static void low_pages_have_theirs_by_arithmetic(struct kunit *test)
{
	struct page *page = virt_to_page(__text_start);

	KUNIT_EXPECT_PTR_EQ(test, page_address(page), (void *)__text_start);
	KUNIT_EXPECT_PTR_EQ(test, lowmem_page_address(page), (void *)__text_start);
	lock_kmap();
	KUNIT_EXPECT_BUG(test, "*PageHighMem*", set_page_address(page, (void *)PKMAP_ADDR(1)));
	unlock_kmap();
}

/* A high page's address is set and forgotten; the slot is free, and stays so. */
static void high_pages_have_what_is_set(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);
	const unsigned int nr = LAST_PKMAP - PKMAP_COLORS;

	lock_kmap();
	pkmap_search_from(0, 0); /* no CPU has the slot at hand */
	set_page_address(pages[0], (void *)PKMAP_ADDR(nr));
	KUNIT_EXPECT_PTR_EQ(test, page_address(pages[0]), (void *)PKMAP_ADDR(nr));
	KUNIT_EXPECT_NULL(test, page_address(pages[1]));
	set_page_address(pages[0], NULL);
	KUNIT_EXPECT_NULL(test, page_address(pages[0]));
	set_page_address(pages[1], (void *)PKMAP_ADDR(nr));
	KUNIT_EXPECT_PTR_EQ(test, page_address(pages[1]), (void *)PKMAP_ADDR(nr));
	set_page_address(pages[1], NULL);
	set_page_address(pages[1], NULL); /* nothing to forget */
	KUNIT_EXPECT_NULL(test, page_address(pages[1]));
	unlock_kmap();
	KUNIT_EXPECT_EQ(test, pkmap_count[nr], 0);
}

/*
 * The hammer. A few pages stay mapped; others of the same two buckets are mapped, unmapped and
 * flushed by a mover, so that entries wander between the two chains. Whoever looks finds each page
 * that stays, and never another page's address.
 */
#define STAY 8
#define MOVE 48

static struct page *stay[2 * STAY], *move[2 * MOVE];
static void *stay_at[2 * STAY];
static unsigned int nr_stay, nr_move;
static unsigned long looks, wrong, missing;

static void look(void)
{
	unsigned int i = looks++ % nr_stay, j = looks % nr_move;
	const void *va = page_address(stay[i]);

	if (!va)
		missing++;
	else if (va != stay_at[i])
		wrong++;
	/* What moves may be gone at any time; kmap_high_get() holds it while we look. */
	va = kmap_high_get(move[j]);
	if (va) {
		if (kmap_to_page(va) != move[j])
			wrong++;
		kunmap_high(move[j]);
	}
}

static bool hammer_begin(struct kunit *test)
{
	struct page **pages = kunit_kcalloc(test, STAY + MOVE, sizeof(*pages), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	nr_stay = nr_move = 0;
	looks = wrong = missing = 0;
	for (unsigned int bucket = 20; bucket < 22; bucket++) {
		unsigned int n = pages_of_bucket(bucket, pages, STAY + MOVE);

		if (n < STAY + MOVE || LAST_PKMAP < 4 * (STAY + MOVE) || PKMAP_COLORS > 1)
			return false;
		for (unsigned int i = 0; i < n; i++)
			if (i % 7 == 3 && nr_stay < (bucket - 19) * STAY)
				stay[nr_stay++] = pages[i];
			else if (nr_move < (bucket - 19) * MOVE)
				move[nr_move++] = pages[i];
	}
	for (unsigned int i = 0; i < nr_stay; i++)
		stay_at[i] = kmap(stay[i]);
	return true;
}

static void hammer_end(struct kunit *test)
{
	for (unsigned int i = 0; i < nr_stay; i++)
		kunmap(stay[i]);
	KUNIT_EXPECT_GT(test, looks, 100ul);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
	KUNIT_EXPECT_EQ(test, missing, 0ul);
}

/* Entries of both buckets go into the slots that the other ones' left. */
static void move_round(unsigned int round)
{
	for (unsigned int i = 0; i < nr_move; i++) {
		struct page *page = move[(i * 7 + round * 5) % nr_move];

		kmap(page);
		kunmap(page);
		if (i % 16 == 15)
			kmap_flush_unused();
	}
}

#define FREE_IRQ 10

static unsigned int interrupts;

static void looking_handler(unsigned int irq, void *arg)
{
	interrupts++;
	look();
}

/* An interrupt between any two instructions of the mover where one may come. */
static void interrupt_here(struct pt_regs *regs)
{
	if (regs->eflags & EFLAGS_IF)
		raise_vector(FIRST_IRQ_VECTOR + FREE_IRQ);
}

static void move_some(void *first)
{
	for (unsigned int i = 0; i < 3; i++) {
		struct page *page = move[(*(unsigned int *)first + i * 7) % nr_move];

		kmap(page);
		kunmap(page);
	}
	kmap_flush_unused();
}

static void interrupts_find_what_is_mapped(struct kunit *test)
{
	if (!hammer_begin(test))
		kunit_skip(test, "needs %u high pages in each of two buckets", STAY + MOVE);
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, looking_handler, "look", NULL), 0);
	migrate_disable();
	interrupts = 0;
	for (unsigned int round = 0; round < 8; round++)
		trap_step(move_some, &round, interrupt_here);
	migrate_enable();
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_GT(test, interrupts, 8u * 3 * 40);
	hammer_end(test);
}

static int looker(void *stop)
{
	while (!READ_ONCE(*(bool *)stop))
		for (unsigned int i = 0; i < 1000; i++)
			look();
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void other_cpus_find_what_is_mapped(struct kunit *test)
{
	struct task_struct *task;
	bool stop = false;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	if (!hammer_begin(test))
		kunit_skip(test, "needs %u high pages in each of two buckets", STAY + MOVE);
	migrate_disable();
	task = kthread_run_on_cpu(looker, &stop,
				  cpumask_any_but(cpu_online_mask, smp_processor_id()), "look/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	for (unsigned int round = 0; round < 400; round++)
		move_round(round);
	WRITE_ONCE(stop, true);
	kthread_stop(task);
	migrate_enable();
	hammer_end(test);
}

/*
 * A reader is overtaken in the middle of a chain, at each of its instructions in turn: all the
 * other entries of the chain are in another one before he goes on. He must find his page all the
 * same.
 */
#define CARRIED 3

static struct {
	struct page *xs[CARRIED + 1], *ys[CARRIED]; /* of two buckets; the reader's page is xs[0] */
	const void *found;
} carried;

/* Registers @n pages in the slots from @first on: idle, untouched. */
static void register_from(unsigned int first, struct page **pages, unsigned int n)
{
	lock_kmap();
	pkmap_search_from(0, first - 1);
	unlock_kmap();
	for (unsigned int i = 0; i < n; i++) {
		kmap(pages[i]);
		kunmap(pages[i]);
	}
}

static void carry_away(void *unused)
{
	kmap_flush_unused(); /* nobody has touched the pages: nobody need answer */
	register_from(2, carried.ys, CARRIED);
}

static void read_address(void *unused)
{
	carried.found = page_address(carried.xs[0]);
}

static void readers_are_not_carried_away(struct kunit *test)
{
	unsigned int at, missing = 0;
	bool more = true;

	if (pages_of_bucket(30, carried.xs, CARRIED + 1) < CARRIED + 1 ||
	    pages_of_bucket(31, carried.ys, CARRIED) < CARRIED || PKMAP_COLORS > 1)
		kunit_skip(test, "needs %u high pages in each of two buckets", CARRIED + 1);
	overtake_begin(test, carry_away, NULL);
	register_from(1, carried.xs, 1);
	kmap(carried.xs[0]);
	for (at = 1; more; at++) {
		register_from(2, carried.xs + 1, CARRIED);
		more = overtake(read_address, NULL, at);
		missing += !carried.found;
		kmap_flush_unused();
	}
	kunmap(carried.xs[0]);
	KUNIT_EXPECT_GE(test, overtaken(), 4u * CARRIED);
	overtake_end();
	KUNIT_EXPECT_EQ(test, missing, 0u);
}

static struct kunit_case page_address_cases[] = {
	KUNIT_CASE(one_bucket_holds_many),
	KUNIT_CASE(temporary_maps_are_not_entered),
	KUNIT_CASE(low_pages_have_theirs_by_arithmetic),
	KUNIT_CASE(high_pages_have_what_is_set),
	KUNIT_CASE(interrupts_find_what_is_mapped),
	KUNIT_CASE(readers_are_not_carried_away),
	KUNIT_CASE_SLOW(other_cpus_find_what_is_mapped),
	{},
};

static struct kunit_suite page_address_suite = {
	.name = "page_address",
	.init = kmap_test_init,
	.test_cases = page_address_cases,
};
kunit_test_suite(page_address_suite);
