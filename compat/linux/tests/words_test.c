/* SPDX-License-Identifier: MIT */
/*
 * Proves: the rarer words of Linux's headers are there and do what they say.
 */
#include <asm/atomic.h>
#include <asm/io.h>
#include <kunit/test.h>
#include <linux/cache.h>
#include <linux/cpu.h>
#include <linux/hashtable.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pgtable.h>
#include <linux/sched/clock.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/version.h>
#include <linux/vmstat.h>

#include "tests/kunit_crash.h"

static_assert(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0));

static void pages(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PAGE_ALIGN(4097ul), 8192ul);
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED(8192) && !PAGE_ALIGNED(8193));
	KUNIT_EXPECT_EQ(test, get_order(1) + get_order(4096), 0);
	KUNIT_EXPECT_EQ(test, get_order(4097), 1);
	KUNIT_EXPECT_EQ(test, get_order(5 * PAGE_SIZE), 3);
	KUNIT_EXPECT_EQ(test, page_to_nid(virt_to_page(high_memory - 1)), numa_node_id());
	KUNIT_EXPECT_TRUE(test, is_power_of_2(L1_CACHE_BYTES));
}

static DEFINE_PER_CPU(unsigned int, word);
static DEFINE_PER_CPU(u64, big);

static void copies_of_a_cpu(struct kunit *test)
{
	get_cpu_var(word) = 5;
	KUNIT_EXPECT_NE(test, preempt_count(), 0);
	__this_cpu_add(word, 2);
	raw_cpu_inc(word);
	KUNIT_EXPECT_EQ(test, __this_cpu_read(word), 8u);
	put_cpu_var(word);
	*get_cpu_ptr(&big) += 1ull << 40;
	put_cpu_ptr(&big);
	mb();
	rmb();
	wmb();
}

struct thing {
	int value;
	struct list_head list;
	struct llist_node lnode;
	struct hlist_node hnode;
};

static void lists(struct kunit *test)
{
	struct thing things[4] = {{1}, {2}, {3}, {4}}, *pos, *n;
	LIST_HEAD(list);
	int sum = 0;

	for (int i = 0; i < 4; i++)
		list_add_tail(&things[i].list, &list);
	pos = &things[1];
	list_for_each_entry_safe_continue(pos, n, &list, list)
	{
		list_del(&pos->list);
		sum += pos->value;
	}
	KUNIT_EXPECT_EQ(test, sum, 7);
	pos = &things[0];
	list_for_each_entry_safe_from(pos, n, &list, list)
	{
		list_add(&things[2].list, &pos->list);
		list_safe_reset_next(pos, n, list);
		list_del(&things[2].list);
		KUNIT_EXPECT_PTR_EQ(test, n, &things[2]);
		break;
	}
}

static void lists_without_a_lock(struct kunit *test)
{
	struct thing things[3] = {{1}, {2}, {3}}, *pos, *n;
	LLIST_HEAD(head);
	struct llist_node *taken;
	int sum = 0;

	KUNIT_EXPECT_NULL(test, llist_del_first(&head));
	for (int i = 0; i < 3; i++)
		llist_add(&things[i].lnode, &head);
	KUNIT_EXPECT_PTR_EQ(test, llist_del_first(&head), &things[2].lnode);
	taken = llist_del_all(&head);
	KUNIT_EXPECT_PTR_EQ(test, llist_next(taken), &things[0].lnode);
	llist_for_each_entry(pos, taken, lnode) sum = 10 * sum + pos->value;
	KUNIT_EXPECT_EQ(test, sum, 21);
	llist_for_each_entry_safe(pos, n, taken, lnode)
	{
		sum += pos->value;
		pos->lnode.next = NULL;
	}
	KUNIT_EXPECT_EQ(test, sum, 24);
}

static DEFINE_HASHTABLE(table, 3);

static void hash_tables(struct kunit *test)
{
	struct thing things[20] = {}, *pos;
	struct hlist_node *tmp;
	int bkt, seen = 0;

	KUNIT_EXPECT_TRUE(test, hash_empty(table));
	for (int i = 0; i < 20; i++) {
		things[i].value = i;
		hash_add(table, &things[i].hnode, things[i].value);
	}
	hash_for_each_possible(table, pos, hnode, 7) seen += pos->value == 7;
	KUNIT_EXPECT_EQ(test, seen, 1);
	hash_for_each(table, bkt, pos, hnode) seen++;
	KUNIT_EXPECT_EQ(test, seen, 21);
	hash_for_each_safe(table, bkt, tmp, pos, hnode) hash_del(&pos->hnode);
	KUNIT_EXPECT_TRUE(test, hash_empty(table) && !hash_hashed(&things[3].hnode));
}

static unsigned int released;

static void release(struct kref *kref)
{
	released++;
}

static void counts_of_users(struct kunit *test)
{
	struct kref kref;
	refcount_t r = REFCOUNT_INIT(1);

	released = 0;
	kref_init(&kref);
	kref_get(&kref);
	KUNIT_EXPECT_EQ(test, kref_put(&kref, release), 0);
	KUNIT_EXPECT_EQ(test, kref_put(&kref, release), 1);
	KUNIT_EXPECT_EQ(test, released, 1u);
	KUNIT_EXPECT_FALSE(test, kref_get_unless_zero(&kref));
	KUNIT_EXPECT_WARN(test, "*use after free*", kref_get(&kref));

	refcount_add(2, &r);
	KUNIT_EXPECT_FALSE(test, refcount_sub_and_test(2, &r));
	KUNIT_EXPECT_EQ(test, refcount_read(&r), 1u);
	refcount_set(&r, REFCOUNT_MAX);
	KUNIT_EXPECT_WARN(test, "*too many users*", refcount_inc(&r));
	KUNIT_EXPECT_EQ(test, (int)refcount_read(&r), REFCOUNT_SATURATED);
	refcount_set(&r, 0);
	KUNIT_EXPECT_WARN(test, "*underflow*", (void)!refcount_dec_and_test(&r));
}

static unsigned int acted;

static void act(struct kref *kref)
{
	acted++;
}
/* cppcheck-suppress unknownMacro ; cppcheck does not see headers in <> */
KUNIT_DEFINE_ACTION_WRAPPER(act_on, act, struct kref *)

static struct named {
	char name[8];
} names[] = {{"first"}, {"second"}};
KUNIT_ARRAY_PARAM_DESC(names, names, name);

static void conveniences(struct kunit *test)
{
	struct named *param = (struct named *)test->param_value;
	char *copy = kunit_kstrdup(test, param->name, GFP_KERNEL);
	struct kref kref;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_STREQ(test, copy, param->name);
	KUNIT_EXPECT_NULL(test, kunit_kstrdup(test, NULL, GFP_KERNEL));
	acted = 0;
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, act_on, &kref), 0);
	kunit_release_action(test, act_on, &kref);
	KUNIT_EXPECT_EQ(test, acted, 1u);
}

static struct kunit_case words_cases[] = {
	KUNIT_CASE(pages),
	KUNIT_CASE(copies_of_a_cpu),
	KUNIT_CASE(lists),
	KUNIT_CASE(lists_without_a_lock),
	KUNIT_CASE(hash_tables),
	KUNIT_CASE(counts_of_users),
	KUNIT_CASE_PARAM(conveniences, names_gen_params),
	{},
};

static struct kunit_suite words_suite = {
	.name = "linux_words",
	.test_cases = words_cases,
};
kunit_test_suite(words_suite);
