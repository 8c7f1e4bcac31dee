/* SPDX-License-Identifier: MIT */
/*
 * Chunks of per-CPU memory, and what of them is in use: see percpu_chunk.h.
 */
#include "mm/percpu_chunk.h"
#include "lib/bitmap.h"

#define SLOTS 16 /* slot n: the largest hole has 2^(n - 1) to 2^n - 1 granules; 0: none */

static struct list_head slots[SLOTS];
static struct avl_tree chunks;
size_t pcpu_granules_used;

static inline struct pcpu_chunk *chunk_of(struct avl_node *node)
{
	return container_of(node, struct pcpu_chunk, node);
}

static unsigned int largest_hole(const struct pcpu_chunk *chunk)
{
	unsigned long units = pcpu_unit_granules(), from, to = 0;
	unsigned int largest = 0;

	while ((from = find_next_zero_bit(chunk->used, units, to)) < units) {
		to = find_next_bit(chunk->used, units, from);
		largest = max(largest, (unsigned int)(to - from));
	}
	return largest;
}

/* Hangs CHUNK where its holes now say, or takes it away from there. */
static void chunk_sort(struct pcpu_chunk *chunk)
{
	chunk->hole = largest_hole(chunk);
	list_move(&chunk->list, &slots[fls(chunk->hole)]);
}

void pcpu_chunk_insert(struct pcpu_chunk *chunk)
{
	struct avl_node **link = &chunks.root, *parent = NULL;

	if (!slots[0].next)
		for (unsigned int i = 0; i < SLOTS; i++)
			INIT_LIST_HEAD(&slots[i]);
	while (*link) {
		parent = *link;
		link = &parent->child[chunk->base > chunk_of(parent)->base];
	}
	avl_insert(&chunks, &chunk->node, parent, link);
	INIT_LIST_HEAD(&chunk->list);
	chunk_sort(chunk);
}

/* The chunk in whose first unit ADDR lies, or NULL. */
static struct pcpu_chunk *chunk_find(const char *addr)
{
	struct avl_node *node = chunks.root;

	while (node) {
		struct pcpu_chunk *chunk = chunk_of(node);

		if (addr >= chunk->base && (size_t)(addr - chunk->base) < percpu_unit_size())
			return chunk;
		node = node->child[addr > chunk->base];
	}
	return NULL;
}

struct pcpu_chunk *pcpu_find_room(unsigned int n, unsigned int mask, unsigned int tries,
				  unsigned int *at)
{
	unsigned int units = pcpu_unit_granules();
	struct pcpu_chunk *chunk;

	for (unsigned int slot = fls(n); slots[0].next && slot < SLOTS; slot++) {
		bool sure = slot > (unsigned int)fls(n + mask);

		list_for_each_entry(chunk, &slots[slot], list) {
			if (!sure && tries-- == 0) {
				tries = 0;
				break;
			}
			if (chunk->hole < n)
				continue;
			*at = bitmap_find_next_zero_area(chunk->used, units, 0, n, mask);
			if (*at + n <= units)
				return chunk;
		}
	}
	return NULL;
}

void *pcpu_take(struct pcpu_chunk *chunk, unsigned int at, unsigned int n)
{
	bitmap_set(chunk->used, at, n);
	if (at == 0 || !control(percpu_start_forgotten) || !test_bit(at - 1, chunk->used))
		__set_bit(at, chunk->starts);
	pcpu_granules_used += n;
	chunk_sort(chunk);
	return chunk->base + at * PCPU_GRANULE;
}

/* How many granules the object at AT has. */
static unsigned int length(const struct pcpu_chunk *chunk, unsigned int at)
{
	unsigned int units = pcpu_unit_granules();

	return min(find_next_bit(chunk->starts, units, at + 1),
		   find_next_zero_bit(chunk->used, units, at)) -
	       at;
}

bool pcpu_give_back(const char *ptr, struct pcpu_chunk **empty)
{
	struct pcpu_chunk *chunk = chunk_find(ptr);
	unsigned int at, n;

	*empty = NULL;
	if (!chunk)
		return false;
	at = (unsigned int)(ptr - chunk->base) / PCPU_GRANULE;
	if ((uintptr_t)ptr % PCPU_GRANULE != 0 || !test_bit(at, chunk->starts))
		return false;
	n = length(chunk, at);
	__clear_bit(at, chunk->starts);
	bitmap_clear(chunk->used, at, n);
	pcpu_granules_used -= n;
	chunk_sort(chunk);
	if (chunk->hole == pcpu_unit_granules()) {
		list_del(&chunk->list);
		avl_erase(&chunks, &chunk->node);
		*empty = chunk;
	}
	return true;
}

static const char *check_chunk(const struct pcpu_chunk *chunk)
{
	unsigned int units = pcpu_unit_granules();

	if (!bitmap_subset(chunk->starts, chunk->used, units))
		return "an object begins where nothing is in use";
	if (bitmap_empty(chunk->starts, units))
		return "a chunk without objects";
	if (chunk->hole != largest_hole(chunk))
		return "a chunk's largest hole is another";
	return NULL;
}

const char *pcpu_chunks_check(void)
{
	size_t in_tree, in_lists = 0, used = 0;
	const char *wrong;
	struct pcpu_chunk *chunk;

	wrong = avl_check(&chunks, &in_tree);
	for (unsigned int i = 0; slots[0].next && i < SLOTS && !wrong; i++) {
		list_for_each_entry(chunk, &slots[i], list) {
			in_lists++;
			used += bitmap_weight(chunk->used, pcpu_unit_granules());
			if (!wrong)
				wrong = check_chunk(chunk);
			if ((unsigned int)fls(chunk->hole) != i)
				wrong = "a chunk is in another list";
		}
	}
	if (!wrong && in_tree != in_lists)
		wrong = "lists and tree differ";
	if (!wrong && used != pcpu_granules_used)
		wrong = "another number of granules is in use";
	return wrong;
}
