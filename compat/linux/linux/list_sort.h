/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/list_sort.h> for foreign sources: sorting of a list.
 */
#ifndef COMPAT_LINUX_LIST_SORT_H
#define COMPAT_LINUX_LIST_SORT_H

#include "lib/list.h"

/* Positive if A must come after B; zero and below leave the order as it is. */
typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);

/* Sorts the list at HEAD; elements that are equal keep their order. Needs no memory. */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp);

#endif /* COMPAT_LINUX_LIST_SORT_H */
