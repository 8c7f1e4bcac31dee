/* SPDX-License-Identifier: MIT */
/*
 * Flushing this CPU's translation cache [SDM3 4.10.4].
 *
 * Policy (what to flush, whom to tell) is the caller's. Any context.
 */
#ifndef MM_TLB_H
#define MM_TLB_H

#include "boot/x86.h"
#include "kernel/cpu/cpuinfo.h"

/* Forget the page of @va, global or not. */
static inline void local_flush_tlb_one(unsigned long va)
{
	invlpg((void *)va);
}

/*
 * Forget everything, global entries too: a CR3 load alone keeps those, a change of CR4.PGE does
 * not. Interrupts are off meanwhile, so that nobody sees CR4 without PGE.
 */
static inline void local_flush_tlb_all(void)
{
	unsigned long flags;

	if (!cpu_has(X86_FEATURE_PGE)) {
		write_cr3(read_cr3());
		return;
	}
	local_irq_save(flags);
	write_cr4(read_cr4() & ~CR4_PGE);
	write_cr4(read_cr4() | CR4_PGE);
	local_irq_restore(flags);
}

/*
 * flush_tlb_kernel_range() - no CPU knows a translation of [start, end), kernel addresses, any more
 * when it returns. Not with interrupts off: it will wait for other CPUs.
 */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

#endif
