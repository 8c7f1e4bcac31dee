/* SPDX-License-Identifier: MIT */
/*
 * mem_map and the zones come to life.
 */
#ifndef MM_PAGE_INIT_H
#define MM_PAGE_INIT_H

#include "boot/memlimits.h"

/*
 * page_init() - take mem_map and the page blocks' mobility bytes from memblock, clear them, and
 * give each zone its span. All pages are in use afterwards, as far as the page allocator goes, and
 * no zone has a free one.
 *
 * Needs the direct map. Panics if low memory has no room for mem_map. Once, boot CPU.
 */
void page_init(const struct mem_limits *limits);

/*
 * memblock_free_all() - hand all RAM that memblock has not reserved to the buddy allocator, and
 * retire memblock. Every other frame, holes included, becomes PageReserved with one user. Once,
 * boot CPU.
 */
void memblock_free_all(void);

#endif /* MM_PAGE_INIT_H */
