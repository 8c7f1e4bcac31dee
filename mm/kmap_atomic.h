/* SPDX-License-Identifier: MIT */
/*
 * kmap_atomic(): a high page for a few lines, on this CPU only.
 *
 * Each CPU has KM_TYPE_NR fixmap pages, used as a stack. Mapping d (0 is the outermost) of CPU c is
 * fixmap index FIX_KMAP_BEGIN + d * KM_INCR + KM_INCR - 1 + KM_TYPE_NR * c: nested maps go down by
 * KM_INCR pages, CPUs lie KM_TYPE_NR pages apart. In debug builds (KM_INCR 2) an unmapped page
 * lies between two maps.
 *
 * Between map and unmap preemption and page faults are off, for low pages too: code that sleeps
 * there is wrong on every machine, not only on those with high memory. Unmap in reverse order.
 * Never blocks, never fails; legal in any context, interrupt handlers included: what those map lies
 * on top of the stack and is gone when they return. More than 20 deep is a BUG.
 */
#ifndef MM_KMAP_ATOMIC_H
#define MM_KMAP_ATOMIC_H

#include "kernel/cpu/percpu.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/preempt.h"
#include "lib/compiler.h"
#include "mm/page.h"

/* How many maps a CPU can hold at once. */
#define KM_MAX_DEPTH (KM_TYPE_NR / KM_INCR)

DECLARE_PER_CPU(unsigned int, kmap_atomic_depth_pcp);

/* This CPU's open maps. Preemption off, or only of interest as a test's invariant. */
static inline unsigned int kmap_atomic_depth(void)
{
	return this_cpu_read(kmap_atomic_depth_pcp);
}

/* Maps frame @pfn, which needs no struct page. Returns its address. */
void *kmap_atomic_pfn(unsigned long pfn);
void *kmap_atomic_pfn_prot(unsigned long pfn, pgprot_t prot);

/* kmap_atomic() with other rights; a low page has its direct address all the same. */
void *kmap_atomic_prot(struct page *page, pgprot_t prot);

/*
 * kmap_atomic() - map @page; returns its address, the direct one for a low page. @page: allocated
 * or otherwise the caller's.
 */
static inline void *kmap_atomic(struct page *page)
{
	return kmap_atomic_prot(page, PAGE_KERNEL);
}

/* Any address inside the mapped page. Warns if it is not the innermost map's. */
void __kunmap_atomic(const void *addr);

/*
 * kunmap_atomic() - end the innermost map. Takes the ADDRESS that kmap_atomic() returned; to pass
 * the page does not compile, as it is the classic mistake.
 */
#define kunmap_atomic(addr)                                                                        \
	do {                                                                                       \
		BUILD_BUG_ON(__builtin_types_compatible_p(__typeof__(addr), struct page *));       \
		__kunmap_atomic(addr);                                                             \
	} while (0)

#endif
