/* SPDX-License-Identifier: MIT */
/*
 * lib/avl against an array: random insertions and removals, order, balance and summaries checked.
 */
#include "lib/avl.h"
#include "tests/host/harness.h"

#define KEYS       4096u
#define OPERATIONS 1000000

struct item {
	struct avl_node node;
	unsigned int key;
	unsigned int weight, heaviest; /* of the subtree: the summary */
};

static struct item items[KEYS];
static unsigned char in_tree[KEYS];
static unsigned long updates;

static struct item *item_of(struct avl_node *node)
{
	return container_of(node, struct item, node);
}

static bool update(struct avl_node *node)
{
	struct item *item = item_of(node);
	unsigned int heaviest = item->weight;

	updates++;
	for (int side = 0; side < 2; side++)
		if (node->child[side])
			heaviest = max(heaviest, item_of(node->child[side])->heaviest);
	if (heaviest == item->heaviest)
		return false;
	item->heaviest = heaviest;
	return true;
}

static struct avl_tree tree = {NULL, update};

static void insert(unsigned int key)
{
	struct avl_node **link = &tree.root, *parent = NULL;

	while (*link) {
		parent = *link;
		link = &parent->child[key > item_of(parent)->key];
	}
	items[key].key = key;
	items[key].weight = (unsigned int)host_random_below(1000);
	items[key].heaviest = (unsigned int)host_random_below(1000); /* garbage */
	avl_insert(&tree, &items[key].node, parent, link);
	in_tree[key] = 1;
}

static void erase(unsigned int key)
{
	avl_erase(&tree, &items[key].node);
	memset(&items[key], 0xaa, sizeof(items[key]));
	in_tree[key] = 0;
}

static void check_order(void)
{
	struct avl_node *node = avl_first(&tree);

	for (unsigned int key = 0; key < KEYS; key++) {
		if (!in_tree[key])
			continue;
		EXPECT(node != NULL && item_of(node)->key == key);
		if (!node)
			return;
		node = avl_next(node);
	}
	EXPECT(node == NULL);
}

static void check_everything(void)
{
	unsigned int present = 0, heaviest = 0;
	size_t count;

	for (unsigned int key = 0; key < KEYS; key++) {
		present += in_tree[key];
		if (in_tree[key])
			heaviest = max(heaviest, items[key].weight);
	}
	EXPECT_STREQ(avl_check(&tree, &count), NULL);
	EXPECT_EQ(count, present);
	check_order();
	if (tree.root)
		EXPECT_EQ(item_of(tree.root)->heaviest, heaviest);
}

static void agrees_with_an_array(void)
{
	unsigned int fill = 50;

	for (unsigned int i = 0; i < OPERATIONS && host_ok(); i++) {
		unsigned int key = (unsigned int)host_random_below(KEYS);

		if (i % 20000 == 0)
			fill = (unsigned int)host_random_below(100);
		if (in_tree[key] && host_random_below(4) == 0) {
			items[key].weight = (unsigned int)host_random_below(1000);
			avl_update(&tree, &items[key].node);
		} else if (in_tree[key]) {
			if (host_random_below(100) >= fill)
				erase(key);
		} else if (host_random_below(100) < fill) {
			insert(key);
		}
		if (i % 1000 == 0)
			check_everything();
	}
	for (unsigned int key = 0; key < KEYS; key++)
		if (in_tree[key])
			erase(key);
	EXPECT(tree.root == NULL);
}

/* Sorted input is what an unbalanced tree dies of. Height: at most 1.44 log2(n + 2). */
static void sorted_input_stays_flat(void)
{
	size_t count;

	for (unsigned int key = 0; key < KEYS; key++)
		insert(key);
	EXPECT_STREQ(avl_check(&tree, &count), NULL);
	EXPECT(tree.root->height <= 13);
	updates = 0;
	for (unsigned int key = 0; key < KEYS; key++)
		erase(key);
	EXPECT(updates <= 13ul * KEYS);
	EXPECT(tree.root == NULL);
}

static void self_check_finds_damage(void)
{
	size_t count;

	for (unsigned int key = 0; key < 100; key++)
		insert(key);
	tree.root->child[0]->height++;
	EXPECT(avl_check(&tree, &count) != NULL);
	while (avl_check(&tree, &count))
		; /* each call repairs one node */
	items[50].weight = 5000;
	EXPECT_STREQ(avl_check(&tree, &count), "a height or a summary is stale");
	while (avl_check(&tree, &count))
		;
	EXPECT_EQ(item_of(tree.root)->heaviest, 5000);
	tree.root->child[1]->parent = NULL;
	EXPECT_STREQ(avl_check(&tree, &count), "a child has another parent");
	tree.root = NULL;
	memset(in_tree, 0, sizeof(in_tree));
}

static const struct host_case cases[] = {
	HOST_CASE(agrees_with_an_array),
	HOST_CASE(sorted_input_stays_flat),
	HOST_CASE(self_check_finds_damage),
	{0},
};

int main(int argc, char **argv)
{
	return host_main("avl", cases, argc, argv);
}
