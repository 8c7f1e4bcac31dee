/* SPDX-License-Identifier: MIT */
/*
 * How well memory is grouped, and how badly it is broken up.
 */
#ifndef MM_PAGETYPEINFO_H
#define MM_PAGETYPEINFO_H

#include "mm/mmzone.h"

typedef void (*print_line_t)(const char *fmt, ...);

/*
 * pagetypeinfo_show() - /proc/pagetypeinfo: free blocks by zone, mobility and order, then page
 * blocks by mobility. Takes each zone's lock for one list at a time, counts at most
 * PAGETYPE_COUNT_MAX blocks of a list and marks a longer one with '>', as Linux does.
 *
 * extfrag_show() - /sys/kernel/debug/extfrag/extfrag_index and, below it, unusable_index: a line a
 * zone, a number an order.
 *
 * Any context but NMI.
 */
#define PAGETYPE_COUNT_MAX 100000
void pagetypeinfo_show(print_line_t print_line);
void extfrag_show(print_line_t print_line);

/*
 * fragmentation_index() - would a request of ORDER fail in ZONE, and why: in thousandths, towards 0
 * for want of memory, towards 1000 because what is free is in pieces; -1000 if it would not fail.
 *
 * unusable_free_index() - the part of ZONE's free memory that a request of ORDER cannot use,
 * because it is in smaller blocks: in thousandths. 1000 if nothing is free.
 *
 * Both read counters without the lock; ORDER is below MAX_ORDER.
 */
int fragmentation_index(const struct zone *zone, unsigned int order);
int unusable_free_index(const struct zone *zone, unsigned int order);

#endif /* MM_PAGETYPEINFO_H */
