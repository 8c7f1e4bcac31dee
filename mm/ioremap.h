/* SPDX-License-Identifier: MIT */
/*
 * ioremap(): a device's registers or memory, in the vmalloc window.
 */
#ifndef MM_IOREMAP_H
#define MM_IOREMAP_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * ioremap() - the SIZE bytes at physical address PHYS, uncached; neither need be page aligned.
 * ioremap_cache() - the same, cached: for tables of the firmware, say.
 * NULL: SIZE is 0, the range wraps or lies beyond what page tables can express, some of it is RAM
 * (reported once: a second, uncached view of RAM may be stale), or no addresses. Sleeps.
 * iounmap() - the end of it. An address that is no such area's is reported. Not in interrupts.
 */
void *ioremap(phys_addr_t phys, unsigned long size) __must_check;
void *ioremap_cache(phys_addr_t phys, unsigned long size) __must_check;
void iounmap(const volatile void *addr);

#endif
