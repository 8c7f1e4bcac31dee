/* SPDX-License-Identifier: MIT */
/*
 * Flushing a range of kernel addresses.
 */
#include "mm/tlb.h"
#include "boot/layout.h"
#include "lib/compiler.h"

/* From so many pages on, refilling the whole TLB costs less than so many instructions. */
#define FLUSH_ALL_PAGES 33

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	if ((end - start) >> PAGE_SHIFT >= FLUSH_ALL_PAGES) {
		local_flush_tlb_all();
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		local_flush_tlb_one(start);
}
