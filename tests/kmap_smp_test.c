/* SPDX-License-Identifier: MIT */
/*
 * Proves what kmap() owes to other CPUs: none of them sees an old page behind an address that was
 * given to another one.
 *
 * The detector: a task on another CPU that reads through an address and then does nothing but wait
 * for orders, so that what its TLB remembers stays there. Each case first shows that the detector
 * works: with the entry changed behind its back it must see the old page every time; otherwise the
 * case is an error, not a pass.
 */
#include "kernel/cpu/smp.h"
#include "mm/page_alloc.h"
#include "mm/pkmap_internal.h"
#include "mm/tlb.h"
#include "proc/kthread.h"
#include "tests/pkmap_pages.h"
#include "tests/wait_until.h"

#define ROUNDS 100

/* Orders to the watcher; each is a number more than the last. */
struct watcher {
	struct task_struct *task;
	const volatile u32 *va;
	bool deaf; /* interrupts off until the next order */
	bool quit;
	unsigned int order, done;
	u32 seen;
};

static int watch(void *data)
{
	struct watcher *watcher = data;
	unsigned int order = 0;
	bool deaf = false;

	preempt_disable();
	for (;;) {
		while (READ_ONCE(watcher->order) == order)
			cpu_relax();
		order = READ_ONCE(watcher->order);
		if (READ_ONCE(watcher->deaf) && !deaf)
			local_irq_disable();
		if (READ_ONCE(watcher->quit))
			break;
		watcher->seen = *watcher->va;
		if (!READ_ONCE(watcher->deaf) && deaf)
			local_irq_enable();
		deaf = READ_ONCE(watcher->deaf);
		smp_store_release(&watcher->done, order);
	}
	if (deaf)
		local_irq_enable();
	preempt_enable();
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* The watcher reads a word, now; what it saw. */
static u32 look(struct watcher *watcher)
{
	WRITE_ONCE(watcher->order, watcher->order + 1);
	if (!wait_until(READ_ONCE(watcher->done) == watcher->order))
		return 0xdeadbeef;
	return watcher->seen;
}

static void begin_watcher(struct kunit *test, struct watcher *watcher, const void *va)
{
	*watcher = (struct watcher){.va = va};
	watcher->task = kthread_run_on_cpu(
		watch, watcher, cpumask_any_but(cpu_online_mask, smp_processor_id()), "watch/%u");
	KUNIT_ASSERT_FALSE(test, IS_ERR(watcher->task));
}

static void end_watcher(struct watcher *watcher)
{
	watcher->quit = true;
	WRITE_ONCE(watcher->order, watcher->order + 1);
	kthread_stop(watcher->task);
}

static void write_word(struct page *page, u32 word)
{
	u32 *va = kmap_atomic(page);

	*va = word;
	kunmap_atomic(va);
}

/* Puts @page behind slot @nr, and tells nobody. */
static void change_silently(unsigned int nr, const struct page *page)
{
	entry_clear(pkmap_entry(nr));
	entry_set(pkmap_entry(nr), make_entry(page_to_phys(page), kmap_prot));
}

/* How often of ROUNDS times the watcher sees page A after its slot was given to B behind its back.
 */
static unsigned int detect(struct watcher *watcher, struct page *a, struct page *b)
{
	unsigned int nr = kmap_slot_of(a), stale = 0;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned long va = PKMAP_ADDR(nr);

		look(watcher);
		change_silently(nr, b);
		stale += look(watcher) == 0xaaaa0000;
		change_silently(nr, a);
		flush_tlb_kernel_range(va, va + PAGE_SIZE);
	}
	return stale;
}

/*
 * The case: this CPU stays this CPU's, pages A and B are signed. Skips where there is one CPU, and
 * is an error where the detector sees nothing.
 */
static void begin(struct kunit *test, struct watcher *watcher, struct page **pages)
{
	unsigned int stale;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	write_word(pages[0], 0xaaaa0000);
	write_word(pages[1], 0xbbbb0000);
	migrate_disable();
	begin_watcher(test, watcher, kmap(pages[0]));
	stale = detect(watcher, pages[0], pages[1]);
	if (stale != ROUNDS) {
		kunmap(pages[0]);
		end_watcher(watcher);
		migrate_enable();
		kunit_error(test, "the detector saw the old page %u of %u times", stale, ROUNDS);
	}
}

static void end(struct watcher *watcher)
{
	end_watcher(watcher);
	migrate_enable();
}

/* Maps @page again and again until it is in slot @nr. */
static void map_into(struct page *page, unsigned int nr)
{
	for (;;) {
		kmap(page);
		if (kmap_slot_of(page) == nr)
			return;
		kunmap(page);
		kmap_flush_unused();
	}
}

/* A slot that another CPU has read through shows that CPU its new page. */
static void other_cpus_see_the_new_page(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);
	unsigned int nr, right = 0;
	struct watcher watcher;

	begin(test, &watcher, pages);
	nr = kmap_slot_of(pages[0]);
	for (unsigned int i = 0; i < ROUNDS / 5; i++) {
		KUNIT_EXPECT_EQ(test, look(&watcher), 0xaaaa0000u);
		kunmap(pages[0]);
		kmap_flush_unused();
		map_into(pages[1], nr);
		right += look(&watcher) == 0xbbbb0000u;
		kunmap(pages[1]);
		kmap_flush_unused();
		map_into(pages[0], nr);
	}
	kunmap(pages[0]);
	end(&watcher);
	KUNIT_EXPECT_EQ(test, right, (unsigned int)ROUNDS / 5);
}

/* The same where a wrap of the window is what flushes, and index 0 the slot that is taken next. */
static void a_wrap_flushes_too(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);
	struct watcher watcher;
	unsigned int right = 0;

	begin(test, &watcher, pages);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		kunmap(pages[0]);
		kmap_flush_unused();
		map_into(pages[0], 0);
		watcher.va = (u32 *)PKMAP_ADDR(0);
		KUNIT_EXPECT_EQ(test, look(&watcher), 0xaaaa0000u);
		kunmap(pages[0]);
		lock_kmap();
		pkmap_search_from(0, LAST_PKMAP - PKMAP_COLORS);
		unlock_kmap();
		KUNIT_EXPECT_PTR_EQ(test, kmap(pages[1]), (void *)PKMAP_ADDR(0));
		right += look(&watcher) == 0xbbbb0000u;
		kunmap(pages[1]);
		kmap(pages[0]);
	}
	kunmap(pages[0]);
	end(&watcher);
	KUNIT_EXPECT_EQ(test, right, (unsigned int)ROUNDS);
}

/* A page that nobody has touched costs nobody an interrupt; one that was touched costs one. */
static void untouched_pages_interrupt_nobody(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 8, -1);
	struct tlb_counters before, after;
	unsigned int i, shootdowns;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	before = tlb_counters_sum();
	for (i = 0; i < 8; i++) {
		kmap(pages[i]);
		kunmap(pages[i]);
	}
	kmap_flush_unused();
	after = tlb_counters_sum();
	KUNIT_EXPECT_EQ(test, after.sent, before.sent);
	shootdowns = pkmap_counters_sum().shootdowns;
	for (i = 0; i < 8; i++) {
		*(volatile u32 *)kmap(pages[i]) = 1;
		kunmap(pages[i]);
	}
	kmap_flush_unused();
	after = tlb_counters_sum();
	shootdowns = pkmap_counters_sum().shootdowns - shootdowns;
	KUNIT_EXPECT_GE(test, shootdowns, 1u); /* more where a small window wraps meanwhile */
	KUNIT_EXPECT_EQ(test, after.sent, before.sent + shootdowns * (num_online_cpus() - 1));
}

/* A CPU that is neither this one nor the watcher's. */
static unsigned int third_cpu(const struct watcher *watcher)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	while (cpu == smp_processor_id() || cpu == task_cpu(watcher->task))
		cpu = cpumask_next((int)cpu, cpu_online_mask);
	return cpu;
}

static int flush_once(void *data)
{
	kmap_flush_unused();
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* Maps a page, once; says where. */
struct late_mapper {
	struct page *page;
	void *va;
};

static int map_late(void *data)
{
	struct late_mapper *late = data;

	WRITE_ONCE(late->va, kmap(late->page));
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	kunmap(late->page);
	return 0;
}

/*
 * While a CPU has not answered a shootdown, the claimed slot is nobody's: not of who finds no other
 * slot, and another flusher does not set it free. The CPU that does not answer is the watcher, with
 * its interrupts off; it must see the new page when somebody else has it.
 */
static void claims_last_until_all_have_answered(struct kunit *test)
{
	const unsigned int slots = LAST_PKMAP / PKMAP_COLORS;
	struct page **pages = kmap_test_pages(test, slots + 2, 0);
	struct task_struct *flusher, *mapper;
	struct late_mapper late = {.page = pages[slots]};
	struct watcher watcher;
	unsigned int nr, i;
	u32 seen;

	if (num_online_cpus() < 3)
		kunit_skip(test, "needs three CPUs");
	begin(test, &watcher, pages);
	nr = kmap_slot_of(pages[0]);
	write_word(pages[slots], 0xcccc0000);
	for (i = 1; i < slots; i++)
		kmap(pages[i]);

	/* The watcher reads the slot, which is idle then, and does not listen any more. */
	watcher.deaf = true;
	KUNIT_EXPECT_EQ(test, look(&watcher), 0xaaaa0000u);
	kunmap(pages[0]);
	flusher = kthread_run_on_cpu(flush_once, NULL, third_cpu(&watcher), "flush/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(pkmap_count[nr]) == (PKMAP_CLAIMED | 1)));
	KUNIT_EXPECT_EQ(test, pkmap_count_of(nr), 1);

	/* Another flusher, with a set of his own. */
	kunmap(pages[1]);
	lock_kmap();
	flush_all_zero_pkmaps();
	unlock_kmap();
	kmap(pages[1]);

	/* Somebody who finds no slot but this one. */
	mapper = kthread_run_on_cpu(map_late, &late, smp_processor_id(), "late/%u");
	schedule_timeout_uninterruptible(5);
	if (late.va)
		KUNIT_EXPECT_EQ(test, look(&watcher), 0xcccc0000u);
	KUNIT_EXPECT_NULL(test, late.va);

	watcher.deaf = false;
	seen = look(&watcher);
	KUNIT_EXPECT_TRUE(test, late.va || seen == 0xaaaa0000u);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(late.va)));
	KUNIT_EXPECT_EQ(test, look(&watcher), 0xcccc0000u);
	kthread_stop(flusher);
	kthread_stop(mapper);
	for (i = 1; i < slots; i++)
		kunmap(pages[i]);
	end(&watcher);
}

/* Takes back what is idle, and says what became of a slot. */
struct late_flusher {
	unsigned int nr;
	int count; /* of slot @nr when that was done */
	bool began, done;
};

static int flush_late(void *data)
{
	struct late_flusher *late = data;

	WRITE_ONCE(late->began, true);
	kmap_flush_unused();
	late->count = READ_ONCE(pkmap_count[late->nr]);
	WRITE_ONCE(late->done, true);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/*
 * kmap_flush_unused() finds nothing idle, but somebody else is in the middle of taking a slot back
 * that the watcher still reaches: it returns when that is over.
 */
static void a_flush_waits_for_those_of_others(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);
	struct task_struct *flusher, *second;
	struct late_flusher late = {0};
	struct watcher watcher;

	if (num_online_cpus() < 3)
		kunit_skip(test, "needs three CPUs");
	begin(test, &watcher, pages);
	late.nr = kmap_slot_of(pages[0]);
	watcher.deaf = true;
	KUNIT_EXPECT_EQ(test, look(&watcher), 0xaaaa0000u);
	kunmap(pages[0]);
	flusher = kthread_run_on_cpu(flush_once, NULL, third_cpu(&watcher), "flush/%u");
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(pkmap_count[late.nr]) == (PKMAP_CLAIMED | 1)));

	second = kthread_run_on_cpu(flush_late, &late, smp_processor_id(), "late/%u");
	KUNIT_EXPECT_TRUE(
		test, wait_until_sleeping(READ_ONCE(late.done) ||
					  (READ_ONCE(late.began) &&
					   READ_ONCE(second->__state) == TASK_UNINTERRUPTIBLE)));
	KUNIT_EXPECT_EQ(test, READ_ONCE(pkmap_count[late.nr]), (PKMAP_CLAIMED | 1));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(late.done));
	watcher.deaf = false;
	KUNIT_EXPECT_EQ(test, look(&watcher), 0xaaaa0000u);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(late.done)));
	KUNIT_EXPECT_EQ(test, late.count, 0);
	kthread_stop(flusher);
	kthread_stop(second);
	end(&watcher);
}

static struct kunit_case kmap_smp_cases[] = {
	KUNIT_CASE(other_cpus_see_the_new_page),
	KUNIT_CASE(a_wrap_flushes_too),
	KUNIT_CASE(untouched_pages_interrupt_nobody),
	KUNIT_CASE(claims_last_until_all_have_answered),
	KUNIT_CASE(a_flush_waits_for_those_of_others),
	{},
};

static struct kunit_suite kmap_smp_suite = {
	.name = "kmap_smp",
	.init = kmap_test_init,
	.test_cases = kmap_smp_cases,
};
kunit_test_suite(kmap_smp_suite);
