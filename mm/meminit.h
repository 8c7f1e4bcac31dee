/* SPDX-License-Identifier: MIT */
/*
 * From the loader's words to memory that can be allocated: the first steps of mm/, in order.
 */
#ifndef MM_MEMINIT_H
#define MM_MEMINIT_H

#include "boot/memlimits.h"
#include "boot/memmap.h"

/* The firmware's map after sanitising (all types), and the limits chosen from it. */
extern struct mem_map firmware_map;
extern struct mem_limits mem_limits;

/*
 * memory_detect() - sanitise the loader's map, apply mem=, highmem= and vmalloc=, and print the
 * result. Leaves the machine (EXIT_CANNOT_RUN) with a message if there is too little RAM.
 * memory_reserve() - hand RAM to memblock; reserve the image, the modules and the loader's data.
 * memory_report() - the "virtual kernel memory layout" and "Memory:" blocks of the boot log.
 *
 * Once each, in this order, boot CPU, interrupts off; memory_report() after direct_map_init().
 */
void memory_detect(void);
void memory_reserve(void);
void memory_report(void);

#endif
