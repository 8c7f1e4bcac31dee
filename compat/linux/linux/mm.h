/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/mm.h> for foreign sources: pages and the page allocator.
 */
#ifndef COMPAT_LINUX_MM_H
#define COMPAT_LINUX_MM_H

#include "asm/page.h"
#include "linux/atomic.h"
#include "linux/bug.h"
#include "linux/errno.h"
#include "linux/gfp.h"
#include "linux/jiffies.h"
#include "linux/kernel.h"
#include "linux/list.h"
#include "linux/mm_types.h"
#include "linux/mmzone.h"
#include "linux/page-flags.h"
#include "linux/page_ref.h"
#include "linux/percpu.h"
#include "linux/sched.h"
#include "linux/sysinfo.h"
#include "linux/types.h"
#include "mm/direct_map.h"
#include "mm/meminfo.h"
#include "mm/page_alloc.h"
#include "mm/vmalloc.h"

#define PAGE_ALIGN(addr)      ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr) ALIGN_DOWN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr)    IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)

/* One node. */
static inline int page_to_nid(const struct page *page)
{
	return 0;
}

/* How much RAM there is and is free, in pages; the rest of VAL is 0. Any context but NMI. */
static inline void si_meminfo(struct sysinfo *val)
{
	struct meminfo info;

	meminfo_read(&info);
	*val = (struct sysinfo){
		.totalram = PFN_DOWN(info.total_bytes),
		.freeram = PFN_DOWN(info.free_bytes),
		.totalhigh = PFN_DOWN(info.high_total_bytes),
		.freehigh = PFN_DOWN(info.high_free_bytes),
		.mem_unit = PAGE_SIZE,
	};
}

/* The caches are coherent. */
static inline void flush_dcache_page(struct page *page)
{
}

#endif /* COMPAT_LINUX_MM_H */
