/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/page.h> for foreign sources: pages and the direct map.
 */
#ifndef COMPAT_ASM_PAGE_H
#define COMPAT_ASM_PAGE_H

#include "boot/layout.h"
#include "lib/bitops.h"
#include "mm/page.h"

/* The smallest order whose pages hold SIZE bytes; SIZE > 0. */
static inline int get_order(unsigned long size)
{
	return fls64((size - 1) >> PAGE_SHIFT);
}

#endif /* COMPAT_ASM_PAGE_H */
