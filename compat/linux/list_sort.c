/* SPDX-License-Identifier: MIT */
/*
 * Merge sort of a list, bottom up: see compat/linux/linux/list_sort.h.
 *
 * Elements are taken off one by one. runs[i] is empty or a sorted list of 2^i elements, as the bits
 * of a counter: adding an element to it merges lists of equal length and carries on. Earlier
 * elements are always in the higher run, so a merge that prefers it on a tie keeps the order. Links
 * backwards are made good at the end.
 */
#include "compat/linux/linux/list_sort.h"

#define MAX_RUNS 32 /* 2^32 elements do not fit into 4 GiB */

/* One sorted list (linked by next, ended by NULL) out of two; on a tie EARLIER's element first. */
static struct list_head *merge(void *priv, list_cmp_func_t cmp, struct list_head *earlier,
			       struct list_head *later)
{
	struct list_head *merged = NULL, **tail = &merged;
	struct list_head **from;

	while (earlier && later) {
		from = cmp(priv, earlier, later) > 0 ? &later : &earlier;
		*tail = *from;
		*from = (*from)->next;
		tail = &(*tail)->next;
	}
	*tail = earlier ? earlier : later;
	return merged;
}

void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	struct list_head *runs[MAX_RUNS] = {NULL};
	struct list_head *at, *sorted = NULL;
	unsigned int i;

	while (!list_empty(head)) {
		at = head->next;
		list_del(at);
		at->next = NULL;
		for (i = 0; runs[i]; i++) {
			at = merge(priv, cmp, runs[i], at);
			runs[i] = NULL;
		}
		runs[i] = at;
	}
	for (i = 0; i < MAX_RUNS; i++)
		sorted = merge(priv, cmp, runs[i], sorted);
	while (sorted) {
		at = sorted;
		sorted = sorted->next;
		list_add_tail(at, head);
	}
}
