/* SPDX-License-Identifier: MIT */
/*
 * The graph of lock orders: a matrix of bits, and the same turned, so that a step in either
 * direction is a walk along a row. The edges with their places are in a list beside it.
 */
#include "kernel/sync/debug/lockdep_internal.h"
#include "lib/string.h"

static unsigned long after[MAX_CLASSES][BITS_TO_LONGS(MAX_CLASSES)];
static unsigned long before[MAX_CLASSES][BITS_TO_LONGS(MAX_CLASSES)];

bool graph_has(unsigned int from, unsigned int to)
{
	return test_bit(to, after[from]);
}

void graph_add(unsigned int from, unsigned int to)
{
	__set_bit(to, after[from]);
	__set_bit(from, before[to]);
}

void graph_forget(unsigned int class)
{
	unsigned int i, kept = 0;

	for (i = 0; i < MAX_CLASSES; i++) {
		__clear_bit(class, after[i]);
		__clear_bit(class, before[i]);
	}
	memset(after[class], 0, sizeof(after[class]));
	memset(before[class], 0, sizeof(before[class]));
	for (i = 0; i < nr_lock_edges; i++)
		if (lock_edges[i].from != class && lock_edges[i].to != class)
			lock_edges[kept++] = lock_edges[i];
	nr_lock_edges = kept;
}

/* Breadth first, so the way found is a shortest one. */
bool graph_search(unsigned int from, bool backwards,
		  bool (*wanted)(unsigned int class, unsigned int arg), unsigned int arg,
		  struct lock_path *path)
{
	static u16 queue[MAX_CLASSES], parent[MAX_CLASSES];
	static unsigned long visited[BITS_TO_LONGS(MAX_CLASSES)];
	unsigned int head = 0, tail = 0, class = from, next, steps = 0;

	memset(visited, 0, sizeof(visited));
	__set_bit(from, visited);
	queue[tail++] = (u16)from;
	parent[from] = (u16)from;
	while (head < tail) {
		const unsigned long *row;

		class = queue[head++];
		if (wanted(class, arg))
			break;
		row = backwards ? before[class] : after[class];
		for (next = 0; next < nr_lock_classes; next++) {
			if (!row[next / BITS_PER_LONG]) {
				next |= BITS_PER_LONG - 1;
				continue;
			}
			if (!test_bit(next, row) || test_bit(next, visited))
				continue;
			__set_bit(next, visited);
			parent[next] = (u16) class;
			queue[tail++] = (u16)next;
		}
		if (head == tail)
			return false;
	}
	/* From the end back to the start; then turned round. */
	for (next = class;; next = parent[next]) {
		steps++;
		if (next == from)
			break;
	}
	path->length = min(steps, (unsigned int)ARRAY_SIZE(path->class));
	for (next = class; steps-- > 0; next = parent[next])
		if (steps < path->length)
			path->class[steps] = (u16)next;
	path->class[path->length - 1] = (u16) class; /* also where the way is too long to show */
	return true;
}
