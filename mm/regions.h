/* SPDX-License-Identifier: MIT */
/*
 * The declared regions of the kernel's address space: what the boot log prints, what ptdump names,
 * and the only places where a page-table entry may be present.
 */
#ifndef MM_REGIONS_H
#define MM_REGIONS_H

#include "lib/types.h"

enum va_region_id { REGION_LOWMEM, REGION_VMALLOC, REGION_PKMAP, REGION_FIXMAP, NR_VA_REGIONS };

/* [start, end); in address order, disjoint. */
struct va_region {
	const char *name;
	unsigned long start;
	unsigned long end;
};

/*
 * va_region() - one of them, by number. Valid after memory_detect().
 * va_region_name() - the name of the one that holds @va, or NULL: user space, a hole or a guard.
 */
struct va_region va_region(enum va_region_id id);
const char *va_region_name(unsigned long va);

/* The "virtual kernel memory layout" block, highest address first. */
void regions_print(void);

#endif
