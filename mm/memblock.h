/* SPDX-License-Identifier: MIT */
/*
 * memblock: who owns physical memory before there is a page allocator.
 *
 * Two sorted lists of disjoint ranges: `memory` is the RAM that exists, `reserved` is the part of
 * it (or of anything else) that is taken. Free memory is memory minus reserved; no third list can
 * disagree with the two.
 *
 *   memory    |=========================|      |==================|
 *   reserved     |###|      |#|                |##|
 *   free      |==|   |======| |=========|         |===============|
 *
 * Pure: no hardware, no allocation; also compiled and tested on the host. Boot CPU only, no locks.
 * Addresses are 64-bit, in bytes; ranges are [base, base + size).
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include "lib/types.h"

#define MEMBLOCK_REGIONS 600 /* at first: 256 map entries, each cut in two, and reservations */

struct memblock_region {
	phys_addr_t base;
	phys_addr_t size;
};

struct memblock_type {
	unsigned int cnt;
	unsigned int max;
	struct memblock_region *regions;
	phys_addr_t phys; /* of regions, if memblock itself reserved them; 0: the static list */
	const char *name;
};

struct memblock {
	bool bottom_up;           /* direction of allocations; the default is top-down */
	bool retired;             /* memblock_retire() has been called */
	bool growing;             /* a list is being replaced */
	phys_addr_t resize_limit; /* memblock_allow_resize() */
	void *(*to_virt)(phys_addr_t phys);
	phys_addr_t current_limit; /* no allocation above, unless the caller says where */
	struct memblock_type memory;
	struct memblock_type reserved;
};

extern struct memblock memblock;

#define MEMBLOCK_ALLOC_ACCESSIBLE ((phys_addr_t)0) /* as @end: up to current_limit */
#define MEMBLOCK_ALLOC_ANYWHERE   (~(phys_addr_t)0)

/*
 * memblock_add(), memblock_remove(): RAM that exists, or does not. memblock_reserve(),
 * memblock_phys_free(): take or give back a range, whatever lies there. Ranges may overlap what is
 * known already; a size of 0 changes nothing. Return 0, -EINVAL for a range that wraps, -ENOMEM if
 * the list is full and cannot grow (nothing has changed then).
 */
int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_remove(phys_addr_t base, phys_addr_t size);
int memblock_reserve(phys_addr_t base, phys_addr_t size);
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/*
 * memblock_phys_alloc_range() - reserve @size bytes of free RAM, aligned to @align (a power of
 * two), inside [@start, @end). The highest fit, or the lowest one if memblock.bottom_up is set. The
 * memory is not cleared. Returns the physical address, or 0 if there is no room (physical 0 is
 * never RAM).
 */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
				      phys_addr_t end);
/* The same, anywhere below memblock.current_limit. */
phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align);

bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);
/* Is the whole range RAM? Does any of it touch a reservation? */
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);

/* Sums in bytes; the ends of RAM, 0 when there is none. */
phys_addr_t memblock_phys_mem_size(void);
phys_addr_t memblock_reserved_size(void);
phys_addr_t memblock_start_of_DRAM(void);
phys_addr_t memblock_end_of_DRAM(void);

/*
 * Bytes of [@start, @end) that are RAM, and that are RAM and free. For the reports.
 */
phys_addr_t memblock_memory_in(phys_addr_t start, phys_addr_t end);
phys_addr_t memblock_free_in(phys_addr_t start, phys_addr_t end);

/*
 * memblock_next_free() - the lowest free range that ends above *@start; begins the walk with 0.
 * Stores it in *@start, *@end and returns true, or returns false at the end:
 * for (s = 0; memblock_next_free(&s, &e); s = e) ...
 */
bool memblock_next_free(phys_addr_t *start, phys_addr_t *end);

/*
 * memblock_allow_resize() - from now on a list that is nearly full may move into memory below
 * LIMIT, which TO_VIRT makes reachable.
 */
void memblock_allow_resize(phys_addr_t limit, void *(*to_virt)(phys_addr_t phys));

/*
 * memblock_retire() - the page allocator has taken over. From now on only questions are answered: a
 * call that would change a list or allocate is a BUG.
 */
void memblock_retire(void);

/* Back to an empty state with no RAM; the boot code and tests begin with it. */
void memblock_init(void);

/* Panics (BUG) unless both lists are sorted, disjoint and within their limits. */
void memblock_check(void);

#endif
