/* SPDX-License-Identifier: MIT */
/*
 * One page of physical memory at a time, wherever it lies: the way to the boot loader's data and
 * the firmware's tables before (and beside) the direct map.
 */
#ifndef BOOT_PHYS_WINDOW_H
#define BOOT_PHYS_WINDOW_H

#include "boot/multiboot.h"
#include "boot/pgentry.h"
#include "lib/types.h"

/*
 * The static page tables of the fixmap (boot/entry.S), shared by every page directory.
 * FIXMAP_SLOT(index) is the entry behind FIX_TO_VIRT(index).
 */
extern entry_t fixmap_tables[FIXMAP_TABLES * PTRS_PER_PTE];
#define FIXMAP_SLOT(index) (&fixmap_tables[(FIX_TO_VIRT(index) - FIXMAP_TABLE_BASE) >> PAGE_SHIFT])

/*
 * phys_copy() - copy @n bytes of physical memory at @pa into @to.
 * Works from the first C instruction on, under any page tables of loft. Owns FIX_PHYS_WINDOW: boot
 * CPU only, not from interrupts.
 * Returns false, with nothing copied, if [@pa, @pa + @n) wraps or ends above what entries of this
 * image's format can address.
 */
bool phys_copy(void *to, phys_addr_t pa, size_t n);

/* The same as a reader, for parsers of what lies there. */
extern const struct phys_reader physical_memory;

#endif
