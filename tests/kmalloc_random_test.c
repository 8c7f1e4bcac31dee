/* SPDX-License-Identifier: MIT */
/*
 * Proves: whatever is asked of kmalloc(), in whatever order, with memory nearly used up and with
 * interrupt handlers that ask too: all of it lies in low memory, and nobody writes into anybody
 * else's block.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/irq.h"
#include "lib/random.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"
#include "tests/page_hog.h"
#include "tests/rtc.h"

/* Low memory, and the physical address is the virtual one less PAGE_OFFSET: many, of all sizes. */
static void low_memory_only(struct kunit *test)
{
	enum { N = 256, ROUNDS = 2000 };
	void **p = kunit_kcalloc(test, N, sizeof(*p), GFP_KERNEL);
	struct rnd_state rnd;
	unsigned int wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, p);
	prandom_seed_state(&rnd, 7);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int at = prandom_u32_state(&rnd) % N;
		size_t size = prandom_u32_state(&rnd) % (i % 50 ? 700 : 20000) + 1;

		kfree(p[at]);
		p[at] = kmalloc(size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, p[at]);
		wrong += (uintptr_t)p[at] < PAGE_OFFSET ||
			 (uintptr_t)p[at] + size > (uintptr_t)high_memory ||
			 PageHighMem(virt_to_page(p[at])) ||
			 virt_to_phys(p[at]) != (uintptr_t)p[at] - PAGE_OFFSET;
		memset(p[at], 0xff, size);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	for (unsigned int i = 0; i < N; i++)
		kfree(p[i]);
}

enum { MODEL = 600 };

/* What the model knows of one block: where, how long, and the byte that fills it. */
struct block {
	u8 *at;
	size_t size;
	u8 fill;
};

static bool intact(const struct block *b)
{
	return !b->at || (memchr_inv(b->at, b->fill, b->size) == NULL && ksize(b->at) >= b->size &&
			  (uintptr_t)b->at >= PAGE_OFFSET &&
			  (uintptr_t)b->at + b->size <= (uintptr_t)high_memory);
}

/*
 * Random requests of all sizes and kinds; nobody writes into anybody else's block. Returns how many
 * found no memory.
 */
static unsigned int random_requests(struct kunit *test, unsigned int operations)
{
	static struct block blocks[MODEL];
	unsigned int broken = 0, failed = 0;
	struct rnd_state rnd;

	memset(blocks, 0, sizeof(blocks));
	prandom_seed_state(&rnd, operations);
	for (unsigned int i = 0; i < operations; i++) {
		struct block *b = blocks + prandom_u32_below(&rnd, MODEL);
		u32 dice = prandom_u32_below(&rnd, 100);
		size_t size = 1 + prandom_u32_below(&rnd, dice < 80   ? 300
							  : dice < 99 ? 8192
								      : 40000);

		broken += !intact(b);
		if (dice % 4 == 0 && b->at) {
			u8 *grown = krealloc(b->at, size, GFP_KERNEL | __GFP_NOWARN);

			broken += grown && memchr_inv(grown, b->fill, min(size, b->size)) != NULL;
			failed += !grown;
			if (!grown)
				continue;
			b->at = grown;
		} else {
			kfree(b->at);
			b->at = kmalloc(size, (dice & 1 ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN);
			failed += !b->at;
		}
		b->size = size;
		b->fill = (u8)i;
		if (b->at)
			memset(b->at, b->fill, size);
	}
	for (unsigned int i = 0; i < MODEL; i++) {
		broken += !intact(&blocks[i]);
		kfree(blocks[i].at);
	}
	KUNIT_EXPECT_EQ(test, broken, 0u);
	kunit_info(test, "%u requests, %u found no memory", operations, failed);
	return failed;
}

static void random_blocks(struct kunit *test)
{
	random_requests(test, 5000);
}

/* The host does it a million times (tests/host/slab_test.c). */
static void random_blocks_long(struct kunit *test)
{
	random_requests(test, 60000);
}

#define LARGE 0x70000ul /* pages of a machine: nearly 2 GiB */

/*
 * All of low memory but a little is taken: what there is is still low, or there is nothing. How
 * many requests it takes depends on the machine: the more, the larger what may be given out by
 * mistake.
 */
static void nearly_full(struct kunit *test)
{
	struct page_hog hog;
	unsigned int failed;

	hog_init(&hog);
	hog_fill(&hog, GFP_KERNEL, MAX_ORDER - 1);
	hog_release(&hog, 50);
	failed = random_requests(test, totalram_pages() > LARGE ? 100000 : 20000);
	hog_release(&hog, ~0ul);
	KUNIT_EXPECT_GT(test, failed, 0u); /* else it was not full */
}

/* --- from an interrupt handler ---------------------------------------------------------------- */

static struct block irq_blocks[50];
static unsigned int irq_calls, irq_broken;

/* Takes and gives back objects of the sizes that the thread is busy with. */
static void irq_requests(unsigned int irq, void *arg)
{
	rtc_answer();
	for (unsigned int i = 0; i < 5; i++) {
		struct block *b = &irq_blocks[(irq_calls * 5 + i) % ARRAY_SIZE(irq_blocks)];

		irq_broken += !intact(b);
		kfree(b->at);
		b->size = 64;
		b->fill = (u8)(0x80 | irq_calls);
		b->at = kmalloc(64, GFP_ATOMIC | __GFP_NOWARN);
		if (b->at)
			memset(b->at, b->fill, b->size);
	}
	irq_calls++;
}

/*
 * The clock chip's periodic interrupt comes at any point of the thread's allocations and frees,
 * with a magazine claimed and an object between two places; nobody gets what another one has.
 */
static void interrupts_allocate_too(struct kunit *test)
{
	struct block blocks[40] = {{0}};
	unsigned int broken = 0;
	u64 end;

	irq_calls = irq_broken = 0;
	KUNIT_ASSERT_EQ(test, request_irq(RTC_IRQ, irq_requests, "slab test", NULL), 0);
	rtc_ring(RTC_8192_HZ);
	end = clock_ns() + 500000000;
	for (unsigned int i = 0; READ_ONCE(irq_calls) < 1000 && clock_ns() < end; i++) {
		struct block *b = &blocks[i * 7 % ARRAY_SIZE(blocks)];

		broken += !intact(b);
		kfree(b->at);
		b->at = kmalloc(64, GFP_KERNEL);
		b->size = 64;
		b->fill = (u8)(i & 0x7f);
		if (b->at)
			memset(b->at, b->fill, b->size);
	}
	rtc_ring(RTC_SILENT);
	free_irq(RTC_IRQ);
	for (unsigned int i = 0; i < ARRAY_SIZE(blocks); i++)
		kfree(blocks[i].at);
	for (unsigned int i = 0; i < ARRAY_SIZE(irq_blocks); i++)
		kfree(irq_blocks[i].at);
	memset(irq_blocks, 0, sizeof(irq_blocks));
	KUNIT_EXPECT_EQ(test, broken + irq_broken, 0u);
	if (irq_calls < 50)
		kunit_error(test, "only %u interrupts came", irq_calls);
}

static struct kunit_case kmalloc_random_cases[] = {
	KUNIT_CASE(low_memory_only),
	KUNIT_CASE_SLOW(random_blocks),
	KUNIT_CASE_SLOW(random_blocks_long),
	KUNIT_CASE_SLOW(nearly_full),
	KUNIT_CASE_SLOW(interrupts_allocate_too),
	{},
};

static struct kunit_suite kmalloc_random_suite = {
	.name = "kmalloc_random",
	.test_cases = kmalloc_random_cases,
	.quick = true,
};
kunit_test_suites(&kmalloc_random_suite);
