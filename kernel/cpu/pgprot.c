/* SPDX-License-Identifier: MIT */
/*
 * Rights of kernel mappings: see pgprot.h. [SDM3 4.1.4 "Enumeration of paging features by CPUID"]
 */
#include "kernel/cpu/pgprot.h"
#include "boot/x86.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/control.h"

pgprot_t page_kernel, page_kernel_ro, page_kernel_exec, page_kernel_nocache;

void pgprot_init(void)
{
	entry_t base = _PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY;
	entry_t nx = 0;

	if (cpu_has(X86_FEATURE_PGE))
		base |= _PAGE_GLOBAL;
	if (_PAGE_NX != 0 && cpu_has(X86_FEATURE_NX) && !control(nx_off)) {
		wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NX);
		nx = _PAGE_NX;
	}
	page_kernel.val = base | _PAGE_RW | nx;
	page_kernel_ro.val = base | nx;
	page_kernel_exec.val = base;
	page_kernel_nocache.val = base | _PAGE_RW | _PAGE_PCD | _PAGE_PWT | nx;
}
