/* SPDX-License-Identifier: MIT */
/*
 * Proves: what one CPU has of a cache in its hands stops no other: who must not wait does not, who
 * may does, and what is said of the cache meanwhile is true. Where the tests claim a magazine they
 * stand for its owner, stopped at any moment between claiming it and giving it back.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/spinlock.h"
#include "mm/meminfo.h"
#include "mm/slab_internal.h"
#include "tests/held_thread.h"
#include "tests/slab_test.h"
#include "tests/wait_until.h"

#define OBJECTS 60

static struct kmem_cache *shared;
static void *p[OBJECTS];
static void *passed; /* the object that the other CPU frees */

static void take_and_give(struct kmem_cache *s)
{
	for (unsigned int i = 0; i < OBJECTS; i++)
		p[i] = kmem_cache_alloc(s, GFP_KERNEL);
	for (unsigned int i = 0; i < OBJECTS; i++)
		kmem_cache_free(s, p[i]);
}

/*
 * A cache whose objects are in this CPU's magazine, and another CPU; the thread stays on its own
 * until migrate_enable().
 */
static unsigned int begin(struct kunit *test)
{
	shared = cache(test, 64, 0, 0, NULL);
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	if (slab_is_debug(shared))
		kunit_skip(test, "caches that look closely have no magazines");
	migrate_disable();
	take_and_give(shared);
	return cpumask_any_but(cpu_online_mask, smp_processor_id());
}

/* This CPU's magazine of the cache, claimed: with preemption off until let_go(). Its count. */
static int claim(void)
{
	preempt_disable();
	return xchg(&slab_this_cpu(shared)->nr, SLAB_CLAIMED);
}

static void let_go(int nr)
{
	smp_store_release(&slab_this_cpu(shared)->nr, nr);
	preempt_enable();
}

static bool done;

static void call(unsigned int cpu, call_single_data_t *csd, smp_call_func_t func)
{
	WRITE_ONCE(done, false);
	INIT_CSD(csd, func, NULL);
	smp_call_function_single_async((int)cpu, csd);
}

/* --- giving back --- */

static void say_nothing(const char *fmt, ...) __printf(1, 2);
static void say_nothing(const char *fmt, ...)
{
}

/* All that walks the caches, where nothing can be waited for. */
static void walk_in_a_handler(void *unused)
{
	slab_shrink_all();
	kmem_cache_shrink(shared);
	kmem_cache_validate(shared);
	meminfo_show(say_nothing);
	WRITE_ONCE(done, true);
}

static void handlers_wait_for_no_owner(struct kunit *test)
{
	unsigned int cpu = begin(test);
	call_single_data_t csd;
	int nr = claim();
	bool at_once;

	call(cpu, &csd, walk_in_a_handler);
	at_once = wait_until(READ_ONCE(done));
	let_go(nr);
	KUNIT_EXPECT_TRUE(test, at_once);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(done)));
	migrate_enable();
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(shared), 0);
}

static int shrink_once(void *unused)
{
	slab_shrink_all();
	return 0;
}

/* While somebody waits for this CPU's magazine, a handler that comes here does what it wants. */
static void who_waits_stops_no_handler(struct kunit *test)
{
	unsigned int cpu = begin(test);
	struct task_struct *task =
		thread_hold(test, kthread_create_on_cpu(shrink_once, NULL, cpu, "shrink"));
	unsigned long flags;
	bool waits, walked;
	int nr;

	nr = claim();
	wake_up_process(task);
	waits = wait_until(READ_ONCE(shared->draining));
	walked = waits && wait_until(!spin_is_locked(&slab_caches_lock));
	local_irq_save(flags);
	if (walked)
		walk_in_a_handler(NULL);
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, walked);
	KUNIT_EXPECT_EQ(test, shared->draining, 1);
	let_go(nr);
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	migrate_enable();
	KUNIT_EXPECT_EQ(test, kmem_cache_shrink(shared), 0);
}

/* A while in which the other CPU does what it should not: too short a one hides that, no more. */
static void leave_time(void)
{
	u64 end = clock_ns() + 20000000;

	while (!READ_ONCE(done) && clock_ns() < end)
		cpu_relax();
}

static bool begun;

static int shrink_one(void *unused)
{
	int kept;

	WRITE_ONCE(begun, true);
	kept = kmem_cache_shrink(shared);
	WRITE_ONCE(done, true);
	return kept;
}

/* This test drains the cache, and has one of its objects in its hands. */
static void who_shrinks_waits_for_who_drains(struct kunit *test)
{
	unsigned int cpu = begin(test);
	struct task_struct *task =
		thread_hold(test, kthread_create_on_cpu(shrink_one, NULL, cpu, "shrink"));
	void *object = kmem_cache_alloc(shared, GFP_KERNEL);

	begun = done = false;
	preempt_disable();
	KUNIT_EXPECT_EQ(test, xchg(&shared->draining, 1), 0);
	wake_up_process(task);
	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(begun)));
	leave_time();
	kmem_cache_free(shared, object);
	smp_store_release(&shared->draining, 0);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	migrate_enable();
}

static int shrink_all(void *rounds)
{
	do {
		slab_shrink_all();
		++*(unsigned int *)rounds;
	} while (!kthread_should_stop());
	return 0;
}

/* What the shrinker has in its hands is no object in use. */
static void emptied_while_others_shrink(struct kunit *test)
{
	unsigned int cpu = begin(test), kept = 0, rounds = 0;
	struct task_struct *task =
		thread_go(test, kthread_create_on_cpu(shrink_all, &rounds, cpu, "shrink"));

	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(rounds)));
	for (unsigned int i = 0; i < 300; i++) {
		take_and_give(shared);
		kept += (unsigned int)kmem_cache_shrink(shared);
	}
	KUNIT_EXPECT_EQ(test, kept, 0u);
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	migrate_enable();
}

static void ended_while_others_shrink(struct kunit *test)
{
	unsigned int cpu = begin(test), rounds = 0;
	struct task_struct *task =
		thread_go(test, kthread_create_on_cpu(shrink_all, &rounds, cpu, "shrink"));

	KUNIT_EXPECT_TRUE(test, wait_until(READ_ONCE(rounds)));
	for (unsigned int i = 0; i < 1000; i++) {
		struct kmem_cache *s = kmem_cache_create("test_brief", 64, 0, 0, NULL);

		KUNIT_ASSERT_NOT_NULL(test, s);
		take_and_give(s);
		kmem_cache_destroy(s); /* reports what it takes for objects in use */
	}
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	migrate_enable();
}

/* --- freeing twice --- */

static void free_in_a_handler(void *unused)
{
	kmem_cache_free(shared, passed);
	WRITE_ONCE(done, true);
}

static bool free_elsewhere(unsigned int cpu)
{
	call_single_data_t csd;
	int nr = claim();
	bool freed;

	call(cpu, &csd, free_in_a_handler);
	freed = wait_until(READ_ONCE(done));
	let_go(nr);
	return freed;
}

/* An object that lies in a magazine its owner has claimed is free. */
static void double_free_of_a_claimed_object(struct kunit *test)
{
	unsigned int cpu = begin(test);
	bool freed = false;

	passed = slab_this_cpu(shared)->objects[0];
	KUNIT_EXPECT_WARN_COUNT(test, 1, "BUG test_cache: object*is free already: freed twice",
				freed = free_elsewhere(cpu));
	migrate_enable();
	KUNIT_EXPECT_TRUE(test, freed);
	KUNIT_EXPECT_EQ(test, kmem_cache_active(shared), 0u);
}

static int free_in_a_thread(void *unused)
{
	kmem_cache_free(shared, passed);
	WRITE_ONCE(done, true);
	return 0;
}

/*
 * An object in use, whose user left the mark of free ones in it, and whose address still stands in
 * a magazine, behind the last that count. Who can wait for the count finds the truth.
 */
static void leftovers_are_no_double_free(struct kunit *test)
{
	unsigned int cpu = begin(test);
	struct slab_cpu *c = slab_this_cpu(shared);
	struct task_struct *task =
		thread_hold(test, kthread_create_on_cpu(free_in_a_thread, NULL, cpu, "free"));
	void *a = kmem_cache_alloc(shared, GFP_KERNEL), *b = kmem_cache_alloc(shared, GFP_KERNEL);
	int nr;

	passed = c->objects[c->nr + 1]; /* one of them was hot, the other one came from here */
	KUNIT_EXPECT_TRUE(test, passed == a || passed == b);
	slab_free_part(shared, passed)->mark = SLAB_MARK;
	WRITE_ONCE(done, false);
	nr = claim();
	wake_up_process(task);
	leave_time();
	let_go(nr);
	KUNIT_EXPECT_TRUE(test, wait_until_sleeping(READ_ONCE(done))); /* or it may never begin */
	KUNIT_EXPECT_EQ(test, thread_end(task), 0);
	migrate_enable();
	kmem_cache_free(shared, passed == a ? b : a);
	KUNIT_EXPECT_EQ(test, shared->errors, 0u);
	KUNIT_EXPECT_TRUE(test, slab_is_free(shared, virt_to_head_page(passed), passed));
}

static struct kunit_case slab_smp_cases[] = {
	KUNIT_CASE(handlers_wait_for_no_owner),
	KUNIT_CASE(who_waits_stops_no_handler),
	KUNIT_CASE_SLOW(who_shrinks_waits_for_who_drains),
	KUNIT_CASE_SLOW(emptied_while_others_shrink),
	KUNIT_CASE_SLOW(ended_while_others_shrink),
	KUNIT_CASE(double_free_of_a_claimed_object),
	KUNIT_CASE_SLOW(leftovers_are_no_double_free),
	{},
};

static struct kunit_suite slab_smp_suite = {
	.name = "slab_smp",
	.test_cases = slab_smp_cases,
	.quick = true,
};
kunit_test_suites(&slab_smp_suite);
