/* SPDX-License-Identifier: MIT */
/*
 * The direct map: physical 0 .. max_low_pfn at PAGE_OFFSET, and the tables of everything above it.
 */
#ifndef MM_DIRECT_MAP_H
#define MM_DIRECT_MAP_H

#include "boot/memlimits.h"
#include "lib/types.h"

/*
 * direct_map_init() - build the kernel's page tables and switch to them. The map of boot/entry.S is
 * gone afterwards, the identity map at 0 with it.
 *
 * Needs pgprot_init() and memblock with all RAM and reservations; takes page tables from low
 * memory by memblock. Panics if there is no room for them. Once, boot CPU, interrupts off.
 */
void direct_map_init(const struct mem_limits *limits);

/* First byte after the direct map. */
extern void *high_memory;

/* What the map is made of, for the boot log and the reports. */
struct direct_map_stats {
	unsigned long small_pages; /* 4 KiB mappings */
	unsigned long large_pages;
	unsigned long tables; /* page tables taken from memblock, the empty ones above included */
};
extern struct direct_map_stats direct_map_stats;

#endif
