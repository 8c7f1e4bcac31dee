/* SPDX-License-Identifier: MIT */
/*
 * Proves, for CPUs that have free slots at hand and map without a common lock: a page that several
 * map at the same moment gets one slot; and what a CPU does not use is there for who needs it.
 */
#include "kernel/sync/jiffies.h"
#include "mm/page_alloc.h"
#include "mm/pkmap_internal.h"
#include "proc/kthread.h"
#include "tests/pkmap_pages.h"
#include "tests/wait_until.h"

#define SLOTS  (LAST_PKMAP / PKMAP_COLORS) /* of one colour */
#define ROUNDS 3000
#define ENOUGH 10   /* rounds, and */
#define MAX_MS 1000 /* a host that does not run both CPUs at once takes long for a round */

/* Two CPUs that do the same at the same time: each says how far it has come. */
struct racer {
	struct task_struct *task;
	struct page **pages, *own;
	unsigned int nr_pages;
	struct racer *rival;
	unsigned int step; /* counts the points where both meet */
	unsigned int rounds, two_slots, lost;
	void *va;
	bool enough;
};

/* Both are here. False: the rival does not come. */
static bool meet(struct racer *racer)
{
	unsigned int step = racer->step + 1;

	smp_store_release(&racer->step, step);
	return wait_until((int)(READ_ONCE(racer->rival->step) - step) >= 0);
}

static void race(struct racer *racer)
{
	u64 end = clock_ns() + MAX_MS * NSEC_PER_MSEC;

	/* Who has no slots at hand takes kmap_lock, where nobody overtakes him. */
	kmap(racer->own);
	kunmap(racer->own);
	for (; racer->rounds < ROUNDS; racer->rounds++) {
		struct page *page = racer->pages[racer->rounds % racer->nr_pages];

		WRITE_ONCE(racer->enough, racer->rounds >= ENOUGH && clock_ns() > end);
		if (!meet(racer) || READ_ONCE(racer->rival->enough) || racer->enough)
			break;
		racer->va = kmap(page);
		if (!meet(racer))
			break;
		racer->two_slots += racer->va != racer->rival->va;
		racer->lost += page_address(page) != racer->va;
		if (!meet(racer))
			break;
		kunmap(page);
	}
}

static int race_elsewhere(void *data)
{
	race(data);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void one_page_gets_one_slot(struct kunit *test)
{
	struct racer here = {.nr_pages = 3 * LAST_PKMAP / 2}, there = here;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	here.pages = there.pages = kmap_test_pages(test, here.nr_pages + 2, -1);
	here.own = here.pages[here.nr_pages];
	there.own = here.pages[here.nr_pages + 1];
	here.rival = &there;
	there.rival = &here;
	migrate_disable();
	there.task =
		kthread_run_on_cpu(race_elsewhere, &there,
				   cpumask_any_but(cpu_online_mask, smp_processor_id()), "race/%u");
	if (!IS_ERR(there.task)) {
		race(&here);
		kthread_stop(there.task);
	}
	migrate_enable();
	KUNIT_ASSERT_FALSE(test, IS_ERR(there.task));
	KUNIT_EXPECT_TRUE(test, here.rounds == ROUNDS || here.enough || there.enough);
	KUNIT_EXPECT_EQ(test, here.two_slots + there.two_slots, 0u);
	KUNIT_EXPECT_EQ(test, here.lost + there.lost, 0u);
	kmap_flush_unused();
	KUNIT_EXPECT_EQ(test, kmap_slots_in_use(), 0u);
}

/* A task that maps and maps, until it has as many pages as it shall. */
struct hoarder {
	struct page **pages;
	unsigned int nr, has;
	bool stop;
};

static int hoard(void *data)
{
	struct hoarder *hoarder = data;

	while (hoarder->has < hoarder->nr && !READ_ONCE(hoarder->stop)) {
		kmap(hoarder->pages[hoarder->has]);
		WRITE_ONCE(hoarder->has, hoarder->has + 1);
	}
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static bool mapped; /* a thread that is stopped too soon does not even begin */

static int map_once(void *data)
{
	kmap(data);
	kunmap(data);
	WRITE_ONCE(mapped, true);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* Each other CPU maps a page of its own once, and has more slots at hand than it needs. */
static void let_others_have_some(struct kunit *test, struct page **pages)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		struct task_struct *task;

		if (cpu == smp_processor_id())
			continue;
		mapped = false;
		task = kthread_run_on_cpu(map_once, pages[cpu], cpu, "once/%u");
		KUNIT_ASSERT_FALSE(test, IS_ERR(task));
		KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(mapped)));
		kthread_stop(task);
	}
}

/* The window is full only when no CPU has anything at hand: nobody sleeps before. */
static void slots_at_hand_are_taken_back(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, SLOTS + nr_cpu_ids, 0);
	struct hoarder hoarder = {.pages = pages, .nr = SLOTS};
	struct pkmap_counters before;
	struct task_struct *task;
	unsigned int i;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	migrate_disable();
	lock_kmap();
	pkmap_search_from(0, 0); /* not at a word's end: what is at hand is of one word */
	unlock_kmap();
	let_others_have_some(test, pages + SLOTS);
	before = pkmap_counters_sum();
	task = kthread_run_on_cpu(hoard, &hoarder, smp_processor_id(), "hoard/%u");
	migrate_enable();
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(hoarder.has) == SLOTS));
	KUNIT_EXPECT_EQ(test, pkmap_counters_sum().sleeps, before.sleeps);
	/* If it does sleep, this is its way out. */
	WRITE_ONCE(hoarder.stop, true);
	for (i = 0; i < READ_ONCE(hoarder.has); i++)
		kunmap(pages[i]);
	kthread_stop(task);
	for (; i < hoarder.has; i++)
		kunmap(pages[i]);
	KUNIT_EXPECT_EQ(test, kmap_slots_in_use(), 0u);
}

static struct kunit_case kmap_batch_cases[] = {
	KUNIT_CASE(one_page_gets_one_slot),
	KUNIT_CASE(slots_at_hand_are_taken_back),
	{},
};

static struct kunit_suite kmap_batch_suite = {
	.name = "kmap_batch",
	.init = kmap_test_init,
	.test_cases = kmap_batch_cases,
};
kunit_test_suite(kmap_batch_suite);
