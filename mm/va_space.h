/* SPDX-License-Identifier: MIT */
/*
 * Address space by the piece: who has which addresses of a window, and where is room.
 *
 * Every address of the window is in exactly one area, and every area in one of four places:
 *
 *	free   a tree by address; each node knows the largest area of its subtree, so that
 *	       the lowest one that is large enough is found by one walk down
 *	busy   a tree by address: from an address to its area
 *	lazy   a chain: released, but some TLB may still know what was there
 *	purge  a chain: the same, and the flush is under way
 *
 *	free --va_alloc--> busy --va_release--> lazy --va_purge_begin--> purge
 *	  ^                                                                |
 *	  +--------------------------- va_purge_end -----------------------+
 *
 * A TLB flush costs the same for one area and for many, so the caller lets them gather. An area
 * that is released next to the one before grows together with it: a loop of taking and releasing
 * leaves one lazy area. Nothing joins an area whose flush is under way.
 *
 * Taking the front of a free area changes no tree's shape, and where few areas are busy their tree
 * is small: the common case costs a few dozen instructions, the worst one O(log n).
 *
 * Records of areas come from a stock that the caller fills (va_add_record); who releases, joins or
 * splits areas takes and gives them there.
 *
 * Pure: pages, page tables and TLBs are the caller's. So is the lock; between va_purge_begin() and
 * va_purge_end() it may be dropped. Addresses and sizes are multiples of the page size.
 */
#ifndef MM_VA_SPACE_H
#define MM_VA_SPACE_H

#include "lib/avl.h"
#include "lib/types.h"

struct va_area {
	struct avl_node node; /* in the tree of its kind */
	unsigned long start, end;
	unsigned long largest;     /* free: size of the largest area of its subtree */
	bool dying;                /* busy: its owner is taking it apart */
	struct va_area *next_area; /* lazy, purge, stock */
};

struct va_space {
	struct avl_tree free, busy;
	struct va_area *youngest; /* busy, not in the tree; may be NULL */
	struct va_area *lazy, *stock;
	struct va_area *first; /* the record that the caller gave at the start */
	unsigned int nr_stock;
	unsigned long start, end;
	unsigned long lazy_bytes; /* that wait for a flush */
	unsigned long purge_bytes;
};

/* An empty window, with the record @first for its free space. */
void va_space_init(struct va_space *space, struct va_area *first, unsigned long start,
		   unsigned long end);

/* So many records must be in stock for va_alloc(): one for the area, one if it splits another. */
#define VA_RECORDS 2

/* Adds a record to the stock. */
static inline void va_add_record(struct va_space *space, struct va_area *area)
{
	area->next_area = space->stock;
	space->stock = area;
	space->nr_stock++;
}

/*
 * va_use_first() - if the first record is in stock, let it change places with another one that is
 * in use: so where all is free as at the start, all other records are in stock. O(stock).
 */
void va_use_first(struct va_space *space);

/*
 * va_alloc() - the lowest free @size bytes, aligned to @align, a power of two, as a busy area.
 * NULL: there is no room; a purge may make some. The stock must have VA_RECORDS. With an alignment
 * above a page, the lowest free area that has room wherever it begins is preferred to lower ones
 * that only happen to fit.
 */
__in_registers struct va_area *va_alloc(struct va_space *space, unsigned long size,
					unsigned long align);

/* The busy area that holds @addr and is not dying, or NULL. */
__in_registers struct va_area *va_find(const struct va_space *space, unsigned long addr);

/* The lowest busy area that ends above @addr, the lowest lazy one; NULL: there is none. */
struct va_area *va_first_busy(const struct va_space *space, unsigned long addr);
struct va_area *va_first_lazy(const struct va_space *space, unsigned long addr);

/*
 * va_release() - the addresses of busy @area may be given away after the next purge.
 * va_abandon() - they may be given away at once: nobody has used them.
 */
__in_registers void va_release(struct va_space *space, struct va_area *area);
void va_abandon(struct va_space *space, struct va_area *area);

/*
 * va_purge_begin() - take all lazy areas; [*start, *end) must be flushed. NULL: there are none.
 * va_purge_end() - it has been: their addresses are free. One purge at a time.
 */
struct va_area *va_purge_begin(struct va_space *space, unsigned long *start, unsigned long *end);
void va_purge_end(struct va_space *space, struct va_area *chain);

/* Self-check: what is wrong, or NULL. */
const char *va_check(struct va_space *space);

#endif
