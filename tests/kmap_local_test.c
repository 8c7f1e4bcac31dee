/* SPDX-License-Identifier: MIT */
/*
 * Proves that kmap_local_page() belongs to the task: two tasks of one CPU have different pages at
 * the same addresses and never see each other's; while a task does not run its entries are gone,
 * out of the tables and out of the TLB, and when it runs again they are back where they were; it
 * stays on its CPU meanwhile. All tasks of a test are bound to the CPU of the test.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/timer.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"
#include "proc/kthread.h"
#include "tests/held_thread.h"
#include "tests/page_sign.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define NPAGES 6

static struct page *pages[NPAGES];
static unsigned int home; /* the CPU of the test */
static struct cpumask old_mask;

static int take_pages(struct kunit *test)
{
	cpumask_copy(&old_mask, &current->cpus_mask);
	home = get_cpu();
	put_cpu();
	if (set_cpus_allowed_ptr(current, cpumask_of(home)) != 0)
		return -EINVAL;
	return signed_pages_take(pages, NPAGES);
}

static void give_pages(struct kunit *test)
{
	signed_pages_give(pages, NPAGES);
	set_cpus_allowed_ptr(current, &old_mask);
	kthreads_settle();
}

/* A slot, also where the page is a low one. */
static u32 *map(struct page *page)
{
	return kmap_local_pfn(page_to_pfn(page));
}

static bool readable(const void *va)
{
	u32 word;

	return copy_from_kernel_nofault(&word, va, sizeof(word)) == 0;
}

/* Yields until COND holds; true if it does. */
#define yield_until(cond)                                                                          \
	__extension__({                                                                            \
		u64 __limit = clock_ns() + wait_limit_ns;                                          \
		while (!(cond) && clock_ns() < __limit)                                            \
			yield();                                                                   \
		(cond);                                                                            \
	})

/* A thread on the CPU of the test, held until thread_end(). NULL if there is no memory for it. */
static struct task_struct *begin(int (*fn)(void *data), void *data, const char *name)
{
	struct task_struct *thread = kthread_create_on_cpu(fn, data, home, name);

	return IS_ERR(thread) ? NULL : get_task_struct(thread);
}

/* What a thread is told, and what it answers. */
struct errand {
	unsigned int first, count; /* its pages */
	unsigned long rounds;
	unsigned long wrong; /* times that it saw another page */
	unsigned int cpu_changes;
	u32 *va;
	bool began, finished;
};

/* Holds `count` maps and yields; each time it runs again it looks at all of them. */
static int look_and_yield(void *data)
{
	struct errand *errand = data;
	u32 *va[NPAGES];

	for (unsigned int i = 0; i < errand->count; i++)
		va[i] = map(pages[errand->first + i]);
	for (unsigned long r = 0; r < errand->rounds; r++) {
		yield();
		for (unsigned int i = 0; i < errand->count; i++)
			if (!page_shows_at(va[i], pages[errand->first + i], (unsigned int)r))
				errand->wrong++;
	}
	for (unsigned int i = errand->count; i-- > 0;)
		kunmap_local(va[i]);
	WRITE_ONCE(errand->finished, true);
	return 0;
}

static void share_a_cpu(struct kunit *test, unsigned long rounds)
{
	static struct errand a, b;
	struct task_struct *first, *second;

	a = (struct errand){.first = 0, .count = 2, .rounds = rounds};
	b = (struct errand){.first = 2, .count = 3, .rounds = rounds};
	first = begin(look_and_yield, &a, "kmap-a/%u");
	second = begin(look_and_yield, &b, "kmap-b/%u");
	KUNIT_ASSERT_TRUE(test, first && second);
	wake_up_process(first);
	wake_up_process(second);
	while (!READ_ONCE(a.finished) || !READ_ONCE(b.finished))
		yield();
	thread_end(first);
	thread_end(second);
	KUNIT_EXPECT_EQ(test, a.wrong, 0ul);
	KUNIT_EXPECT_EQ(test, b.wrong, 0ul);
}

static void two_tasks_share_a_cpu(struct kunit *test)
{
	share_a_cpu(test, 200);
}

static void two_tasks_share_a_cpu_for_long(struct kunit *test)
{
	share_a_cpu(test, 100000);
}

static struct {
	u32 *va;
	bool asked, answered, empty, faults, fresh;
} look;

/* Runs while the other task, which holds a map at look.va, does not. */
static int look_from_outside(void *data)
{
	u32 *mine;

	look.empty = *kmap_slot_entry((unsigned long)look.va) == 0;
	look.faults = !readable(look.va);
	/* A page of its own there: the same address, and nothing left of the other's in the TLB. */
	mine = map(pages[1]);
	look.fresh = mine == look.va && page_shows(mine, pages[1]);
	kunmap_local(mine);
	WRITE_ONCE(look.answered, true);
	return 0;
}

static void entries_leave_with_their_task(struct kunit *test)
{
	struct task_struct *thread;
	u32 *va = map(pages[0]);

	KUNIT_EXPECT_TRUE(test, page_shows(va, pages[0]));
	memset(&look, 0, sizeof(look));
	look.va = va;
	thread = begin(look_from_outside, NULL, "kmap-look/%u");
	KUNIT_ASSERT_NOT_NULL(test, thread);
	wake_up_process(thread);
	KUNIT_EXPECT_TRUE(test, yield_until(READ_ONCE(look.answered)));
	KUNIT_EXPECT_TRUE(test, look.empty);
	KUNIT_EXPECT_TRUE(test, look.faults);
	KUNIT_EXPECT_TRUE(test, look.fresh);
	KUNIT_EXPECT_TRUE(test, readable(va) && page_shows(va, pages[0]));
	kunmap_local(va);
	KUNIT_EXPECT_FALSE(test, readable(va));
	thread_end(thread);
}

/* A thread begins without maps, whatever its maker had open. */
static int tell_depth(void *data)
{
	struct errand *errand = data;

	errand->count = kmap_depth();
	WRITE_ONCE(errand->finished, true);
	return 0;
}

static void new_tasks_have_no_maps(struct kunit *test)
{
	static struct errand errand;
	struct task_struct *thread;
	u32 *va = map(pages[0]), *inner = map(pages[1]);

	errand = (struct errand){.count = 99};
	thread = begin(tell_depth, &errand, "kmap-new/%u");
	if (thread) {
		wake_up_process(thread);
		KUNIT_EXPECT_TRUE(test, yield_until(READ_ONCE(errand.finished)));
		thread_end(thread);
	}
	KUNIT_EXPECT_EQ(test, errand.count, 0u);
	KUNIT_EXPECT_EQ(test, kmap_depth(), 2u);
	kunmap_local(inner);
	kunmap_local(va);
}

/* Comes before everybody, again and again, and maps a page where the other's lies. */
static int interrupt_others(void *data)
{
	struct errand *errand = data;

	for (unsigned long r = 0; r < errand->rounds; r++) {
		u32 *va;

		schedule_timeout_uninterruptible(1);
		va = map(pages[2]);
		if (!page_shows(va, pages[2]))
			errand->wrong++;
		kunmap_local(va);
	}
	WRITE_ONCE(errand->finished, true);
	return 0;
}

/* Preempted at any instruction, the task finds its page where it was. */
static void preempted_tasks_keep_their_maps(struct kunit *test)
{
	static struct errand errand;
	struct task_struct *thread;
	unsigned long before = current->nivcsw, wrong = 0, r = 0;
	u64 limit = clock_ns() + wait_limit_ns;

	errand = (struct errand){.rounds = 30};
	thread = begin(interrupt_others, &errand, "kmap-fifo/%u");
	KUNIT_ASSERT_NOT_NULL(test, thread);
	sched_set_fifo(thread);
	wake_up_process(thread);
	while (!READ_ONCE(errand.finished) && clock_ns() < limit) {
		u32 *va = map(pages[r & 1]);

		for (unsigned int i = 0; i < PAGE_WORDS; i += 16)
			wrong += !page_shows_at(va, pages[r & 1], i + (unsigned int)r % 16);
		kunmap_local(va);
		r++;
	}
	KUNIT_EXPECT_TRUE(test, READ_ONCE(errand.finished));
	thread_end(thread);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
	KUNIT_EXPECT_EQ(test, errand.wrong, 0ul);
	KUNIT_EXPECT_GT(test, current->nivcsw, before);
}

/* Holds a map while somebody wants it on another CPU. */
static int stay(void *data)
{
	struct errand *errand = data;
	u32 *va = map(pages[0]);
	unsigned int cpu = smp_processor_id();

	WRITE_ONCE(errand->began, true);
	for (unsigned long r = 0; r < errand->rounds; r++) {
		yield();
		errand->cpu_changes += smp_processor_id() != cpu;
		errand->wrong += !page_shows_at(va, pages[0], (unsigned int)r);
	}
	WRITE_ONCE(errand->finished, true);
	kunmap_local(va);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static void tasks_with_maps_do_not_migrate(struct kunit *test)
{
	static struct errand errand;
	struct task_struct *thread;
	unsigned int there;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	there = cpumask_any_but(cpu_online_mask, home);
	errand = (struct errand){.rounds = 300};
	thread = kthread_create(stay, &errand, "kmap-stay");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread));
	set_cpus_allowed_ptr(thread, cpumask_of(home));
	wake_up_process(thread);
	KUNIT_EXPECT_TRUE(test, yield_until(READ_ONCE(errand.began)));
	KUNIT_EXPECT_EQ(test, set_cpus_allowed_ptr(thread, cpumask_of(there)), 0);
	KUNIT_EXPECT_TRUE(test, yield_until(task_cpu(thread) == there));
	KUNIT_EXPECT_TRUE(test, READ_ONCE(errand.finished));
	KUNIT_EXPECT_EQ(test, errand.cpu_changes, 0u);
	KUNIT_EXPECT_EQ(test, errand.wrong, 0ul);
	kthread_stop(thread);
}

/* What every thread's end calls: maps left open are said, and closed. */
static void ending_with_a_map_is_reported(struct kunit *test)
{
	u32 *va, *inner;

	migrate_disable();
	va = map(pages[0]);
	inner = map(pages[1]);
	KUNIT_EXPECT_WARN(test, "*ends with 2 temporary maps*", kmap_exit_check());
	KUNIT_EXPECT_EQ(test, kmap_depth(), 0u);
	KUNIT_EXPECT_FALSE(test, readable(va) || readable(inner));
	migrate_enable(); /* what the two unmaps would have done, too */
	migrate_enable();
	migrate_enable();
	kmap_exit_check();
}

/* In a timer's handler, on top of what the task holds: 10^5 times two maps. */
#define TIMER_RUNS 100
#define TIMER_MAPS 1000
static unsigned long timer_wrong, timer_runs;

static void map_on_top(struct timer_list *timer)
{
	for (unsigned int i = 0; i < TIMER_MAPS; i++) {
		u32 *a = kmap_atomic_pfn(page_to_pfn(pages[2])), *b = map(pages[3]);

		timer_wrong += !page_shows_at(a, pages[2], i) + !page_shows_at(b, pages[3], i);
		kunmap_local(b);
		kunmap_atomic(a);
	}
	WRITE_ONCE(timer_runs, timer_runs + 1);
	if (timer_runs < TIMER_RUNS)
		mod_timer(timer, jiffies + 1);
}

static void timers_leave_the_tasks_maps_alone(struct kunit *test)
{
	static DEFINE_TIMER(timer, map_on_top);
	unsigned long wrong = 0, r = 0;
	u64 limit = clock_ns() + 6 * wait_limit_ns;

	timer_wrong = timer_runs = 0;
	timer.expires = jiffies + 1;
	add_timer_on(&timer, (int)home);
	while (READ_ONCE(timer_runs) < TIMER_RUNS && clock_ns() < limit) {
		u32 *va = map(pages[0]);

		wrong += !page_shows(va, pages[0]);
		kunmap_local(va);
		va = kmap_atomic_pfn(page_to_pfn(pages[1]));
		wrong += !page_shows(va, pages[1]);
		kunmap_atomic(va);
		r++;
	}
	del_timer_sync(&timer);
	KUNIT_EXPECT_EQ(test, timer_runs, (unsigned long)TIMER_RUNS);
	KUNIT_EXPECT_EQ(test, wrong, 0ul);
	KUNIT_EXPECT_EQ(test, timer_wrong, 0ul);
}

static struct kunit_case kmap_local_cases[] = {
	KUNIT_CASE(two_tasks_share_a_cpu),
	KUNIT_CASE_SLOW(two_tasks_share_a_cpu_for_long),
	KUNIT_CASE(entries_leave_with_their_task),
	KUNIT_CASE(new_tasks_have_no_maps),
	KUNIT_CASE_SLOW(preempted_tasks_keep_their_maps),
	KUNIT_CASE(tasks_with_maps_do_not_migrate),
	KUNIT_CASE(ending_with_a_map_is_reported),
	KUNIT_CASE_SLOW(timers_leave_the_tasks_maps_alone),
	{},
};

static struct kunit_suite kmap_local_suite = {
	.name = "kmap_local",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = kmap_local_cases,
	.quick = true,
};
kunit_test_suite(kmap_local_suite);
