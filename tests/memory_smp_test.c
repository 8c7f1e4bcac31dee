/* SPDX-License-Identifier: MIT */
/*
 * Proves: memory that one CPU takes may be given back on another, and all of it can be collected
 * from wherever the CPUs keep it; page lists, slab objects and vmalloc areas stand all CPUs at
 * once.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/sched.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"
#include "mm/slab.h"
#include "mm/vmalloc.h"
#include "mm/vmap_internal.h"
#include "proc/kthread.h"
#include "tests/kunit.h"
#include "tests/torture.h"

/* Another CPU, from a thread that stays on its own until migrate_enable(). */
static int other_cpu(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	migrate_disable();
	return (int)cpumask_any_but(cpu_online_mask, smp_processor_id());
}

/* --- pages --- */

#define BLOCKS 40

static struct page *blocks[BLOCKS];

/* Orders 0 to 3 go to a CPU's lists, 4 past them; low and high memory in turn. */
static unsigned int order_of(unsigned int i)
{
	return i % 5;
}

static void free_blocks(void *unused)
{
	for (unsigned int i = 0; i < BLOCKS; i++)
		__free_pages(blocks[i], order_of(i));
}

static void count_zones(unsigned long *count)
{
	struct zone *zone;

	for_each_zone(zone) count[zone_idx(zone)] = zone->nr_free_pages;
}

static unsigned long on_lists_of(unsigned int cpu)
{
	unsigned long pages = 0;
	struct zone *zone;

	for_each_zone(zone) pages += pcp_pages_of(zone, cpu);
	return pages;
}

static void pages_freed_on_another_cpu_are_drained(struct kunit *test)
{
	unsigned long before[MAX_NR_ZONES] = {}, after[MAX_NR_ZONES] = {}, listed;
	unsigned int n = 0;
	int cpu = other_cpu(test);

	drain_all_pages(NULL);
	count_zones(before);
	for (; n < BLOCKS; n++) {
		blocks[n] = alloc_pages((n % 2 ? GFP_HIGHUSER : GFP_KERNEL) | __GFP_NOWARN,
					order_of(n));
		if (!blocks[n])
			break;
	}
	if (n == BLOCKS) {
		listed = on_lists_of((unsigned int)cpu);
		KUNIT_EXPECT_EQ(test, smp_call_function_single(cpu, free_blocks, NULL, true), 0);
		KUNIT_EXPECT_GT(test, on_lists_of((unsigned int)cpu), listed);
	} else {
		while (n-- > 0)
			__free_pages(blocks[n], order_of(n));
		KUNIT_FAIL(test, "no memory for the blocks");
	}
	drain_all_pages(NULL);
	count_zones(after);
	migrate_enable();
	KUNIT_EXPECT_EQ(test, on_lists_of((unsigned int)cpu), 0ul);
	for (unsigned int z = 0; z < MAX_NR_ZONES; z++)
		KUNIT_EXPECT_EQ(test, after[z], before[z]);
}

/* --- slab --- */

#define OBJECTS 600

static struct kmem_cache *test_cache;
static void *objects[OBJECTS];

static void free_objects(void *unused)
{
	for (unsigned int i = 0; i < OBJECTS; i++)
		kmem_cache_free(test_cache, objects[i]);
}

static void take_objects(void *unused)
{
	for (unsigned int i = 0; i < OBJECTS; i++)
		objects[i] = kmem_cache_alloc(test_cache, GFP_ATOMIC);
}

static bool all_there(void)
{
	for (unsigned int i = 0; i < OBJECTS; i++)
		if (!objects[i])
			return false;
	return true;
}

/* What lies in another CPU's magazine is found when a cache is shrunk, and when it ends. */
static void objects_freed_on_another_cpu_are_collected(struct kunit *test)
{
	int cpu = other_cpu(test);

	test_cache = kmem_cache_create("smp_test", 120, 0, 0, NULL);
	KUNIT_EXPECT_NOT_NULL(test, test_cache);
	for (int round = 0; test_cache && round < 4; round++) {
		bool taken_there = round & 1;

		if (taken_there)
			smp_call_function_single(cpu, take_objects, NULL, true);
		else
			take_objects(NULL);
		KUNIT_EXPECT_TRUE(test, all_there());
		if (taken_there)
			free_objects(NULL);
		else
			smp_call_function_single(cpu, free_objects, NULL, true);
		if (round < 2)
			KUNIT_EXPECT_EQ(test, kmem_cache_shrink(test_cache), 0);
	}
	kmem_cache_destroy(test_cache);
	migrate_enable();
}

/* --- all CPUs at once --- */

#define SLOTS 64

/*
 * Things that threads take from each other, so that what one CPU has made another one frees. A
 * thing begins with its size, and each of its words but the first says whose it is.
 */
struct thing {
	u32 words;
	u32 tag;
};

static struct thing *slots[SLOTS];
static atomic_t spoilt, made;

struct mixer {
	struct task_struct *task;
	struct rnd_state rnd;
	struct torture time;
	struct thing *(*make)(struct mixer *mixer, u32 *words);
	void (*unmake)(struct thing *thing);
};

static struct mixer mixers[NR_CPUS];

/* First, last and some words between: the whole would make the threads wait for memory only. */
static void mark(struct thing *thing, u32 words, u32 tag)
{
	u32 *word = (u32 *)thing;

	thing->words = words;
	for (u32 i = 1; i < words; i += 61)
		word[i] = tag + i;
	word[words - 1] = tag + words - 1;
}

static bool is_whole(const struct thing *thing)
{
	const u32 *word = (const u32 *)thing;
	u32 tag = thing->tag - 1;

	for (u32 i = 1; i < thing->words; i += 61)
		if (word[i] != tag + i)
			return false;
	return word[thing->words - 1] == tag + thing->words - 1;
}

static void give_up(struct mixer *mixer, struct thing *thing)
{
	if (!thing)
		return;
	if (!is_whole(thing))
		atomic_inc(&spoilt);
	mixer->unmake(thing);
}

static int mix(void *arg)
{
	struct mixer *mixer = arg;

	do { /* once at least, however late the host lets it begin */
		u32 words, slot = prandom_u32_below(&mixer->rnd, SLOTS);
		struct thing *thing = mixer->make(mixer, &words);

		if (thing) {
			mark(thing, words, prandom_u32_state(&mixer->rnd));
			atomic_inc(&made);
		}
		give_up(mixer, xchg(&slots[slot], thing));
		cond_resched();
	} while (torture_goes_on(&mixer->time));
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void mix_on_all_cpus(struct kunit *test, struct mixer kind)
{
	unsigned int cpu;

	atomic_set(&spoilt, 0);
	atomic_set(&made, 0);
	kind.time = torture_begin_part(num_online_cpus() == 1 ? 20 : 3);
	for_each_online_cpu(cpu)
	{
		mixers[cpu] = kind;
		prandom_seed_state(&mixers[cpu].rnd, 99 + cpu);
		mixers[cpu].task = kthread_run_on_cpu(mix, &mixers[cpu], cpu, "mix/%u");
		KUNIT_ASSERT_FALSE(test, IS_ERR(mixers[cpu].task));
	}
	while (torture_goes_on(&kind.time))
		schedule_timeout_uninterruptible(HZ / 10);
	for_each_online_cpu(cpu) kthread_stop(mixers[cpu].task);
	for (unsigned int i = 0; i < SLOTS; i++)
		give_up(&kind, xchg(&slots[i], (struct thing *)NULL));
	KUNIT_EXPECT_EQ(test, atomic_read(&spoilt), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&made), 0);
}

/* Few and many pages, of low memory and of any; and aligned addresses without pages between. */
static struct thing *make_area(struct mixer *mixer, u32 *words)
{
	unsigned long pages = 1 + prandom_u32_below(&mixer->rnd, 24);
	unsigned long align = PAGE_SIZE << prandom_u32_below(&mixer->rnd, 8);
	struct vm_struct *vm = vm_area_get(pages, align, VM_MAP, GFP_KERNEL | __GFP_NOWARN, NULL);

	if (vm && !IS_ALIGNED((unsigned long)vm->addr, align))
		atomic_inc(&spoilt);
	if (vm)
		vm_area_abandon(vm);
	*words = (u32)(pages * PAGE_SIZE / 4) - prandom_u32_below(&mixer->rnd, 900);
	return __vmalloc(*words * 4,
			 GFP_KERNEL | __GFP_NOWARN |
				 (prandom_u32_below(&mixer->rnd, 2) ? __GFP_HIGHMEM : 0));
}

static void unmake_area(struct thing *thing)
{
	vfree(thing);
}

static void areas_on_all_cpus(struct kunit *test)
{
	mix_on_all_cpus(test, (struct mixer){.make = make_area, .unmake = unmake_area});
	vm_unmap_aliases();
	KUNIT_EXPECT_NULL(test, vmalloc_check());
}

static struct thing *make_object(struct mixer *mixer, u32 *words)
{
	u32 bytes = 16u << prandom_u32_below(&mixer->rnd, 9);

	*words = (bytes - prandom_u32_below(&mixer->rnd, bytes / 4)) / 4;
	return kmalloc(*words * 4, GFP_KERNEL | __GFP_NOWARN);
}

static void unmake_object(struct thing *thing)
{
	kfree(thing);
}

static void objects_on_all_cpus(struct kunit *test)
{
	mix_on_all_cpus(test, (struct mixer){.make = make_object, .unmake = unmake_object});
}

static struct thing *make_pages(struct mixer *mixer, u32 *words)
{
	unsigned int order = prandom_u32_below(&mixer->rnd, 5);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN | __GFP_COMP, order);

	*words = (u32)(PAGE_SIZE << order) / 4;
	if (page && prandom_u32_below(&mixer->rnd, 64) == 0)
		drain_all_pages(NULL);
	return page ? page_address(page) : NULL;
}

static void unmake_pages(struct thing *thing)
{
	__free_pages(virt_to_page(thing), compound_order(virt_to_page(thing)));
}

static void pages_on_all_cpus(struct kunit *test)
{
	mix_on_all_cpus(test, (struct mixer){.make = make_pages, .unmake = unmake_pages});
}

static struct kunit_case memory_smp_cases[] = {
	KUNIT_CASE(pages_freed_on_another_cpu_are_drained),
	KUNIT_CASE(objects_freed_on_another_cpu_are_collected),
	KUNIT_CASE_SLOW(areas_on_all_cpus),
	KUNIT_CASE_SLOW(objects_on_all_cpus),
	KUNIT_CASE_SLOW(pages_on_all_cpus),
	{},
};

static struct kunit_suite memory_smp_suite = {
	.name = "memory_smp",
	.test_cases = memory_smp_cases,
	.quick = true,
};
kunit_test_suite(memory_smp_suite);
