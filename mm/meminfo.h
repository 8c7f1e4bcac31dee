/* SPDX-License-Identifier: MIT */
/*
 * How much memory there is and how much is free, in Linux's /proc/meminfo terms.
 */
#ifndef MM_MEMINFO_H
#define MM_MEMINFO_H

#include "lib/types.h"

/*
 * All in bytes. Total is the RAM that allocators may ever hand out: what memblock had not reserved.
 * high + low = all, by construction of the reader, at every moment.
 */
struct meminfo {
	u64 total_bytes;
	u64 free_bytes;
	u64 high_total_bytes;
	u64 high_free_bytes;
	u64 vmalloc_total_bytes;
};

void meminfo_read(struct meminfo *info);

/*
 * Prints Linux's /proc/meminfo lines, as far as loft has what they count, through @print_line. Any
 * context but NMI.
 */
void meminfo_show(void (*print_line)(const char *fmt, ...));

#endif
