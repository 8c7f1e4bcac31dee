/* SPDX-License-Identifier: MIT */
/*
 * Address space by the piece: who has which addresses of a window, and where is room.
 *
 * One balanced tree by address holds every area that cannot be given away: busy ones and those
 * whose addresses may still be in some TLB. Free space is not stored at all: it is the gap below
 * each area (and below the ceiling, an area of no size at the window's end). Each node knows the
 * largest gap in its subtree, so the lowest gap that is large enough is found by one walk down, in
 * O(log n), and nothing has to be allocated to describe what is free.
 *
 *	window  |   A   |....|  B  |.|    C    |..............|     '.' free: gap of B, C, ceiling
 *
 * Releasing is lazy. A released area stays where it is, as VA_LAZY; neighbours that are lazy too
 * grow together, so that a loop of taking and releasing leaves one long lazy run, not many. The
 * caller purges now and then: takes all of them (va_purge_begin), flushes every TLB once for all,
 * and gives their addresses back (va_purge_end). Between the two they are VA_PURGING: nothing that
 * is released meanwhile joins them, since the flush may have been over before that.
 *
 * Pure: pages, page tables and TLBs are the caller's. So is the lock; between va_purge_begin() and
 * va_purge_end() it may be dropped. Addresses and sizes are multiples of the page size.
 */
#ifndef MM_VA_SPACE_H
#define MM_VA_SPACE_H

#include "lib/avl.h"
#include "lib/list.h"
#include "lib/types.h"

enum va_state {
	VA_BUSY,    /* somebody's */
	VA_DYING,   /* its owner is taking it apart: no longer found */
	VA_LAZY,    /* released; waits for a flush */
	VA_PURGING, /* the flush is under way */
};

struct va_area {
	struct avl_node node;
	struct list_head list; /* by address */
	unsigned long start, end;
	unsigned long largest; /* gap below an area of this subtree */
	enum va_state state;
	struct va_area *next_lazy;
};

struct va_space {
	struct avl_tree tree;
	struct va_area floor;   /* of no size, at the start of the window; in the list only */
	struct va_area ceiling; /* of no size, at its end; in list and tree */
	struct va_area *lazy;
	unsigned long lazy_bytes;           /* that wait for a flush */
	unsigned long lazy_start, lazy_end; /* all of them lie between these */
	unsigned long busy_bytes;
};

void va_space_init(struct va_space *space, unsigned long start, unsigned long end);

/*
 * va_alloc() - the lowest free @size bytes, aligned to @align, a power of two. @area becomes the
 * busy area there. False if there is no room; a purge may make some.
 * With an alignment above a page, the lowest gap that has room wherever it begins is preferred to
 * lower ones that only happen to fit.
 */
bool va_alloc(struct va_space *space, struct va_area *area, unsigned long size,
	      unsigned long align);

/* The busy area that holds @addr, or NULL. */
struct va_area *va_find(const struct va_space *space, unsigned long addr);

/*
 * va_release() - the addresses of @area, which is busy or dying, may be given away after the next
 * purge. Returns whether @area itself is no longer needed: a lazy neighbour has taken it over.
 */
bool va_release(struct va_space *space, struct va_area *area);

/*
 * va_abandon() - give back the addresses of @area at once: nobody has used them.
 */
void va_abandon(struct va_space *space, struct va_area *area);

/*
 * va_purge_begin() - all lazy areas as a chain by next_lazy, or NULL; [*start, *end) must be
 * flushed. va_purge_end() - it has been: their addresses are free. The chain is the caller's.
 */
struct va_area *va_purge_begin(struct va_space *space, unsigned long *start, unsigned long *end);
void va_purge_end(struct va_space *space, struct va_area *chain);

/* Every area of any state, by address; the lock held. */
#define va_for_each(area, space)                                                                   \
	for ((area) = list_first_entry(&(space)->floor.list, struct va_area, list);                \
	     (area) != &(space)->ceiling; (area) = list_next_entry(area, list))

/* Self-check: what is wrong, or NULL. */
const char *va_check(const struct va_space *space);

#endif
