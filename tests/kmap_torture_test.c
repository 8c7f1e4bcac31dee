/* SPDX-License-Identifier: MIT */
/*
 * Torture of temporary maps: on each CPU threads that map the same pages, up to four deep, by
 * kmap_local_page() and kmap_atomic() in any mixture, yield and sleep with maps open where they
 * may, and move from CPU to CPU; timers on each CPU and calls from other CPUs map on top of them.
 * Every page says in every word whose it is, and what is written is what is there already, so one
 * wrong page behind one address shows, at once or at the end, when all pages are looked at whole.
 */
#include "boot/cmdline.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/timer.h"
#include "lib/random.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/page_sign.h"
#include "tests/kunit.h"
#include "tests/torture.h"

#define NPAGES         64
#define THREADS_A_CPU  2
#define DEPTH          4
#define TOUCHES        8
#define MAPS_OF_TIMERS 16

static struct page *pages[NPAGES];
static bool stop;
static atomic_t wrong;
static struct task_struct *threads[THREADS_A_CPU * NR_CPUS];

static struct page *any_page(struct rnd_state *rnd)
{
	return pages[prandom_u32_below(rnd, NPAGES)];
}

/* By frame numbers, so that pages of low memory get slots, too. */
static u32 *map_atomic(struct page *page)
{
	return kmap_atomic_pfn(page_to_pfn(page));
}

static u32 *map_local(struct page *page)
{
	return kmap_local_pfn(page_to_pfn(page));
}

/* Reads words, and writes one that is there already. */
static void touch(u32 *va, struct page *page, struct rnd_state *rnd)
{
	unsigned int i = prandom_u32_below(rnd, PAGE_WORDS);

	for (unsigned int n = 0; n < TOUCHES; n++)
		if (!page_shows_at(va, page, i + n * 131))
			atomic_inc(&wrong);
	WRITE_ONCE(va[i], page_word(page, i));
}

/* Two maps of what came on top of somebody: in a timer, in a call from another CPU. */
static void map_on_top(void *seed)
{
	struct rnd_state rnd;
	struct page *a, *b;
	u32 *va, *vb;

	prandom_seed_state(&rnd, (unsigned long)seed);
	a = any_page(&rnd);
	b = any_page(&rnd);
	va = map_atomic(a);
	vb = map_local(b);
	touch(va, a, &rnd);
	touch(vb, b, &rnd);
	kunmap_local(vb);
	kunmap_atomic(va);
}

static struct timer_list timers[NR_CPUS];

static void timer_maps(struct timer_list *timer)
{
	unsigned long seed = jiffies + (unsigned long)timer;

	for (unsigned int i = 0; i < MAPS_OF_TIMERS; i++)
		map_on_top((void *)(seed + i));
	if (!READ_ONCE(stop))
		mod_timer(timer, jiffies + 1);
}

/* One nest of maps. Beyond the first kmap_atomic() there is no sleeping until it is undone. */
static void one_nest(struct rnd_state *rnd)
{
	unsigned int depth = 1 + prandom_u32_below(rnd, DEPTH);
	unsigned int atomic_from = prandom_u32_below(rnd, DEPTH + 4);
	struct page *page[DEPTH];
	u32 *va[DEPTH];

	for (unsigned int i = 0; i < depth; i++) {
		bool atomic = i == atomic_from;

		page[i] = any_page(rnd);
		va[i] = atomic ? map_atomic(page[i]) : map_local(page[i]);
		touch(va[i], page[i], rnd);
	}
	if (atomic_from >= depth) {
		unsigned int what = prandom_u32_below(rnd, 32);

		if (what < 4)
			yield();
		else if (what == 4)
			schedule_timeout_uninterruptible(1);
	}
	for (unsigned int i = depth; i-- > 0;) {
		touch(va[i], page[i], rnd);
		if (i == atomic_from)
			kunmap_atomic(va[i]);
		else
			kunmap_local(va[i]);
	}
}

static int maps_at_random(void *data)
{
	struct rnd_state rnd;
	unsigned long rounds = 0;

	prandom_seed_state(&rnd, (unsigned long)data);
	while (!READ_ONCE(stop)) {
		one_nest(&rnd);
		rounds++;
		if (rounds % 64 == 0) {
			unsigned int cpu = cpumask_first(cpu_online_mask);
			unsigned int n = prandom_u32_below(&rnd, num_online_cpus());

			while (n--)
				cpu = cpumask_next((int)cpu, cpu_online_mask);
			smp_call_function_single((int)cpu, map_on_top,
						 (void *)(uintptr_t)prandom_u32_state(&rnd), 1);
			set_cpus_allowed_ptr(current, cpumask_of(cpu));
		}
	}
	return 0;
}

static void begin_timers(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		timer_setup(&timers[cpu], timer_maps, TIMER_PINNED);
		timers[cpu].expires = jiffies + 1;
		add_timer_on(&timers[cpu], (int)cpu);
	}
}

static void one_wrong_page_would_show(struct kunit *test)
{
	struct torture t = torture_begin();
	unsigned int cpu, n;

	atomic_set(&wrong, 0);
	WRITE_ONCE(stop, false);
	begin_timers();
	for (n = 0; n < THREADS_A_CPU * num_online_cpus(); n++) {
		threads[n] =
			kthread_create(maps_at_random, (void *)(uintptr_t)(n + 1), "kmap/%u", n);
		if (IS_ERR(threads[n]))
			break;
		get_task_struct(threads[n]);
		wake_up_process(threads[n]);
	}
	KUNIT_EXPECT_EQ(test, n, THREADS_A_CPU * num_online_cpus());
	schedule_timeout_uninterruptible(torture_ticks_left(&t));
	WRITE_ONCE(stop, true);
	while (n-- > 0)
		thread_end(threads[n]);
	for_each_online_cpu(cpu) del_timer_sync(&timers[cpu]);
	KUNIT_EXPECT_EQ(test, atomic_read(&wrong), 0);
	for (unsigned int i = 0; i < NPAGES; i++) {
		u32 *va = kmap_local_page(pages[i]);

		KUNIT_EXPECT_TRUE(test, page_shows(va, pages[i]));
		kunmap_local(va);
	}
}

static int take_pages(struct kunit *test)
{
	return signed_pages_take(pages, NPAGES);
}

static void give_pages(struct kunit *test)
{
	signed_pages_give(pages, NPAGES);
	kthreads_settle();
}

static struct kunit_case kmap_torture_cases[] = {
	KUNIT_CASE_SLOW(one_wrong_page_would_show),
	{},
};

static struct kunit_suite kmap_torture_suite = {
	.name = "kmap_torture",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = kmap_torture_cases,
};
kunit_test_suite(kmap_torture_suite);
