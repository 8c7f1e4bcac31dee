/* SPDX-License-Identifier: MIT */
/*
 * Proves: a page that is freed twice is never handed out again, also if it lies on a list that only
 * another CPU may touch and who frees it cannot wait for that one; and the pages beside it are not
 * lost.
 */
#include "kernel/console/taint.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp.h"
#include "kernel/sync/sched.h"
#include "mm/page_alloc.h"
#include "tests/kunit.h"
#include "tests/page_again.h"

#define BLOCKS 40 /* more than the list of a CPU is short of when it takes from the zone */

/* What the other CPU is told to do, and what it saw. */
static struct {
	unsigned int order;
	struct page *page; /* the first page of the block that it has freed last */
	gfp_t gfp;         /* leads to the list where that lies */
	bool again;        /* it came again, or a part of it */
} there;

static void take_and_free(void *unused)
{
	there.page = __alloc_pages(GFP_ATOMIC | __GFP_NOWARN, there.order);
	if (!there.page)
		return;
	there.gfp = (gfp_for_again(there.page) & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN;
	__free_pages(there.page, there.order);
}

/* Does a block that somebody gets have PAGE, which is freed twice, in it? */
static void look_for_it(void *page)
{
	struct page *blocks[BLOCKS];
	unsigned int got;

	there.again = false;
	for (got = 0; got < BLOCKS; got++) {
		blocks[got] = __alloc_pages(there.gfp, there.order);
		if (!blocks[got])
			break;
		if (blocks[got] <= (struct page *)page &&
		    (struct page *)page < blocks[got] + (1ul << there.order))
			there.again = true;
	}
	while (got-- > 0)
		__free_pages(blocks[got], there.order);
}

static int other_cpu(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs a second CPU");
	migrate_disable();
	return (int)cpumask_any_but(cpu_online_mask, smp_processor_id());
}

/* A page that was put out of use becomes an ordinary free one. */
static void forgive(struct page *page)
{
	if (!PageHWPoison(page))
		return;
	page->flags = 0;
	set_page_count(page, 1);
	__free_page(page);
}

/* Page N of a block of ORDER, which lies on the list of CPU, is freed again. */
static void free_again(struct kunit *test, int cpu, unsigned int order, unsigned int n)
{
	struct page *page;

	there.order = order;
	smp_call_function_single(cpu, take_and_free, NULL, true);
	KUNIT_ASSERT_NOT_NULL(test, there.page);
	page = there.page + n;
	preempt_disable();
	KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*without users*",
				__free_pages(page, n == 0 ? order : 0));
	preempt_enable();
	KUNIT_EXPECT_TRUE_MSG(test, PageHWPoison(page), "order %u, page %u", order, n);
	smp_call_function_single(cpu, look_for_it, page, true);
	KUNIT_EXPECT_FALSE_MSG(test, there.again, "order %u, page %u", order, n);
	KUNIT_EXPECT_EQ(test, page_ref_count(page), 0);
	forgive(page);
	forgive(there.page);
}

static void pages_on_lists_of_others(struct kunit *test)
{
	int cpu = other_cpu(test);

	for (unsigned int order = 0; order < PCP_ORDERS; order++)
		for (unsigned int n = 0; n < 1u << order; n++)
			free_again(test, cpu, order, n);
	migrate_enable();
}

/* The same, but the list is drained before anybody asks for such a block. */
static void pages_on_drained_lists(struct kunit *test)
{
	int cpu = other_cpu(test);
	unsigned long free;

	for (there.order = 0; there.order < PCP_ORDERS; there.order++) {
		drain_all_pages(NULL);
		free = nr_free_pages();
		smp_call_function_single(cpu, take_and_free, NULL, true);
		KUNIT_ASSERT_NOT_NULL(test, there.page);
		preempt_disable();
		KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*without users*",
					put_page(there.page));
		preempt_enable();
		drain_all_pages(NULL);
		KUNIT_EXPECT_EQ(test, nr_free_pages(), free - 1);
		look_for_it(there.page);
		KUNIT_EXPECT_FALSE(test, there.again);
		forgive(there.page);
	}
	migrate_enable();
}

/* Who has a block does not lose it because somebody else frees a part of it. */
static void owners_keep_their_blocks(struct kunit *test)
{
	for (unsigned int order = 1; order < 6; order++)
		for (unsigned int n = 1; n < 1u << order; n += order) {
			struct page *page = alloc_pages(GFP_KERNEL, order);

			KUNIT_ASSERT_NOT_NULL(test, page);
			preempt_disable();
			KUNIT_EXPECT_WARN_COUNT(test, 1, "*Bad page state*without users*",
						__free_page(page + n));
			preempt_enable();
			KUNIT_EXPECT_FALSE(test, PageHWPoison(page + n));
			__free_pages(page, order);
		}
}

static void clean(struct kunit *test)
{
	clear_taint(TAINT_BAD_PAGE);
}

static struct kunit_case page_bad_smp_cases[] = {
	KUNIT_CASE(pages_on_lists_of_others),
	KUNIT_CASE(pages_on_drained_lists),
	KUNIT_CASE(owners_keep_their_blocks),
	{},
};

static struct kunit_suite page_bad_smp_suite = {
	.name = "page_bad_smp",
	.exit = clean,
	.test_cases = page_bad_smp_cases,
	.quick = true,
};
kunit_test_suite(page_bad_smp_suite);
