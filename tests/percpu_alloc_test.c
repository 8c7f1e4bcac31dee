/* SPDX-License-Identifier: MIT */
/*
 * Proves: alloc_percpu() gives each CPU a copy of its own, zeroed and aligned, that %fs finds; what
 * is freed is used again, and no chunk stays behind; wrong frees are reported and change nothing;
 * atomic requests take what is there; CPUs may do all of it at once.
 */
#include "mm/percpu_alloc.h"
#include "boot/x86.h"
#include "kernel/sync/sched.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/kmalloc.h"
#include "tests/held_thread.h"
#include "tests/invariant.h"
#include "tests/kunit.h"

static void take_bytes(struct invariant_state *now)
{
	now->value[0] = percpu_bytes_used();
}
TEST_INVARIANT_NAMED(percpu_bytes, take_bytes, "bytes of per-CPU memory");

static void free_action(void *ptr)
{
	free_percpu(ptr);
}

/* An object that is there to the end of the case: its chunk stays, too. */
static void *keep(struct kunit *test, size_t size)
{
	void *ptr = __alloc_percpu(size, 8);

	KUNIT_ASSERT_NOT_NULL(test, ptr);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, free_action, ptr), 0);
	return ptr;
}

struct counts {
	unsigned int hits;
	u64 sum;
};

static void copies_are_found_by_their_cpus(struct kunit *test)
{
	struct counts __percpu *c = alloc_percpu(struct counts);
	unsigned int cpu;

	KUNIT_ASSERT_NOT_NULL(test, c);
	for_each_possible_cpu(cpu) * per_cpu_ptr(c, cpu) = (struct counts){cpu + 1, (u64)cpu << 40};
	for_each_possible_cpu(cpu)
	{
		KUNIT_EXPECT_EQ(test, per_cpu_ptr(c, cpu)->hits, cpu + 1);
		KUNIT_EXPECT_EQ(test, per_cpu_ptr(c, cpu)->sum, (u64)cpu << 40);
	}
	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_EQ(test, this_cpu_read(c->hits), cpu + 1);
		this_cpu_add(c->hits, 100);
		KUNIT_EXPECT_PTR_EQ(test, this_cpu_ptr(c), per_cpu_ptr(c, cpu));
	}
	for_each_online_cpu(cpu) KUNIT_EXPECT_EQ(test, per_cpu_ptr(c, cpu)->hits, cpu + 101);
	free_percpu(c);
}

static void fill(void *ptr, size_t size, u8 with)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) memset(per_cpu_ptr(ptr, cpu), with + (u8)cpu, size);
}

/* Copies that are not what fill() has made of them. */
static unsigned int copies_changed(void *ptr, size_t size, u8 with)
{
	unsigned int cpu, n = 0;

	for_each_possible_cpu(cpu) n +=
		memchr_inv(per_cpu_ptr(ptr, cpu), (u8)(with + cpu), size) != NULL;
	return n;
}

static bool all_zero(void *ptr, size_t size)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		if (memchr_inv(per_cpu_ptr(ptr, cpu), 0, size))
			return false;
	}
	return true;
}

static void zeroed_for_all_and_used_again(struct kunit *test)
{
	unsigned int cpu;
	void *first, *again;

	keep(test, 8);
	first = __alloc_percpu(200, 8);
	KUNIT_ASSERT_NOT_NULL(test, first);
	fill(first, 200, 0x55);
	free_percpu(first);
	again = __alloc_percpu(200, 8);
	KUNIT_EXPECT_PTR_EQ(test, again, first);
	for_each_possible_cpu(cpu) KUNIT_EXPECT_NULL_MSG(
		test, memchr_inv(per_cpu_ptr(again, cpu), 0, 200), "CPU %u", cpu);
	free_percpu(again);
}

static void aligned_as_asked(struct kunit *test)
{
	void *p[13];

	for (unsigned int i = 0; i < ARRAY_SIZE(p); i++) {
		p[i] = __alloc_percpu(24, (size_t)1 << i);
		KUNIT_ASSERT_NOT_NULL(test, p[i]);
		KUNIT_EXPECT_EQ(test, (uintptr_t)p[i] & ((1u << i) - 1), 0u);
		KUNIT_EXPECT_EQ(test, (uintptr_t)p[i] & (PCPU_GRANULE - 1), 0u);
	}
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
	for (unsigned int i = 0; i < ARRAY_SIZE(p); i++)
		free_percpu(p[i]);
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

static void up_to_a_whole_unit(struct kunit *test)
{
	size_t unit = percpu_unit_size();
	void *whole = __alloc_percpu(unit, PAGE_SIZE), *other = __alloc_percpu(unit - 7, 0);

	KUNIT_EXPECT_NOT_NULL(test, whole);
	KUNIT_EXPECT_NOT_NULL(test, other);
	KUNIT_EXPECT_PTR_NE(test, whole, other);
	if (whole && other) {
		fill(whole, unit, 1);
		fill(other, unit - 7, 101);
		KUNIT_EXPECT_EQ(test, copies_changed(whole, unit, 1), 0u);
	}
	free_percpu(other);
	free_percpu(whole);
	free_percpu(NULL);
}

static void senseless_requests_are_reported(struct kunit *test)
{
	void *p[4];

	KUNIT_EXPECT_WARN(test, "illegal size (0) or align (8)*", p[0] = __alloc_percpu(0, 8));
	KUNIT_EXPECT_WARN(test, "illegal size*", p[1] = __alloc_percpu(percpu_unit_size() + 1, 8));
	KUNIT_EXPECT_WARN(test, "illegal size (8) or align (24)*", p[2] = __alloc_percpu(8, 24));
	KUNIT_EXPECT_WARN(test, "illegal size*", p[3] = __alloc_percpu(8, 2 * PAGE_SIZE));
	for (unsigned int i = 0; i < ARRAY_SIZE(p); i++)
		KUNIT_EXPECT_NULL(test, p[i]);
}

static DEFINE_PER_CPU(u64, static_one);

static void wrong_frees_change_nothing(struct kunit *test)
{
	char *kept = keep(test, 64), *gone = __alloc_percpu(64, 8);
	void *block = kunit_kmalloc(test, 64, GFP_KERNEL);
	size_t used;

	KUNIT_ASSERT_NOT_NULL(test, gone);
	free_percpu(gone);
	used = percpu_bytes_used();
	KUNIT_EXPECT_WARN(test, "free_percpu() of *freed already*", free_percpu(gone));
	KUNIT_EXPECT_WARN(test, "free_percpu() of *", free_percpu(kept + 8));
	KUNIT_EXPECT_WARN(test, "free_percpu() of *", free_percpu(kept + 1));
	KUNIT_EXPECT_WARN(test, "free_percpu() of *", free_percpu(kept + percpu_unit_size()));
	KUNIT_EXPECT_WARN(test, "free_percpu() of *", free_percpu((void *)&static_one));
	KUNIT_EXPECT_WARN(test, "free_percpu() of *", free_percpu(block));
	KUNIT_EXPECT_EQ(test, percpu_bytes_used(), used);
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

/* Two neighbours: where one ends the other begins, whichever goes first. */
static void neighbours_are_told_apart(struct kunit *test)
{
	size_t before;
	char *a, *b;

	keep(test, 8);
	before = percpu_bytes_used();
	for (int round = 0; round < 2; round++) {
		a = __alloc_percpu(40, 8);
		b = __alloc_percpu(16, 8);
		KUNIT_ASSERT_PTR_EQ(test, b, a + 40);
		free_percpu(round ? b : a);
		KUNIT_EXPECT_EQ(test, percpu_bytes_used(), before + (round ? 40 : 16));
		free_percpu(round ? a : b);
		KUNIT_EXPECT_EQ(test, percpu_bytes_used(), before);
	}
}

#define OBJECTS 300
#define STEPS   200 /* of each thread */

struct object {
	void *at;
	size_t size;
	u8 mark;
};

/* Allocates or frees one at random; false if one was not as it was left. */
static bool step(struct object *objects, unsigned int nr, struct rnd_state *rnd)
{
	struct object *o = &objects[prandom_u32_below(rnd, nr)];
	bool good = true;

	if (o->at) {
		good = copies_changed(o->at, o->size, o->mark) == 0;
		free_percpu(o->at);
		o->at = NULL;
		return good;
	}
	o->size = 1 + prandom_u32_below(rnd, 1u << prandom_u32_below(rnd, 11));
	o->mark = (u8)prandom_u32_state(rnd);
	o->at = __alloc_percpu(o->size, (size_t)1 << prandom_u32_below(rnd, 12));
	if (o->at) {
		good = all_zero(o->at, o->size);
		fill(o->at, o->size, o->mark);
	}
	return good;
}

static void release(struct object *objects, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		free_percpu(objects[i].at);
		objects[i].at = NULL;
	}
}

static void many_come_and_go(struct kunit *test)
{
	static struct object objects[OBJECTS];
	struct rnd_state rnd;
	unsigned int wrong = 0;

	prandom_seed_state(&rnd, 1);
	for (unsigned int i = 0; i < 20 * OBJECTS; i++) {
		wrong += !step(objects, OBJECTS, &rnd);
		if (i % 100 == 0)
			KUNIT_ASSERT_NULL(test, percpu_alloc_check());
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	release(objects, OBJECTS);
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

static void atomic_takes_what_is_there(struct kunit *test)
{
	void *kept = keep(test, 8), *small, *large;
	unsigned long flags;

	local_irq_save(flags);
	small = __alloc_percpu_gfp(64, 8, GFP_ATOMIC);
	large = __alloc_percpu_gfp(percpu_unit_size(), 8, GFP_ATOMIC);
	free_percpu(small);
	local_irq_restore(flags);
	KUNIT_EXPECT_NOT_NULL(test, small);
	KUNIT_EXPECT_NULL(test, large);
	KUNIT_EXPECT_NOT_NULL(test, kept);
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

/* The chunk is given back all the same: see the invariants. */
static void the_last_one_may_go_with_interrupts_off(struct kunit *test)
{
	void *p = __alloc_percpu(64, 8);
	unsigned long flags;

	KUNIT_ASSERT_NOT_NULL(test, p);
	local_irq_save(flags);
	free_percpu(p);
	local_irq_restore(flags);
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

struct worker {
	struct task_struct *task;
	struct object objects[40];
	struct rnd_state rnd;
	unsigned int wrong;
};

static int work(void *arg)
{
	struct worker *w = arg;

	for (unsigned int i = 0; i < STEPS; i++)
		w->wrong += !step(w->objects, ARRAY_SIZE(w->objects), &w->rnd);
	release(w->objects, ARRAY_SIZE(w->objects));
	return 0;
}

static void all_cpus_at_once(struct kunit *test)
{
	static struct worker workers[8];

	for (unsigned int i = 0; i < ARRAY_SIZE(workers); i++) {
		workers[i].wrong = 0;
		prandom_seed_state(&workers[i].rnd, i);
		workers[i].task =
			thread_go(test, kthread_create(work, &workers[i], "percpu/%u", i));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(workers); i++) {
		thread_end(workers[i].task);
		KUNIT_EXPECT_EQ_MSG(test, workers[i].wrong, 0u, "thread %u", i);
	}
	KUNIT_EXPECT_NULL(test, percpu_alloc_check());
}

static struct kunit_case percpu_alloc_cases[] = {
	KUNIT_CASE(copies_are_found_by_their_cpus),
	KUNIT_CASE(zeroed_for_all_and_used_again),
	KUNIT_CASE(aligned_as_asked),
	KUNIT_CASE(up_to_a_whole_unit),
	KUNIT_CASE(senseless_requests_are_reported),
	KUNIT_CASE(wrong_frees_change_nothing),
	KUNIT_CASE(neighbours_are_told_apart),
	KUNIT_CASE(many_come_and_go),
	KUNIT_CASE(atomic_takes_what_is_there),
	KUNIT_CASE(the_last_one_may_go_with_interrupts_off),
	KUNIT_CASE(all_cpus_at_once),
	{},
};

static struct kunit_suite percpu_alloc_suite = {
	.name = "percpu_alloc",
	.test_cases = percpu_alloc_cases,
};
kunit_test_suite(percpu_alloc_suite);
