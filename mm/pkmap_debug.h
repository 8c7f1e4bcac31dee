/* SPDX-License-Identifier: MIT */
/*
 * Debug builds: who holds each PKMAP slot, and since when; and the report of tasks that wait for
 * each other's slots for ever. Nothing of it is there in other builds.
 */
#ifndef MM_PKMAP_DEBUG_H
#define MM_PKMAP_DEBUG_H

#include "lib/types.h"

struct page_address_map;
struct wait_queue_entry;

static inline void pkmap_debug_get(const struct page_address_map *map)
{
}
static inline void pkmap_debug_put(const struct page_address_map *map)
{
}
static inline void pkmap_debug_blocked(struct wait_queue_entry *wait, unsigned int color)
{
}
static inline void pkmap_debug_unblocked(struct wait_queue_entry *wait)
{
}

#endif
