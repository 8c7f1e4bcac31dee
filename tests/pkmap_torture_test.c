/* SPDX-License-Identifier: MIT */
/*
 * Torture of kmap(): threads on all CPUs map the same pages, hold them for a while and unmap them,
 * also on another CPU than before, while interrupts take and drop references of their own and map
 * the same pages by temporary maps, others flush, and allocations fail. There
 * are more pages than slots, and in the hardest case eight slots for everybody: the case's own task
 * holds the rest.
 *
 * Every page says in every word whose it is, so one wrong page behind one address shows; a wake-up
 * that is lost shows as a thread that does not get on.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/timer.h"
#include "lib/random.h"
#include "mm/page_alloc.h"
#include "mm/pkmap_internal.h"
#include "proc/kthread.h"
#include "tests/page_sign.h"
#include "tests/pkmap_pages.h"
#include "tests/sched_threads.h"
#include "tests/torture.h"

#define THREADS_A_CPU 6
#define MAX_THREADS   400
#define FEW_SLOTS     (8 * PKMAP_COLORS)

static struct page **pages;
static unsigned int nr_pages;
static bool stop;
static atomic_t wrong, running, mapped, got, moved;
static struct task_struct *tasks[MAX_THREADS];

static struct page *any_page(struct rnd_state *rnd)
{
	return pages[prandom_u32_below(rnd, nr_pages)];
}

static void check(const u32 *va, const struct page *page, struct rnd_state *rnd)
{
	for (unsigned int n = 0; n < 4; n++)
		if (!page_shows_at(va, page, prandom_u32_below(rnd, PAGE_WORDS)))
			atomic_inc(&wrong);
}

/* The page by temporary maps, on top of whatever is mapped already. */
static void map_on_top(struct page *page, struct rnd_state *rnd)
{
	u32 *va = kmap_atomic(page), *inner = kmap_local_page(page);

	check(va, page, rnd);
	check(inner, page, rnd);
	kunmap_local(inner);
	kunmap_atomic(va);
}

/* In any context: a reference of an interrupt's own, if the page is mapped. */
static void get_on_top(void *seed)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (unsigned long)seed);
	for (unsigned int i = 0; i < 8; i++) {
		struct page *page = any_page(&rnd);
		const u32 *va = kmap_high_get(page);

		if (i % 4 == 0)
			map_on_top(page, &rnd);
		if (!va)
			continue;
		check(va, page, &rnd);
		kunmap_high(page);
		atomic_inc(&got);
	}
}

static struct timer_list timers[NR_CPUS];

static void timer_gets(struct timer_list *timer)
{
	get_on_top((void *)(jiffies + (unsigned long)timer));
	if (!READ_ONCE(stop))
		mod_timer(timer, jiffies + 1);
}

/* The same page by other kinds of maps at the same time. */
static void look_twice(const u32 *va, struct page *page, struct rnd_state *rnd)
{
	u32 *other = prandom_u32_below(rnd, 2) ? kmap_local_page(page) : NULL;
	u32 *third = kmap_atomic(page);

	check(third, page, rnd);
	kunmap_atomic(third);
	check(va, page, rnd);
	if (other) {
		check(other, page, rnd);
		kunmap_local(other);
	}
}

/* To another CPU, where it must go at once; and free again, to be moved by the scheduler. */
static void be_moved(struct rnd_state *rnd)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);

	for (unsigned int n = prandom_u32_below(rnd, num_online_cpus()); n > 0; n--)
		cpu = cpumask_next((int)cpu, cpu_online_mask);
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	atomic_inc(&moved);
	if (prandom_u32_below(rnd, 2))
		set_cpus_allowed_ptr(current, cpu_online_mask);
}

static void one_map(struct rnd_state *rnd)
{
	struct page *page = any_page(rnd), *more = any_page(rnd);
	u32 *va = kmap(page), *second;

	check(va, page, rnd);
	switch (prandom_u32_below(rnd, 16)) {
	case 0:
		yield();
		break;
	case 1:
		schedule_timeout_uninterruptible(1);
		break;
	case 2:
		look_twice(va, page, rnd);
		break;
	case 3: /* a second one, if that needs no waiting: two that wait for each other would be
		   stuck */
		second = kmap_high_get(more);
		if (second) {
			check(second, more, rnd);
			kunmap_high(more);
		}
		break;
	case 4:
		WRITE_ONCE(va[7], page_word(page, 7));
		break;
	case 5: /* the slot stays ours, whichever CPU we are on */
		be_moved(rnd);
		break;
	}
	check(va, page, rnd);
	kunmap(page);
	atomic_inc(&mapped);
}

static int maps_at_random(void *data)
{
	struct rnd_state rnd;
	unsigned long rounds = 0;

	prandom_seed_state(&rnd, (unsigned long)data);
	while (!READ_ONCE(stop)) {
		one_map(&rnd);
		rounds++;
		if (rounds % 64 == 0)
			smp_call_function(get_on_top, (void *)(uintptr_t)prandom_u32_state(&rnd),
					  0);
		if (rounds % 200 == 0)
			kmap_flush_unused();
		if (rounds % 32 == 0) {
			struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

			if (page)
				__free_page(page);
			cond_resched();
		}
	}
	atomic_dec(&running);
	return 0;
}

/*
 * Signs @n pages and starts threads; returns how many there are. None begins before all are there:
 * to create one takes a few turns, and each turn as long as all that are busy already.
 */
static unsigned int start(struct kunit *test, unsigned int threads, unsigned int n,
			  int (*fn)(void *seed))
{
	unsigned int started = 0;

	pages = kmap_test_pages(test, n, -1);
	nr_pages = n;
	stop = false;
	atomic_set(&wrong, 0);
	atomic_set(&mapped, 0);
	atomic_set(&got, 0);
	atomic_set(&moved, 0);
	for (unsigned int i = 0; i < n; i++)
		page_sign(pages[i]);
	for (; started < min(threads, (unsigned int)MAX_THREADS); started++) {
		tasks[started] = kthread_create(fn, (void *)(started * 977ul + 3),
						"kmap-torture/%u", started);
		if (IS_ERR(tasks[started]))
			break;
	}
	atomic_set(&running, (int)started);
	for (unsigned int i = 0; i < started; i++)
		wake_up_process(tasks[i]);
	return started;
}

static void wait_out(void)
{
	struct torture t = torture_begin_part(3);

	while (torture_goes_on(&t))
		schedule_timeout_uninterruptible(HZ / 20);
}

/* Every thread comes to its end: none waits for a wake-up that was lost. */
static void all_come_to_an_end(struct kunit *test)
{
	WRITE_ONCE(stop, true);
	wait_ticks_for(100 * HZ, atomic_read(&running) == 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&running), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&wrong), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&mapped), 0);
	kunit_info(test, "%d maps, %d moves, %d references of interrupts, %u sleeps so far",
		   atomic_read(&mapped), atomic_read(&moved), atomic_read(&got),
		   pkmap_counters_sum().sleeps);
	kthreads_settle();
}

/* Threads with timers and calls on top, for a while. */
static void torture(struct kunit *test, unsigned int threads, unsigned int n)
{
	unsigned int cpu;

	start(test, threads, n, maps_at_random);
	for_each_online_cpu(cpu)
	{
		timer_setup(&timers[cpu], timer_gets, TIMER_PINNED);
		timers[cpu].expires = jiffies + 1;
		add_timer_on(&timers[cpu], (int)cpu);
	}
	wait_out();
	all_come_to_an_end(test);
	for_each_online_cpu(cpu) del_timer_sync(&timers[cpu]);
}

static void all_slots(struct kunit *test)
{
	torture(test, THREADS_A_CPU * num_online_cpus(), KMAP_TEST_PAGES + LAST_PKMAP / 2);
	for (unsigned int i = 0; i < nr_pages; i++) {
		KUNIT_EXPECT_TRUE(test, page_shows(kmap(pages[i]), pages[i]));
		kunmap(pages[i]);
	}
}

/* Of each colour; 0 where there are but a few. */
static const unsigned int held =
	(LAST_PKMAP > FEW_SLOTS ? LAST_PKMAP - FEW_SLOTS : 0) / PKMAP_COLORS;
static struct page **holds[PKMAP_COLORS];

static void give_back_slots(void *color)
{
	for (unsigned int i = 0; i < held; i++)
		kunmap(holds[(uintptr_t)color][i]);
}

/*
 * Takes all slots but a few, for as long as FN runs: which may also end the case, where there are
 * not enough pages.
 */
static void with_few_slots(struct kunit *test, void (*fn)(struct kunit *test))
{
	uintptr_t color;

	for (color = 0; color < PKMAP_COLORS; color++) {
		holds[color] = kmap_test_pages(test, held + 1, (int)color);
		for (unsigned int i = 0; i < held; i++)
			kmap(holds[color][i]);
		KUNIT_ASSERT_EQ(test, kunit_add_action(test, give_back_slots, (void *)color), 0);
	}
	fn(test);
	for (color = 0; color < PKMAP_COLORS; color++)
		kunit_release_action(test, give_back_slots, (void *)color);
}

static void run_few(struct kunit *test)
{
	torture(test, THREADS_A_CPU * num_online_cpus() + 2 * FEW_SLOTS, 64);
}

static void eight_slots(struct kunit *test)
{
	with_few_slots(test, run_few);
}

/*
 * T3 of A3: many more tasks than slots. Each maps, yields and unmaps until time is up; then all get
 * through.
 */
static int maps_and_yields(void *data)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, (unsigned long)data);
	do {
		struct page *page = any_page(&rnd);
		const u32 *va = kmap(page);

		check(va, page, &rnd);
		yield();
		check(va, page, &rnd);
		kunmap(page);
		atomic_inc(&mapped);
	} while (!READ_ONCE(stop));
	atomic_dec(&running);
	return 0;
}

static void map_and_yield(struct kunit *test, unsigned int threads, unsigned int n)
{
	unsigned int started = start(test, threads, n, maps_and_yields);

	wait_out();
	all_come_to_an_end(test);
	KUNIT_EXPECT_GE(test, atomic_read(&mapped), (int)started);
}

static void run_many(struct kunit *test)
{
	map_and_yield(test, min(50 * num_online_cpus(), (unsigned int)MAX_THREADS / 2), 256);
}

/*
 * 400 tasks for the 256 slots of a build that has no more; else fewer for eight: each slot that
 * comes free wakes all who wait.
 */
static void many_tasks_for_few_slots(struct kunit *test)
{
	if (LAST_PKMAP <= MAX_THREADS / 2 || LAST_PKMAP > MAX_THREADS)
		with_few_slots(test, run_many);
	else
		map_and_yield(test, MAX_THREADS, 2 * MAX_THREADS);
}

static struct kunit_case pkmap_torture_cases[] = {
	KUNIT_CASE_SLOW(all_slots),
	KUNIT_CASE_SLOW(eight_slots),
	KUNIT_CASE_SLOW(many_tasks_for_few_slots),
	{},
};

static struct kunit_suite pkmap_torture_suite = {
	.name = "pkmap_torture",
	.init = kmap_test_init,
	.test_cases = pkmap_torture_cases,
};
kunit_test_suite(pkmap_torture_suite);
