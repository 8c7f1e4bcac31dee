/* SPDX-License-Identifier: MIT */
/*
 * The books of mm/percpu_alloc.c: chunks, what of them is in use, and where there is room.
 *
 * Two bitmaps with a bit for each granule of a unit are all that is known of a chunk: which are in
 * use, and at which an object begins. An object ends where the next one begins, or the first
 * granule is that is not in use.
 *
 * A chunk hangs in a list by the size of its largest hole, so that full ones are never looked at;
 * by an address it is found in a tree. The caller locks.
 */
#ifndef MM_PERCPU_CHUNK_H
#define MM_PERCPU_CHUNK_H

#include "lib/avl.h"
#include "lib/list.h"
#include "mm/percpu_alloc.h"

struct pcpu_chunk {
	struct list_head list; /* in the list of its hole's size */
	struct avl_node node;  /* in the tree, by base */
	char *base;            /* of CPU 0's unit */
	unsigned int hole;     /* granules of the largest one */
	unsigned long *starts; /* lies behind used */
	unsigned long used[];
};

/* Granules of a unit. */
static inline unsigned int pcpu_unit_granules(void)
{
	return percpu_unit_size() / PCPU_GRANULE;
}

/* Objects in use, all together, in granules. */
extern size_t pcpu_granules_used;

/* pcpu_chunk_insert() - CHUNK, whose bitmaps are empty and whose base is set, is one of them. */
void pcpu_chunk_insert(struct pcpu_chunk *chunk);

/*
 * pcpu_find_room() - room for N granules at a multiple of MASK + 1, a power of two, at *AT of the
 * chunk that is returned; NULL: there is none. What an alignment costs cannot be told from the size
 * of a hole: of the chunks where it might be too much at most TRIES are tried.
 */
struct pcpu_chunk *pcpu_find_room(unsigned int n, unsigned int mask, unsigned int tries,
				  unsigned int *at);
#define PCPU_TRY_ALL (~0u)

/* pcpu_take() - N granules from AT on, which are free, become an object; returns its address. */
void *pcpu_take(struct pcpu_chunk *chunk, unsigned int at, unsigned int n);

/*
 * pcpu_give_back() - the object at PTR is no more; false: there is none. If its chunk has none
 * left, it is no longer one of them, and *EMPTY; else that is NULL.
 */
bool pcpu_give_back(const char *ptr, struct pcpu_chunk **empty);

/* Self-check: what is wrong, or NULL. */
const char *pcpu_chunks_check(void);

#endif /* MM_PERCPU_CHUNK_H */
