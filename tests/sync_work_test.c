/* SPDX-License-Identifier: MIT */
/*
 * Proves: lists fed without a lock keep all that they are given, and queued work runs once, in
 * order, and never in atomic context.
 */
#include "kernel/cpu/irq.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/workqueue.h"
#include "lib/llist.h"
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

static void first(struct work_struct *work)
{
	count_in_work = preempt_count();
	order[ran++ & 3] = 1;
}

static void second(struct work_struct *work)
{
	order[ran++ & 3] = 2;
}

static DECLARE_WORK(first_work, first);
static DECLARE_WORK(second_work, second);

static void handler(unsigned int irq, void *arg)
{
	schedule_work(&first_work);
	schedule_work(&second_work);
	schedule_work(&first_work); /* waits already */
	workqueue_settle();         /* must do nothing here */
}

static void work_of_an_interrupt_runs_later(struct kunit *test)
{
	unsigned int at_once;

	ran = 0;
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, handler, "work", NULL), 0);
	preempt_disable();
	__asm__ volatile("int %0" : : "i"(FIRST_IRQ_VECTOR + FREE_IRQ) : "memory");
	workqueue_run();
	at_once = ran;
	preempt_enable();
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_EQ(test, at_once, 0u);
	flush_work(&first_work);
	flush_work(&second_work);
	KUNIT_ASSERT_EQ(test, ran, 2u);
	KUNIT_EXPECT_TRUE(test, order[0] == 1 && order[1] == 2);
	KUNIT_EXPECT_EQ(test, count_in_work, 0u);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, ran, 2u);
}

static void again(struct work_struct *work)
{
	if (++ran < 3)
		schedule_work(work);
}

static DECLARE_WORK(again_work, again);

static void work_may_queue_itself(struct kunit *test)
{
	bool queued, twice;

	ran = 0;
	preempt_disable();
	queued = schedule_work(&again_work);
	twice = schedule_work(&again_work);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, queued);
	KUNIT_EXPECT_FALSE(test, twice);
	workqueue_settle();
	KUNIT_EXPECT_EQ(test, ran, 3u);
}

static struct kunit_case work_cases[] = {
	KUNIT_CASE(llist_keeps_all),
	KUNIT_CASE(work_of_an_interrupt_runs_later),
	KUNIT_CASE(work_may_queue_itself),
	{},
};

static struct kunit_suite work_suite = {
	.name = "sync_work",
	.test_cases = work_cases,
	.quick = true,
};
kunit_test_suite(work_suite);
