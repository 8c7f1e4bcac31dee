/* SPDX-License-Identifier: MIT */
/*
 * Lists: after every operation the whole ring is walked forwards and backwards and compared with
 * the expected order, so a link forgotten in either direction shows. Lists that are fed without a
 * lock keep all that they are given.
 */
#include "lib/list.h"
#include "lib/llist.h"
#include "tests/kunit.h"

struct node {
	char name;
	struct list_head link;
	struct hlist_node hlink;
};

#define NR_NODES 5

/* Nodes a to e, all on `list` in this order, and a second list. */
struct lists {
	struct node node[NR_NODES];
	struct list_head list, other;
	struct hlist_head hlist;
};

static int lists_init(struct kunit *test)
{
	struct lists *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);

	if (!l)
		return -ENOMEM;
	INIT_LIST_HEAD(&l->list);
	INIT_LIST_HEAD(&l->other);
	for (int i = 0; i < NR_NODES; i++) {
		l->node[i].name = (char)('a' + i);
		list_add_tail(&l->node[i].link, &l->list);
		INIT_HLIST_NODE(&l->node[i].hlink);
	}
	test->priv = l;
	return 0;
}

/* Expects the names on HEAD to be EXPECTED, both ways round. */
static void expect_list(struct kunit *test, struct list_head *head, const char *expected)
{
	char forward[NR_NODES + 1] = "", backward[NR_NODES + 1] = "";
	size_t n = 0, m = NR_NODES;
	struct node *pos;

	list_for_each_entry(pos, head, link) {
		KUNIT_ASSERT_LT(test, n, (size_t)NR_NODES);
		forward[n++] = pos->name;
	}
	list_for_each_entry_reverse(pos, head, link) {
		KUNIT_ASSERT_GT(test, m, 0u);
		backward[--m] = pos->name;
	}
	KUNIT_EXPECT_STREQ(test, forward, expected);
	KUNIT_EXPECT_STREQ(test, backward + m, expected);
	KUNIT_EXPECT_EQ(test, list_count_nodes(head), n);
}

static void adding_and_removing(struct kunit *test)
{
	struct lists *l = test->priv;

	expect_list(test, &l->list, "abcde");
	list_del(&l->node[0].link);
	expect_list(test, &l->list, "bcde");
	KUNIT_EXPECT_PTR_EQ(test, (void *)l->node[0].link.next, LIST_POISON1);
	KUNIT_EXPECT_PTR_EQ(test, (void *)l->node[0].link.prev, LIST_POISON2);
	list_del_init(&l->node[4].link);
	expect_list(test, &l->list, "bcd");
	KUNIT_EXPECT_TRUE(test, list_empty(&l->node[4].link));
	list_add(&l->node[4].link, &l->list);
	list_add_tail(&l->node[0].link, &l->list);
	expect_list(test, &l->list, "ebcda");
}

/* The links of a removed entry lead into the unmapped first page. */
static void removing_twice_faults(struct kunit *test)
{
	struct lists *l = test->priv;

	list_del(&l->node[2].link);
	KUNIT_EXPECT_FAULT(test, list_del(&l->node[2].link));
	expect_list(test, &l->list, "abde");
}

static void moving_and_replacing(struct kunit *test)
{
	struct lists *l = test->priv;
	struct node spare = {.name = 'x'};

	list_move(&l->node[3].link, &l->list);
	expect_list(test, &l->list, "dabce");
	list_move_tail(&l->node[0].link, &l->other);
	expect_list(test, &l->list, "dbce");
	expect_list(test, &l->other, "a");
	KUNIT_EXPECT_TRUE(test, list_is_singular(&l->other));
	KUNIT_EXPECT_FALSE(test, list_is_singular(&l->list));
	list_replace(&l->node[1].link, &spare.link);
	expect_list(test, &l->list, "dxce");
	list_replace_init(&spare.link, &l->node[1].link);
	expect_list(test, &l->list, "dbce");
	KUNIT_EXPECT_TRUE(test, list_empty(&spare.link));
	KUNIT_EXPECT_FALSE(test, list_is_singular(&spare.link));
	list_rotate_left(&l->list);
	expect_list(test, &l->list, "bced");
	list_rotate_left(&spare.link);
}

static void swapping(struct kunit *test)
{
	struct lists *l = test->priv;

	list_swap(&l->node[0].link, &l->node[4].link);
	expect_list(test, &l->list, "ebcda");
	list_swap(&l->node[1].link, &l->node[2].link);
	expect_list(test, &l->list, "ecbda");
	list_swap(&l->node[1].link, &l->node[2].link);
	expect_list(test, &l->list, "ebcda");
	list_move(&l->node[2].link, &l->other);
	list_swap(&l->node[2].link, &l->node[3].link);
	expect_list(test, &l->list, "ebca");
	expect_list(test, &l->other, "d");
}

static void splicing_and_cutting(struct kunit *test)
{
	struct lists *l = test->priv;

	list_cut_position(&l->other, &l->list, &l->node[1].link);
	expect_list(test, &l->other, "ab");
	expect_list(test, &l->list, "cde");
	list_splice_init(&l->list, &l->other);
	expect_list(test, &l->other, "cdeab");
	expect_list(test, &l->list, "");
	list_cut_position(&l->list, &l->other, &l->other);
	expect_list(test, &l->list, "");
	list_cut_position(&l->list, &l->other, &l->node[1].link);
	expect_list(test, &l->list, "cdeab");
	expect_list(test, &l->other, "");
	list_move(&l->node[3].link, &l->other);
	list_splice_tail_init(&l->other, &l->list);
	expect_list(test, &l->list, "ceabd");
	list_splice(&l->other, &l->list);
	list_splice_tail(&l->other, &l->list);
	expect_list(test, &l->list, "ceabd");
}

static void ends(struct kunit *test)
{
	struct lists *l = test->priv;
	struct node *first = list_first_entry(&l->list, struct node, link);

	KUNIT_EXPECT_EQ(test, first->name, 'a');
	KUNIT_EXPECT_EQ(test, list_last_entry(&l->list, struct node, link)->name, 'e');
	KUNIT_EXPECT_EQ(test, list_next_entry(first, link)->name, 'b');
	KUNIT_EXPECT_TRUE(test, list_is_first(&first->link, &l->list));
	KUNIT_EXPECT_FALSE(test, list_is_last(&first->link, &l->list));
	KUNIT_EXPECT_TRUE(test, list_is_last(&l->node[4].link, &l->list));
	KUNIT_EXPECT_NULL(test, list_first_entry_or_null(&l->other, struct node, link));
	KUNIT_EXPECT_PTR_EQ(test, list_first_entry_or_null(&l->list, struct node, link), first);
}

/* The safe walks bear that each entry is removed on the way. */
static void safe_walks(struct kunit *test)
{
	struct lists *l = test->priv;
	struct node *pos, *next;
	int n = 0;

	list_for_each_entry_safe(pos, next, &l->list, link) {
		list_move(&pos->link, &l->other);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, NR_NODES);
	expect_list(test, &l->other, "edcba");
	list_for_each_entry_safe_reverse(pos, next, &l->other, link)
		list_move(&pos->link, &l->list);
	expect_list(test, &l->list, "edcba");
	pos = &l->node[3];
	n = 0;
	list_for_each_entry_continue(pos, &l->list, link) n += pos->name;
	KUNIT_EXPECT_EQ(test, n, 'c' + 'b' + 'a');
}

/* Expects the names on the hlist, and each pprev to point at what points at its node. */
static void expect_hlist(struct kunit *test, struct hlist_head *head, const char *expected)
{
	char names[NR_NODES + 1] = "";
	struct hlist_node **place = &head->first;
	struct node *pos;
	size_t n = 0;

	hlist_for_each_entry(pos, head, hlink) {
		KUNIT_ASSERT_LT(test, n, (size_t)NR_NODES);
		names[n++] = pos->name;
		KUNIT_EXPECT_PTR_EQ(test, pos->hlink.pprev, place);
		place = &pos->hlink.next;
	}
	KUNIT_EXPECT_STREQ(test, names, expected);
	KUNIT_EXPECT_EQ(test, hlist_empty(head), n == 0);
}

static void hash_lists(struct kunit *test)
{
	struct lists *l = test->priv;
	struct node *n = l->node, *pos;
	struct hlist_head moved;
	struct hlist_node *next;

	expect_hlist(test, &l->hlist, "");
	hlist_add_head(&n[1].hlink, &l->hlist);
	hlist_add_head(&n[0].hlink, &l->hlist);
	hlist_add_behind(&n[3].hlink, &n[1].hlink);
	hlist_add_before(&n[2].hlink, &n[3].hlink);
	hlist_add_before(&n[4].hlink, &n[0].hlink);
	expect_hlist(test, &l->hlist, "eabcd");
	hlist_del(&n[4].hlink);
	hlist_del_init(&n[3].hlink);
	expect_hlist(test, &l->hlist, "abc");
	KUNIT_EXPECT_TRUE(test, hlist_unhashed(&n[3].hlink));
	hlist_del_init(&n[3].hlink);
	KUNIT_EXPECT_FAULT(test, hlist_del(&n[4].hlink));
	hlist_move_list(&l->hlist, &moved);
	expect_hlist(test, &l->hlist, "");
	expect_hlist(test, &moved, "abc");
	hlist_for_each_entry_safe(pos, next, &moved, hlink)
		hlist_del(&pos->hlink);
	expect_hlist(test, &moved, "");
}

/* --- lists without a lock --------------------------------------------------------------------- */

#define NR_NUMBERED 8

struct numbered {
	struct llist_node node;
	unsigned int number;
};

static void llist_keeps_all(struct kunit *test)
{
	static struct numbered item[NR_NUMBERED];
	struct llist_node *pos, *next;
	LLIST_HEAD(list);
	unsigned int n = 0;

	KUNIT_EXPECT_NULL(test, llist_del_all(&list));
	for (unsigned int i = 0; i < NR_NUMBERED; i++) {
		item[i].number = i;
		KUNIT_EXPECT_EQ(test, llist_add(&item[i].node, &list), i == 0);
	}
	llist_for_each_safe(pos, next, llist_reverse_order(llist_del_all(&list)))
	{
		KUNIT_EXPECT_EQ(test, llist_entry(pos, struct numbered, node)->number, n);
		pos->next = NULL;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, (unsigned int)NR_NUMBERED);
	KUNIT_EXPECT_TRUE(test, llist_empty(&list));
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(adding_and_removing),
	KUNIT_CASE(removing_twice_faults),
	KUNIT_CASE(moving_and_replacing),
	KUNIT_CASE(swapping),
	KUNIT_CASE(splicing_and_cutting),
	KUNIT_CASE(ends),
	KUNIT_CASE(safe_walks),
	KUNIT_CASE(hash_lists),
	/* without a lock */
	KUNIT_CASE(llist_keeps_all),
	{},
};

static struct kunit_suite list_suite = {
	.name = "lib_list",
	.init = lists_init,
	.test_cases = list_cases,
	.quick = true,
};
kunit_test_suite(list_suite);
