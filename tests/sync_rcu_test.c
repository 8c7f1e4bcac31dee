/* SPDX-License-Identifier: MIT */
/*
 * Proves of RCU: no callback is lost, called twice or out of order; a grace period really waits for
 * the readers of all CPUs, so that none sees what was freed after it; lists stay walkable.
 */
#include "kernel/cpu/cpumask.h"
#include "kernel/sync/rculist.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/tick.h"
#include "kernel/sync/timer.h"
#include "lib/string.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define CALLBACKS 300 /* more than are called at once */

struct numbered {
	struct rcu_head head;
	unsigned int number, called;
};

static struct numbered items[CALLBACKS];
static unsigned int called, disorder, wrong_context;

static void callback(struct rcu_head *head)
{
	struct numbered *item = container_of(head, struct numbered, head);

	disorder += item->number != called;
	wrong_context += !in_serving_softirq() || irqs_disabled();
	item->called++;
	WRITE_ONCE(called, called + 1);
}

static void all_are_called(struct kunit *test)
{
	called = disorder = wrong_context = 0;
	memset(items, 0, sizeof(items));
	preempt_disable(); /* all on one CPU, and none before the end of this reader */
	for (unsigned int i = 0; i < CALLBACKS; i++) {
		items[i].number = i;
		call_rcu(&items[i].head, callback);
	}
	KUNIT_EXPECT_EQ(test, called, 0u);
	preempt_enable();
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, called, (unsigned int)CALLBACKS);
	KUNIT_EXPECT_EQ(test, disorder, 0u);
	KUNIT_EXPECT_EQ(test, wrong_context, 0u);
	for (unsigned int i = 0; i < CALLBACKS; i++)
		KUNIT_ASSERT_EQ_MSG(test, items[i].called, 1u, "callback %u", i);
}

/* A reader of this very CPU holds them off, for as many ticks as it takes. */
static void readers_hold_them_off(struct kunit *test)
{
	unsigned long ticks, ticket;
	bool early;

	called = 0;
	memset(items, 0, sizeof(items));
	rcu_read_lock();
	ticks = tick_count(smp_processor_id());
	call_rcu(&items[0].head, callback);
	ticket = start_poll_synchronize_rcu();
	wait_until(tick_count(smp_processor_id()) - ticks > 5);
	early = READ_ONCE(called) || poll_state_synchronize_rcu(ticket);
	rcu_read_unlock();
	KUNIT_EXPECT_FALSE(test, early);
	cond_synchronize_rcu(ticket);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(ticket));
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, called, 1u);
}

/* Who has waited for a grace period has waited for those that were wanted before, too. */
static void tickets_drawn_before_a_wait_are_good(struct kunit *test)
{
	unsigned long drawn, started;

	drawn = get_state_synchronize_rcu();
	synchronize_rcu();
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(drawn));
	preempt_disable(); /* its period cannot end by itself */
	started = start_poll_synchronize_rcu();
	drawn = get_state_synchronize_rcu();
	KUNIT_EXPECT_FALSE(test, poll_state_synchronize_rcu(started));
	preempt_enable();
	synchronize_rcu();
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(started));
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(drawn));
}

static void leaves_a_count(struct rcu_head *head)
{
	preempt_disable();
	WRITE_ONCE(called, called + 1);
}

static void mistakes_are_named(struct kunit *test)
{
	unsigned long ticket;

	called = 0;
	KUNIT_EXPECT_WARN(test, "*leaves_a_count left preempt_count*", {
		call_rcu(&items[0].head, leaves_a_count);
		wait_until(READ_ONCE(called) == 1);
	});
	/* The ticket's period is over long since, so nothing is really waited for. */
	ticket = start_poll_synchronize_rcu();
	synchronize_rcu();
	cond_synchronize_rcu(ticket);
	KUNIT_EXPECT_WARN(test, "*sleeping function called from invalid context*", {
		rcu_read_lock();
		cond_synchronize_rcu(ticket);
		rcu_read_unlock();
	});
}

struct listed {
	struct list_head list;
	unsigned int number;
};

static void lists_stay_walkable(struct kunit *test)
{
	static struct listed entry[4];
	struct listed *pos;
	LIST_HEAD(head);
	unsigned int sum = 0;

	for (unsigned int i = 0; i < 4; i++) {
		entry[i].number = 1u << i;
		list_add_tail_rcu(&entry[i].list, &head);
	}
	rcu_read_lock();
	list_for_each_entry_rcu(pos, &head, list)
	{
		sum += pos->number;
		if (pos->number == 2)
			list_del_rcu(&pos->list); /* the way on is still there */
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, sum, 15u);
	sum = 0;
	list_for_each_entry_rcu(pos, &head, list) sum += pos->number;
	KUNIT_EXPECT_EQ(test, sum, 13u);
	KUNIT_EXPECT_PTR_EQ(test, list_first_or_null_rcu(&head, struct listed, list), &entry[0]);
}

/* --- readers on another CPU ------------------------------------------------------------------- */

#define ALIVE 0x600d
#define FREED 0xdead

static struct object {
	unsigned int state;
} objects[2];
static struct object *shared;
static unsigned int reading, saw_freed, reads;

static void read_long(struct timer_list *timer)
{
	struct object *object;

	rcu_read_lock();
	object = rcu_dereference(shared);
	WRITE_ONCE(reading, 1);
	mdelay(20);
	saw_freed += READ_ONCE(object->state) != ALIVE;
	rcu_read_unlock();
	WRITE_ONCE(reads, reads + 1);
}

static void readers_elsewhere_are_waited_for(struct kunit *test)
{
	static struct timer_list timer;
	unsigned int cpu;

	if (num_online_cpus() == 1)
		kunit_skip(test, "one CPU");
	saw_freed = reads = 0;
	for (unsigned int i = 0; i < 6; i++) {
		struct object *old = &objects[i % 2], *fresh = &objects[(i + 1) % 2];

		cpu = cpumask_next((int)smp_processor_id(), cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		old->state = fresh->state = ALIVE;
		rcu_assign_pointer(shared, old);
		reading = 0;
		timer_setup(&timer, read_long, 0);
		timer.expires = jiffies;
		add_timer_on(&timer, (int)cpu);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(reading)));
		rcu_assign_pointer(shared, fresh);
		synchronize_rcu();
		WRITE_ONCE(old->state, FREED);
		KUNIT_ASSERT_TRUE(test, wait_until(READ_ONCE(reads) == i + 1));
		del_timer_sync(&timer);
	}
	KUNIT_EXPECT_EQ(test, saw_freed, 0u);
}

static struct kunit_case rcu_cases[] = {
	KUNIT_CASE_SLOW(all_are_called),
	KUNIT_CASE(lists_stay_walkable),
	KUNIT_CASE_SLOW(tickets_drawn_before_a_wait_are_good),
	KUNIT_CASE_SLOW(readers_hold_them_off),
	KUNIT_CASE_SLOW(mistakes_are_named),
	KUNIT_CASE_SLOW(readers_elsewhere_are_waited_for),
	{},
};

static struct kunit_suite rcu_suite = {
	.name = "sync_rcu",
	.test_cases = rcu_cases,
	.quick = true,
};
kunit_test_suite(rcu_suite);
