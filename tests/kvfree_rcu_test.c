/* SPDX-License-Identifier: MIT */
/*
 * Proves: kfree_rcu() and its kin free what kmalloc() and vmalloc() gave, never before a reader has
 * left who could see it, with a head in the object or without one, also where there is no memory
 * for a record; who frees without end does not fill the memory with what waits, and who finds no
 * memory or no address does not have to do without it.
 */
#include "mm/kvfree_rcu.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "mm/fault_inject.h"
#include "mm/kmalloc.h"
#include "mm/shrinker.h"
#include "mm/vmalloc.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"
#include "tests/sched_threads.h"
#include "tests/wait_until.h"

struct late {
	u32 words[10];
	struct rcu_head rcu;
	struct late *before;
};

/* What is left when a case ends is a leak, which the runner finds. */
static void freed_behind_readers_of_this_cpu(struct kunit *test)
{
	struct late *object[4];
	unsigned int i, seen = 0;

	object[0] = kmalloc(sizeof(struct late), GFP_KERNEL);
	object[1] = kmalloc(3 * PAGE_SIZE, GFP_KERNEL);
	object[2] = vmalloc(PAGE_SIZE);
	object[3] = vmalloc(10 * PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(object); i++) {
		KUNIT_ASSERT_NOT_NULL(test, object[i]);
		object[i]->words[0] = object[i]->words[9] = 0x600d;
	}
	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(object); i++) {
		if (i % 2)
			kvfree_rcu(object[i], rcu);
		else
			kfree_rcu(object[i], rcu);
	}
	for (i = 0; i < ARRAY_SIZE(object); i++)
		seen += object[i]->words[0] == 0x600d && object[i]->words[9] == 0x600d;
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 4u);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, seen, 4u);
	kvfree_rcu_drain();
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 0u);
}

static void nothing_is_accepted(struct kunit *test)
{
	struct late *none = NULL;

	kfree_rcu(none, rcu);
	kvfree_rcu(none);
	kvfree_rcu_mightsleep(none);
	kfree_rcu_mightsleep(none);
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 0u);
}

static void freed_without_a_head(struct kunit *test)
{
	void *small = kmalloc(20, GFP_KERNEL), *large = vmalloc(2 * PAGE_SIZE);

	kfree_rcu(small);
	kvfree_rcu(large);
	kvfree_rcu_mightsleep(vmalloc(PAGE_SIZE));
	kfree_rcu_mightsleep(kmalloc(100, GFP_KERNEL));
	kvfree_rcu_drain();
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 0u);
}

/* A reader on another CPU, who stays until he is told to go or for so many ticks. */
struct reader {
	struct task_struct *task;
	const u32 *word;
	unsigned int ticks;
	bool reads, go, changed, left;
};

static int read_on(void *arg)
{
	struct reader *r = arg;
	unsigned long end;

	rcu_read_lock();
	end = jiffies + r->ticks;
	WRITE_ONCE(r->reads, true);
	while (!READ_ONCE(r->go) && (long)(end - jiffies) > 0)
		if (READ_ONCE(*r->word) != 0x600d)
			r->changed = true;
	WRITE_ONCE(r->left, true);
	rcu_read_unlock();
	return 0;
}

/* What it reads is returned. */
static u32 *reader_begins(struct kunit *test, struct reader *r, unsigned int ticks)
{
	unsigned int elsewhere = other_cpu(stay_here(test));
	u32 *word;

	if (elsewhere == NR_CPUS)
		kunit_skip(test, "no other CPU that could read");
	word = kmalloc(200, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, word);
	*word = 0x600d;
	*r = (struct reader){.word = word, .ticks = ticks};
	r->task = thread_hold(test, kthread_create(read_on, r, "reader"));
	kthread_bind(r->task, elsewhere);
	wake_up_process(r->task);
	KUNIT_ASSERT_TRUE(test, wait_until_sleeping(READ_ONCE(r->reads)));
	return word;
}

/* Takes what may be the reader's object, if it was freed, and spoils it. */
static void spoil(struct kunit *test)
{
	u32 *taken[8];

	for (unsigned int i = 0; i < ARRAY_SIZE(taken); i++) {
		taken[i] = kmalloc(200, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, taken[i]);
		*taken[i] = 0xbad;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(taken); i++)
		kfree(taken[i]);
}

static void readers_elsewhere_are_waited_for(struct kunit *test)
{
	static struct reader r;
	u32 *word = reader_begins(test, &r, 10 * HZ);

	kvfree_rcu_mightsleep(word);
	spoil(test);
	schedule_timeout_uninterruptible(5);
	spoil(test);
	WRITE_ONCE(r.go, true);
	thread_end(r.task);
	KUNIT_EXPECT_FALSE(test, r.changed);
	kvfree_rcu_drain();
}

static void without_memory_the_readers_are_waited_for(struct kunit *test)
{
	static struct reader r;
	u32 *word = reader_begins(test, &r, 10);
	bool failed, left;

	fault_nth(1);
	kvfree_rcu_mightsleep(word);
	left = READ_ONCE(r.left);
	failed = fault_nth(0);
	thread_end(r.task);
	KUNIT_EXPECT_TRUE(test, failed);
	KUNIT_EXPECT_TRUE(test, left);
	KUNIT_EXPECT_FALSE(test, r.changed);
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 0u);
}

static void leave_to_a_worker(void *area)
{
	vfree_atomic(area);
}

/* Also what a worker has taken from the list already, here one of another CPU. */
static void a_worker_at_it_is_waited_for(struct kunit *test)
{
	unsigned int cpu = stay_here(test), elsewhere = other_cpu(cpu), not_freed = 0;

	for (unsigned int i = 0; i < 50; i++) {
		void *area = vmalloc(800 * PAGE_SIZE);

		KUNIT_ASSERT_NOT_NULL(test, area);
		smp_call_function_single((int)(elsewhere == NR_CPUS ? cpu : elsewhere),
					 leave_to_a_worker, area, 1);
		udelay(10 * i);
		vfree_deferred();
		not_freed += vfree_nr_deferred() != 0;
		KUNIT_ASSERT_TRUE(test, wait_until_sleeping(vfree_nr_deferred() == 0));
	}
	KUNIT_EXPECT_EQ(test, not_freed, 0u);
}

/* More than the limit in a loop that does not sleep of itself. */
static void what_waits_is_limited(struct kunit *test)
{
	unsigned int limit = kvfree_rcu_limit(), most = 0;

	KUNIT_ASSERT_GT(test, limit, 0u);
	for (unsigned int i = 0; i < 4 * limit; i++) {
		struct late *object = kmalloc(sizeof(*object), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, object);
		kvfree_rcu(object, rcu);
		most = max(most, kvfree_rcu_waiting());
	}
	KUNIT_EXPECT_LE(test, most, limit);
	kvfree_rcu_drain();
}

/* Who has said that he is about to sleep is not put to sleep for the limit. */
static void who_is_about_to_sleep_does_not_wait(struct kunit *test)
{
	struct late *first = NULL, *next;
	unsigned int state;

	for (unsigned int i = 0; i < kvfree_rcu_limit() + 10; i++) {
		next = kmalloc(sizeof(*next), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, next);
		next->before = first;
		first = next;
	}
	set_current_state(TASK_UNINTERRUPTIBLE);
	for (; first; first = next) {
		next = first->before;
		kvfree_rcu(first, rcu);
	}
	state = READ_ONCE(current->__state);
	__set_current_state(TASK_RUNNING);
	KUNIT_EXPECT_EQ(test, state, (unsigned int)TASK_UNINTERRUPTIBLE);
	kvfree_rcu_drain();
}

/* Who needs memory does not have to wait for the limit. */
static void freed_where_memory_runs_out(struct kunit *test)
{
	for (unsigned int i = 0; i < 4; i++) {
		struct late *object = i % 2 ? vmalloc(PAGE_SIZE) : kmalloc(200, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, object);
		kvfree_rcu(object, rcu);
	}
	shrink_slab(GFP_KERNEL, 0);
	KUNIT_EXPECT_EQ(test, kvfree_rcu_waiting(), 0u);
}

/* A page at one of the few addresses that are multiples of 8 MiB. */
static struct late *rare_address(void)
{
	return __vmalloc_node(PAGE_SIZE, 8u << 20, GFP_KERNEL | __GFP_NOWARN, 0, NULL);
}

/* Who finds no address takes one of those that wait. */
static void freed_where_addresses_run_out(struct kunit *test)
{
	static struct late *area[256];
	unsigned int n = 0;

	while (n < ARRAY_SIZE(area) && (area[n] = rare_address()))
		n++;
	KUNIT_EXPECT_GT(test, n, 0u);
	KUNIT_EXPECT_LT(test, n, (unsigned int)ARRAY_SIZE(area));
	for (unsigned int i = 0; i < n; i++)
		kvfree_rcu(area[i], rcu);
	area[0] = rare_address();
	KUNIT_EXPECT_NOT_NULL(test, area[0]);
	vfree(area[0]);
}

/* Of areas more than there are addresses for. */
static void addresses_do_not_run_out(struct kunit *test)
{
	unsigned long room = (VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT, pages = room / 64;

	for (unsigned int i = 0; i < 100; i++) {
		struct late *area = __vmalloc(PAGE_SIZE * min(pages, 500ul), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL_MSG(test, area, "area %u", i);
		kvfree_rcu(area, rcu);
	}
	kvfree_rcu_drain();
}

static struct kunit_case kvfree_rcu_cases[] = {
	KUNIT_CASE(freed_behind_readers_of_this_cpu),
	KUNIT_CASE(nothing_is_accepted),
	KUNIT_CASE(freed_without_a_head),
	KUNIT_CASE(readers_elsewhere_are_waited_for),
	KUNIT_CASE(without_memory_the_readers_are_waited_for),
	KUNIT_CASE(a_worker_at_it_is_waited_for),
	KUNIT_CASE(what_waits_is_limited),
	KUNIT_CASE(who_is_about_to_sleep_does_not_wait),
	KUNIT_CASE(freed_where_memory_runs_out),
	KUNIT_CASE(freed_where_addresses_run_out),
	KUNIT_CASE(addresses_do_not_run_out),
	{},
};

static struct kunit_suite kvfree_rcu_suite = {
	.name = "kvfree_rcu",
	.test_cases = kvfree_rcu_cases,
};
kunit_test_suite(kvfree_rcu_suite);
