/* SPDX-License-Identifier: MIT */
/*
 * Proves: after a shootdown no CPU uses a translation from before it; and who is not told, could
 * not have had one.
 *
 * A window of addresses leads to pages of the test's own, whose entries are replaced behind the
 * backs of watchers on other CPUs (tests/watcher.h). Each test first proves its detector: without a
 * shootdown a watcher must see the old page every single time. The window's entries are made as all
 * of the kernel's are, global where the CPU has that.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/smp.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/tlb.h"
#include "mm/vmalloc.h"
#include "proc/kthread.h"
#include "tests/kunit.h"
#include "tests/watcher.h"

#define PAGES 40 /* more than a flush takes page by page */
#define TRIES 100
#define OLD   0x01d01d00u
#define NEW   0x2e2e2e00u

static struct page *old_pages[PAGES], *new_pages[PAGES];
static char *window;

static_assert(PAGES > TLB_FULL_FLUSH_PAGES, "large enough for a flush of everything");

static void *at(unsigned int i)
{
	return window + i * PAGE_SIZE;
}

static entry_t *slot(unsigned int i)
{
	unsigned int level;

	return &lookup_address((unsigned long)at(i), &level)->val;
}

static void free_pages_of(struct page **pages)
{
	for (unsigned int i = 0; i < PAGES; i++)
		if (pages[i])
			__free_page(pages[i]);
	memset(pages, 0, PAGES * sizeof(*pages));
}

static void fill(struct page *page, u32 word)
{
	u32 *p = kmap_local_page(page);

	*p = word;
	kunmap_local(p);
}

/* Points entry I at PAGE, and tells nobody. The pages' Accessed bits are left to the CPUs. */
static void point(unsigned int i, struct page *page)
{
	pgprot_t prot = {PAGE_KERNEL.val & ~(entry_t)(_PAGE_ACCESSED | _PAGE_DIRTY)};
	entry_t *entry = slot(i);

	entry_clear(entry);
	entry_set(entry, make_entry(page_to_phys(page), prot));
}

static int tlb_smp_init(struct kunit *test)
{
	for (unsigned int i = 0; i < PAGES; i++) {
		old_pages[i] = alloc_page(GFP_KERNEL);
		new_pages[i] = alloc_page(GFP_KERNEL);
		if (!old_pages[i] || !new_pages[i])
			return -ENOMEM;
		fill(old_pages[i], OLD + i);
		fill(new_pages[i], NEW + i);
	}
	window = vmap(old_pages, PAGES, VM_MAP, PAGE_KERNEL);
	return window ? 0 : -ENOMEM;
}

static void tlb_smp_exit(struct kunit *test)
{
	watchers_serve(true);
	watchers_stop();
	if (window) {
		vunmap(window);
		vm_unmap_aliases();
	}
	window = NULL;
	free_pages_of(old_pages);
	free_pages_of(new_pages);
}

/*
 * An emulator's translation cache may hold as few as 64 pages, the watcher's own among them: of
 * many pages only each fifth is looked at, or one might push out another.
 */
#define STRIDE 5

/* All pages lead to the old ones, and the watchers' caches know the first NR of them. */
static void show_old(struct kunit *test, unsigned int nr)
{
	for (unsigned int i = 0; i < PAGES; i++)
		point(i, old_pages[i]);
	watchers_serve(true);
	flush_tlb_kernel_range((unsigned long)at(0), (unsigned long)at(PAGES));
	watchers_serve(false);
	for (unsigned int i = 0; i < nr; i += STRIDE)
		KUNIT_ASSERT_EQ(test, watchers_seeing(at(i), OLD + i), nr_watchers);
}

static void no_flush(void)
{
}

static void flush_own(void)
{
	local_flush_tlb_kernel_range((unsigned long)at(0), (unsigned long)at(PAGES));
}

/* How many stale pages were seen in TRIES times of replacing the first NR and calling FLUSH. */
static unsigned int count_stale(struct kunit *test, unsigned int tries, unsigned int nr,
				void (*flush)(void))
{
	unsigned int stale = 0;

	for (unsigned int try = 0; try < tries; try++) {
		show_old(test, nr);
		for (unsigned int i = 0; i < nr; i++)
			point(i, new_pages[i]);
		if (flush != no_flush)
			watchers_serve(true);
		flush();
		watchers_serve(false);
		for (unsigned int i = 0; i < nr; i += STRIDE)
			stale += watchers_seeing(at(i), OLD + i);
	}
	return stale;
}

static void prove_detector(struct kunit *test)
{
	unsigned int wanted = TRIES * nr_watchers;
	unsigned int seen = count_stale(test, TRIES, 1, no_flush);

	if (seen != wanted)
		kunit_error(test, "without a shootdown the old page was seen %u of %u times", seen,
			    wanted);
	seen = count_stale(test, 1, PAGES, flush_own); /* of this CPU only */
	if (seen != PAGES / STRIDE * nr_watchers)
		kunit_error(test, "without a shootdown %u of %u old pages were seen", seen,
			    PAGES / STRIDE * nr_watchers);
}

static void flush_first(void)
{
	flush_tlb_kernel_range((unsigned long)at(0), (unsigned long)at(1));
}

static void flush_six(void)
{
	flush_tlb_kernel_range((unsigned long)at(0), (unsigned long)at(6));
}

static void flush_window(void)
{
	flush_tlb_kernel_range((unsigned long)at(0), (unsigned long)at(PAGES));
}

static void ranges_are_shot_down(struct kunit *test)
{
	watchers_start(test, 1);
	prove_detector(test);
	KUNIT_EXPECT_EQ(test, count_stale(test, TRIES, 1, flush_first), 0u);
	KUNIT_EXPECT_EQ(test, count_stale(test, 10, 6, flush_six), 0u);
}

/* By a flush of everything, which must not spare global pages. */
static void everything_is_shot_down(struct kunit *test)
{
	watchers_start(test, 1);
	prove_detector(test);
	KUNIT_EXPECT_EQ(test, count_stale(test, 10, PAGES, flush_window), 0u);
	KUNIT_EXPECT_EQ(test, count_stale(test, 10, PAGES, flush_tlb_all), 0u);
}

static void every_cpu_is_told(struct kunit *test)
{
	watchers_start(test, NR_CPUS);
	if (count_stale(test, 1, 1, no_flush) != nr_watchers)
		kunit_error(test, "without a shootdown not every CPU saw the old page");
	KUNIT_EXPECT_EQ(test, count_stale(test, 1, 1, flush_first), 0u);
	KUNIT_EXPECT_EQ(test, count_stale(test, 1, 6, flush_six), 0u);
}

/* --- batches --- */

static unsigned int batch_pages; /* each third page of the window, so many */

static unsigned int third(unsigned int i)
{
	return i * 3 % PAGES;
}

/* Replaces the batch's pages, and flushes what the batch says must be. */
static void flush_batch(struct kunit *test, struct tlb_batch *batch)
{
	tlb_batch_init(batch);
	for (unsigned int i = 0; i < batch_pages; i++) {
		unsigned int n = third(i);
		entry_t old = entry_get_and_clear(slot(n));

		KUNIT_ASSERT_EQ(test, entry_phys(old), page_to_phys(old_pages[n]));
		tlb_batch_add(batch, (unsigned long)at(n), old);
	}
	watchers_serve(true);
	tlb_batch_flush(batch);
	watchers_serve(false);
	for (unsigned int i = 0; i < batch_pages; i++)
		point(third(i), new_pages[third(i)]);
}

/* Pages that somebody used are flushed everywhere, in one go, few or many. */
static void batches_are_shot_down(struct kunit *test)
{
	static const unsigned int sizes[] = {1, 7, TLB_BATCH_PAGES, TLB_BATCH_PAGES + 1, PAGES};
	struct tlb_batch batch;
	unsigned int stale = 0;

	watchers_start(test, 1);
	prove_detector(test);
	for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
		struct tlb_counters before = tlb_counters_sum(), after;

		batch_pages = sizes[s];
		show_old(test, PAGES);
		for (unsigned int i = 0; i < PAGES; i++)
			KUNIT_ASSERT_EQ(test, *(volatile u32 *)at(i), OLD + i); /* all are used */
		before = tlb_counters_sum();
		flush_batch(test, &batch);
		after = tlb_counters_sum();
		for (unsigned int i = 0; i < batch_pages; i++)
			if (third(i) % STRIDE == 0)
				stale += watchers_seeing(at(third(i)), OLD + third(i));
		KUNIT_EXPECT_EQ(test, after.rounds - before.rounds, 1ul);
		KUNIT_EXPECT_EQ(test, batch.nr, 0u);
		if (sizes[s] <= TLB_BATCH_PAGES)
			KUNIT_EXPECT_EQ(test, after.full, before.full);
		else
			KUNIT_EXPECT_EQ(test, after.full - before.full,
					(unsigned long)num_online_cpus());
	}
	KUNIT_EXPECT_EQ(test, stale, 0u);
}

/* A page that nobody has touched is in no TLB: nobody is told, and nothing stale is seen. */
static void untouched_pages_cost_nobody(struct kunit *test)
{
	struct tlb_counters before, after;
	struct tlb_batch batch;

	watchers_start(test, 1);
	prove_detector(test);
	batch_pages = 7;
	for (unsigned int try = 0; try < 10; try++) {
		show_old(test, 0);
		before = tlb_counters_sum();
		flush_batch(test, &batch);
		after = tlb_counters_sum();
		KUNIT_EXPECT_EQ(test, after.rounds, before.rounds);
		KUNIT_EXPECT_EQ(test, after.received, before.received);
		KUNIT_EXPECT_EQ(test, after.skipped - before.skipped,
				(unsigned long)num_online_cpus());
		for (unsigned int i = 0; i < batch_pages; i++)
			KUNIT_EXPECT_EQ(test, watchers_seeing(at(third(i)), NEW + third(i)),
					nr_watchers);
	}
}

/*
 * An address is made on this CPU and handed to another, which never made one: it is told all the
 * same, because the entry's Accessed bit knows what nobody wrote down.
 */
static void handed_addresses_are_shot_down(struct kunit *test)
{
	struct tlb_batch batch;
	unsigned int stale = 0;

	watchers_start(test, 1);
	prove_detector(test);
	tlb_note_mapping();
	batch_pages = 1;
	for (unsigned int try = 0; try < TRIES; try++) {
		show_old(test, 1);
		flush_batch(test, &batch);
		stale += watchers_seeing(at(0), OLD);
	}
	KUNIT_EXPECT_EQ(test, stale, 0u);
}

static void flushes_are_counted(struct kunit *test)
{
	struct tlb_counters before, after;
	unsigned int others = num_online_cpus() - 1;

	before = tlb_counters_sum();
	flush_first();
	flush_window();
	after = tlb_counters_sum();
	KUNIT_EXPECT_EQ(test, after.rounds - before.rounds, 2ul);
	KUNIT_EXPECT_EQ(test, after.sent - before.sent, 2ul * others);
	KUNIT_EXPECT_EQ(test, after.received - before.received, 2ul * others);
	KUNIT_EXPECT_EQ(test, after.ranged - before.ranged, 1ul + others);
	KUNIT_EXPECT_EQ(test, after.full - before.full, 1ul + others);
}

/* --- half-written entries --- */

#define TOGGLES 1000000

/*
 * The entry's N-th value, which no other near it has, in both halves. Nobody uses the address, so
 * the frames need not exist.
 */
static u32 low_half(u32 n)
{
	return n << PAGE_SHIFT | _PAGE_PRESENT;
}

static u32 high_half(u32 low)
{
	return (low >> PAGE_SHIFT & 7) + 1;
}

static entry_t whole(u32 n)
{
	return (entry_t)((u64)high_half(low_half(n)) << 32 | low_half(n));
}

static struct {
	volatile u32 *half;
	bool stop;
	unsigned long present, absent, torn;
} reader;

/*
 * A page walk reads both halves in one go. What this loop sees it could have seen, too: the low
 * half is the same before and after the high one is read, so for that time it was all one value.
 */
static int read_entry(void *unused)
{
	while (!READ_ONCE(reader.stop)) {
		u32 low = reader.half[0];
		u32 high = reader.half[1];

		if (low != reader.half[0])
			continue;
		if (!(low & _PAGE_PRESENT))
			WRITE_ONCE(reader.absent, reader.absent + 1);
		else if (high == high_half(low))
			WRITE_ONCE(reader.present, reader.present + 1);
		else
			WRITE_ONCE(reader.torn, reader.torn + 1);
	}
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* An entry of two halves is written and taken away; another CPU reads it all the time. */
static void entries_are_never_seen_half(struct kunit *test)
{
	struct task_struct *task;
	entry_t *entry = slot(PAGES - 1);
	unsigned int cpu, wrong = 0;

	if (sizeof(entry_t) != sizeof(u64))
		kunit_skip(test, "an entry is one word");
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	migrate_disable();
	cpu = cpumask_any_but(cpu_online_mask, smp_processor_id());
	memset(&reader, 0, sizeof(reader));
	reader.half = (volatile u32 *)entry;
	entry_clear(entry);
	task = kthread_run_on_cpu(read_entry, NULL, cpu, "reader/%u");
	if (IS_ERR(task)) {
		migrate_enable();
		kunit_error(test, "no memory for the reader");
	}
	while (READ_ONCE(reader.absent) == 0)
		cpu_relax();
	for (u32 i = 0; i < TOGGLES; i++) {
		entry_set(entry, whole(i));
		if (i % 2)
			entry_clear(entry);
		else
			wrong += entry_get_and_clear(entry) != whole(i);
	}
	entry_set(entry, whole(0));
	while (READ_ONCE(reader.present) == 0)
		cpu_relax();
	WRITE_ONCE(reader.stop, true);
	kthread_stop(task);
	point(PAGES - 1, old_pages[PAGES - 1]);
	migrate_enable();
	KUNIT_EXPECT_EQ(test, reader.torn, 0ul);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

/* --- vmalloc --- */

static volatile u32 *get_area(struct kunit *test, u32 word)
{
	u32 *p = vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	fill(vmalloc_to_page(p), word);
	return p;
}

/* Frees P, whose page stays ours so that it does not come back as the new one. */
static struct page *free_area(const volatile u32 *p)
{
	struct page *page = vmalloc_to_page((const void *)p);

	get_page(page);
	vfree((const void *)p);
	return page;
}

/*
 * Addresses of a freed area: a watcher that has used them sees the old page until the purge, and
 * after it what is there then: nothing, and later the next area's page.
 */
static void purged_addresses_are_not_stale(struct kunit *test)
{
	unsigned int seen = 0, stale = 0, wrong = 0;

	watchers_start(test, 1);
	for (unsigned int try = 0; try < TRIES; try++) {
		volatile u32 *p, *q;
		struct page *page;

		watchers_serve(true);
		vm_unmap_aliases();
		p = get_area(test, OLD);
		KUNIT_ASSERT_EQ(test, watchers_seeing(p, OLD), 1u);
		page = free_area(p);
		watchers_serve(false);
		seen += watchers_seeing(p, OLD);
		watchers_serve(true);
		vm_unmap_aliases();
		watchers_serve(false);
		stale += watchers_seeing(p, OLD);
		q = get_area(test, NEW);
		if (p == q)
			wrong += watchers_seeing(q, NEW) != 1;
		watchers_serve(true);
		__free_page(page);
		vfree((const void *)q);
	}
	vm_unmap_aliases();
	if (seen != TRIES)
		kunit_error(test, "before the purge the old page was seen %u of %u times", seen,
			    TRIES);
	KUNIT_EXPECT_EQ(test, stale, 0u);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static struct kunit_case tlb_smp_cases[] = {
	KUNIT_CASE_SLOW(ranges_are_shot_down),
	KUNIT_CASE_SLOW(everything_is_shot_down),
	KUNIT_CASE_SLOW(every_cpu_is_told),
	KUNIT_CASE_SLOW(batches_are_shot_down),
	KUNIT_CASE_SLOW(untouched_pages_cost_nobody),
	KUNIT_CASE_SLOW(handed_addresses_are_shot_down),
	KUNIT_CASE(flushes_are_counted),
	KUNIT_CASE_SLOW(entries_are_never_seen_half),
	KUNIT_CASE_SLOW(purged_addresses_are_not_stale),
	{},
};

static struct kunit_suite tlb_smp_suite = {
	.name = "tlb_smp",
	.init = tlb_smp_init,
	.exit = tlb_smp_exit,
	.test_cases = tlb_smp_cases,
	.quick = true,
};
kunit_test_suite(tlb_smp_suite);
