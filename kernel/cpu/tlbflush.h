/* SPDX-License-Identifier: MIT */
/*
 * How a CPU forgets its own translations [SDM3 4.10.4]. Any context. For everybody's: mm/tlb.h.
 */
#ifndef KERNEL_CPU_TLBFLUSH_H
#define KERNEL_CPU_TLBFLUSH_H

#include "boot/x86.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/control.h"

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
	unsigned long flags, cr4;

	if (!cpu_has(X86_FEATURE_PGE) || control(full_flush_by_cr3)) {
		write_cr3(read_cr3());
		return;
	}
	local_irq_save(flags);
	cr4 = read_cr4();
	write_cr4(cr4 ^ CR4_PGE);
	write_cr4(cr4);
	local_irq_restore(flags);
}

#endif
