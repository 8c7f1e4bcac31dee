/* SPDX-License-Identifier: MIT */
/*
 * Debug builds: who holds each PKMAP slot, since when and from where; and the report of tasks that
 * wait for each other's slots for ever. Nothing of it is there in other builds.
 */
#ifndef MM_PKMAP_DEBUG_H
#define MM_PKMAP_DEBUG_H

#include "mm/kmap.h"

#define PKMAP_HOLDERS      3 /* of one slot that are known by name */
#define PKMAP_HOLDER_SITES 4

void __pkmap_debug_get(unsigned int nr, unsigned long frame);
void __pkmap_debug_put(unsigned int nr);
void __pkmap_debug_blocked(unsigned int color);

/* The slot of @map has got, or is about to lose, a reference. Any context. */
#define pkmap_debug_get(map)                                                                       \
	do {                                                                                       \
		if (PKMAP_DEBUG)                                                                   \
			__pkmap_debug_get(pkmap_nr(map),                                           \
					  (unsigned long)__builtin_frame_address(0));              \
	} while (0)
#define pkmap_debug_put(map)                                                                       \
	do {                                                                                       \
		if (PKMAP_DEBUG)                                                                   \
			__pkmap_debug_put(pkmap_nr(map));                                          \
	} while (0)

/*
 * The running task stands in the queue of @color and is about to sleep. If then all slots of the
 * colour are held by tasks that sleep in such a queue, nobody will ever go on: says so, once, with
 * the holders. kmap_lock held.
 */
#define pkmap_debug_blocked(color)                                                                 \
	do {                                                                                       \
		if (PKMAP_DEBUG)                                                                   \
			__pkmap_debug_blocked(color);                                              \
	} while (0)

/* A line for each known holder of a slot. */
void pkmap_debug_show_holders(pkmap_print_t print, unsigned int nr);

#endif
