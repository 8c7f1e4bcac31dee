/* SPDX-License-Identifier: MIT */
/*
 * Proves: shrinkers are asked for their share and no more, in batches, one after the other; one
 * that cannot give now is left alone; one that has left is not asked; and what a shrinker allocates
 * does not come back to the shrinkers. That they are asked when memory runs out, and not before, is
 * in tests/page_pressure_test.c.
 */
#include "kernel/sync/jiffies.h"
#include "lib/string.h"
#include "mm/page_alloc.h"
#include "mm/shrinker.h"
#include "tests/sched_threads.h"

/* A cache of nothing: it counts, and notes what it is asked for. */
struct cache {
	struct shrinker shrinker;
	unsigned long objects;
	unsigned long per_call; /* what a call frees at most; 0: all that is asked for */
	unsigned long calls, asked, largest;
	gfp_t gfp;
	unsigned long answer; /* not 0: said instead of freeing anything */
	bool nests;           /* it comes back here from inside */
	unsigned long nested;
	bool sleeps;       /* it sleeps inside, and goes on on another CPU if there is one */
	bool looked;       /* another thread ran meanwhile, where it began to sleep, */
	bool taken_for_it; /* and counted as a shrinker, too */
};

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	return container_of(shrinker, struct cache, shrinker)->objects;
}

static int look(void *data)
{
	struct cache *cache = data;

	cache->taken_for_it = in_shrinker();
	WRITE_ONCE(cache->looked, true);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* The CPU where it went to sleep has another thread run meanwhile. */
static void sleep_and_move(struct cache *cache)
{
	unsigned int here = task_cpu(current), there = other_cpu(here);
	struct task_struct *onlooker = kthread_run_on_cpu(look, cache, here, "onlooker/%u");

	if (IS_ERR(onlooker))
		return;
	wait_ticks_for(500, READ_ONCE(cache->looked));
	kthread_stop(onlooker);
	if (there < NR_CPUS)
		set_cpus_allowed_ptr(current, cpumask_of(there));
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *cache = container_of(shrinker, struct cache, shrinker);
	unsigned long freed = min(sc->nr_to_scan, cache->objects);

	cache->calls++;
	cache->asked += sc->nr_to_scan;
	cache->largest = max(cache->largest, sc->nr_to_scan);
	cache->gfp = sc->gfp_mask;
	if (cache->nests) {
		cache->nests = false;
		cache->nested += shrink_slab(GFP_KERNEL, 0) + !in_shrinker();
	}
	if (cache->sleeps)
		sleep_and_move(cache);
	if (cache->answer)
		return cache->answer;
	if (cache->per_call)
		freed = min(freed, cache->per_call);
	cache->objects -= freed;
	return freed;
}

static struct cache one, other;

/* The machine's own caches are emptied first, so that what is counted is the tests'. */
static int shrinker_init(struct kunit *test)
{
	one = other = (struct cache){.shrinker = {.count_objects = count, .scan_objects = scan}};
	drop_slab();
	register_shrinker(&one.shrinker, "one");
	register_shrinker(&other.shrinker, "other");
	return 0;
}

static void shrinker_exit(struct kunit *test)
{
	unregister_shrinker(&one.shrinker);
	unregister_shrinker(&other.shrinker);
}

static void everybody_gives_a_share(struct kunit *test)
{
	one.objects = 1000;
	other.objects = 64;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 2), 266ul);
	KUNIT_EXPECT_EQ(test, one.objects, 750ul);
	KUNIT_EXPECT_EQ(test, other.objects, 48ul);
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_NOFS, 0), 798ul);
	KUNIT_EXPECT_EQ(test, one.gfp, GFP_NOFS);
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 0ul);
}

static void the_last_object_goes_too(struct kunit *test)
{
	one.objects = 1;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 5), 1ul);
	KUNIT_EXPECT_EQ(test, one.objects, 0ul);
}

static void batches_are_kept(struct kunit *test)
{
	one.objects = other.objects = 1000;
	one.shrinker.batch = 30;
	shrink_slab(GFP_KERNEL, 0);
	KUNIT_EXPECT_EQ(test, one.largest, 30ul);
	KUNIT_EXPECT_EQ(test, one.calls, 34ul);
	KUNIT_EXPECT_EQ(test, one.asked, 1000ul);
	KUNIT_EXPECT_EQ(test, other.largest, 128ul);
	KUNIT_EXPECT_EQ(test, one.objects + other.objects, 0ul);
}

/* To look is work as well: who looks at many and frees few is not asked for ever. */
static void looking_counts_as_work(struct kunit *test)
{
	one.objects = 640;
	one.per_call = 1;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 5ul);
	KUNIT_EXPECT_EQ(test, one.calls, 5ul);
}

static void who_cannot_now_is_left_alone(struct kunit *test)
{
	one.objects = other.objects = 1000;
	one.answer = SHRINK_STOP;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 1000ul);
	KUNIT_EXPECT_EQ(test, one.calls, 1ul);
	KUNIT_EXPECT_EQ(test, one.objects, 1000ul);
	one.objects = SHRINK_EMPTY;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 0ul);
	KUNIT_EXPECT_EQ(test, one.calls, 1ul);
}

static void who_left_is_not_asked(struct kunit *test)
{
	struct shrinker never = {.count_objects = count, .scan_objects = scan};

	one.objects = other.objects = 10;
	unregister_shrinker(&one.shrinker);
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 10ul);
	KUNIT_EXPECT_EQ(test, one.calls, 0ul);
	unregister_shrinker(&one.shrinker);
	unregister_shrinker(&never);
	register_shrinker(&one.shrinker, "one");
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 10ul);
	KUNIT_EXPECT_EQ(test, one.calls, 1ul);
}

static void shrinkers_do_not_nest(struct kunit *test)
{
	one.objects = other.objects = 10;
	one.nests = true;
	KUNIT_EXPECT_FALSE(test, in_shrinker());
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 20ul);
	KUNIT_EXPECT_EQ(test, one.calls, 1ul);
	KUNIT_EXPECT_EQ(test, one.nested, 0ul);
	KUNIT_EXPECT_FALSE(test, in_shrinker());
}

static void who_sleeps_binds_nobody(struct kunit *test)
{
	unsigned int cpu;

	one.objects = 10;
	one.sleeps = true;
	KUNIT_EXPECT_EQ(test, shrink_slab(GFP_KERNEL, 0), 10ul);
	KUNIT_EXPECT_TRUE(test, one.looked);
	KUNIT_EXPECT_FALSE(test, one.taken_for_it);
	for_each_online_cpu(cpu)
	{
		set_cpus_allowed_ptr(current, cpumask_of(cpu));
		KUNIT_EXPECT_FALSE(test, in_shrinker());
	}
}

static void drop_slab_takes_all(struct kunit *test)
{
	one.objects = 5000;
	one.per_call = 100; /* of the 128 that it is asked for */
	other.objects = 77;
	drop_slab();
	KUNIT_EXPECT_EQ(test, one.objects, 0ul);
	KUNIT_EXPECT_EQ(test, other.objects, 0ul);
}

static struct kunit_case shrinker_cases[] = {
	KUNIT_CASE(everybody_gives_a_share),
	KUNIT_CASE(the_last_object_goes_too),
	KUNIT_CASE(batches_are_kept),
	KUNIT_CASE(looking_counts_as_work),
	KUNIT_CASE(who_cannot_now_is_left_alone),
	KUNIT_CASE(who_left_is_not_asked),
	KUNIT_CASE(shrinkers_do_not_nest),
	KUNIT_CASE(who_sleeps_binds_nobody),
	KUNIT_CASE(drop_slab_takes_all),
	{},
};

static struct kunit_suite shrinker_suite = {
	.name = "shrinker",
	.init = shrinker_init,
	.exit = shrinker_exit,
	.test_cases = shrinker_cases,
	.quick = true,
};
kunit_test_suite(shrinker_suite);
