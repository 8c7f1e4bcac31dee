/* SPDX-License-Identifier: MIT */
/*
 * Proves: lists fed without a lock keep all that they are given, and deferred work runs once, in
 * order, and never in atomic context.
 */
#include "kernel/cpu/irq.h"
#include "kernel/sync/deferred.h"
#include "kernel/sync/preempt.h"
#include "tests/kunit.h"

#define FREE_IRQ 10
#define NODES    8

struct numbered {
	struct llist_node node;
	unsigned int number;
};

static void llist_keeps_all(struct kunit *test)
{
	static struct numbered item[NODES];
	struct llist_node *pos, *next;
	LLIST_HEAD(list);
	unsigned int n = 0;

	KUNIT_EXPECT_NULL(test, llist_del_all(&list));
	for (unsigned int i = 0; i < NODES; i++) {
		item[i].number = i;
		KUNIT_EXPECT_EQ(test, llist_add(&item[i].node, &list), i == 0);
	}
	llist_for_each_safe(pos, next, llist_reverse_order(llist_del_all(&list)))
	{
		KUNIT_EXPECT_EQ(test, llist_entry(pos, struct numbered, node)->number, n);
		pos->next = NULL;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, (unsigned int)NODES);
	KUNIT_EXPECT_TRUE(test, llist_empty(&list));
}

static unsigned int ran, order[4], count_in_work;

static void first(struct deferred_work *work)
{
	count_in_work = preempt_count();
	order[ran++ & 3] = 1;
}

static void second(struct deferred_work *work)
{
	order[ran++ & 3] = 2;
}

static DEFINE_DEFERRED_WORK(first_work, first);
static DEFINE_DEFERRED_WORK(second_work, second);

static void handler(unsigned int irq, void *arg)
{
	deferred_queue(&first_work);
	deferred_queue(&second_work);
	deferred_queue(&first_work); /* waits already */
	deferred_flush();            /* must do nothing here */
}

static void work_of_an_interrupt_runs_later(struct kunit *test)
{
	ran = 0;
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, handler, "deferred", NULL), 0);
	__asm__ volatile("int %0" : : "i"(FIRST_IRQ_VECTOR + FREE_IRQ) : "memory");
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, ran, 0u);
	preempt_disable();
	deferred_run();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ran, 0u);
	deferred_run();
	KUNIT_ASSERT_EQ(test, ran, 2u);
	KUNIT_EXPECT_TRUE(test, order[0] == 1 && order[1] == 2);
	KUNIT_EXPECT_EQ(test, count_in_work, 0u);
	deferred_run();
	KUNIT_EXPECT_EQ(test, ran, 2u);
}

static void again(struct deferred_work *work)
{
	if (++ran < 3)
		deferred_queue(work);
}

static DEFINE_DEFERRED_WORK(again_work, again);

static void work_may_queue_itself(struct kunit *test)
{
	ran = 0;
	KUNIT_EXPECT_TRUE(test, deferred_queue(&again_work));
	KUNIT_EXPECT_FALSE(test, deferred_queue(&again_work));
	deferred_run();
	KUNIT_EXPECT_EQ(test, ran, 1u);
	deferred_flush();
	KUNIT_EXPECT_EQ(test, ran, 3u);
}

static struct kunit_case deferred_cases[] = {
	KUNIT_CASE(llist_keeps_all),
	KUNIT_CASE(work_of_an_interrupt_runs_later),
	KUNIT_CASE(work_may_queue_itself),
	{},
};

static struct kunit_suite deferred_suite = {
	.name = "sync_deferred",
	.test_cases = deferred_cases,
	.quick = true,
};
kunit_test_suite(deferred_suite);
