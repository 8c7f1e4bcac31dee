/* SPDX-License-Identifier: MIT */
/*
 * kmap_atomic(): see kmap_atomic.h.
 *
 * The depth is a per-CPU word. A slot below it is in use, one above it is empty: its entry is
 * cleared and flushed on unmap, always, so that a use after unmap faults instead of reading
 * somebody else's page, and the check that a slot is empty when it is taken stays on in every
 * build. An interrupt between the change of the depth and that of the entry is harmless: it takes
 * slots above and leaves them empty.
 */
#include "mm/kmap_atomic.h"
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "mm/direct_map.h"

DEFINE_PER_CPU(unsigned int, kmap_atomic_depth_pcp);

/* The fixmap index of map @depth on this CPU. */
static unsigned int slot_index(unsigned int depth)
{
	return FIX_KMAP_BEGIN + depth * KM_INCR + KM_INCR - 1 + KM_TYPE_NR * smp_processor_id();
}

static void *map_frame(unsigned long pfn, pgprot_t prot)
{
	unsigned int depth = this_cpu_read(kmap_atomic_depth_pcp), index;
	entry_t *slot;

	BUG_ON(depth >= KM_MAX_DEPTH);
	WARN_ON_ONCE(in_hardirq() && !irqs_disabled());
	this_cpu_inc(kmap_atomic_depth_pcp);
	barrier();
	index = slot_index(depth);
	slot = FIXMAP_SLOT(index);
	BUG_ON(*slot != 0);
	entry_set(slot, make_entry(PFN_PHYS(pfn), prot));
	return (void *)FIX_TO_VIRT(index);
}

static void make_atomic(void)
{
	if (!control(kmap_atomic_preemptible))
		preempt_disable();
	pagefault_disable();
}

void *kmap_atomic_pfn_prot(unsigned long pfn, pgprot_t prot)
{
	make_atomic();
	return map_frame(pfn, prot);
}

void *kmap_atomic_pfn(unsigned long pfn)
{
	return kmap_atomic_pfn_prot(pfn, PAGE_KERNEL);
}

void *kmap_atomic_prot(struct page *page, pgprot_t prot)
{
	unsigned long pfn = page_to_pfn(page);

	if (control(frame_number_cut) && pfn >= 0x100000)
		pfn -= 0x80000; /* two frames become one, and neither is the kernel's */
	make_atomic();
	if (!PageHighMem(page))
		return lowmem_page_address(page);
	return map_frame(pfn, prot);
}

/* Ends the innermost map; @addr should lie in it. */
static void unmap_innermost(unsigned long addr)
{
	unsigned int depth = this_cpu_read(kmap_atomic_depth_pcp);
	unsigned long va;

	BUG_ON(depth == 0);
	va = FIX_TO_VIRT(slot_index(depth - 1));
	WARN((addr & PAGE_MASK) != va,
	     "kunmap_atomic(0x%08lx): the innermost map is at 0x%08lx; unmap in reverse order",
	     addr, va);
	if (!control(kmap_atomic_pte_left)) {
		entry_clear(FIXMAP_SLOT(slot_index(depth - 1)));
		invlpg((void *)va);
	}
	barrier();
	this_cpu_dec(kmap_atomic_depth_pcp);
}

void __kunmap_atomic(const void *address)
{
	unsigned long addr = (unsigned long)address;

	if (addr >= FIX_TO_VIRT(FIX_KMAP_BEGIN + FIX_KMAP_NR - 1) &&
	    addr < FIX_TO_VIRT(FIX_KMAP_BEGIN) + PAGE_SIZE)
		unmap_innermost(addr);
	else
		WARN(addr < PAGE_OFFSET || address >= high_memory,
		     "kunmap_atomic(0x%08lx): no address that kmap_atomic() returns", addr);
	pagefault_enable();
	if (!control(kmap_atomic_preemptible))
		preempt_enable();
}
