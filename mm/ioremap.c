/* SPDX-License-Identifier: MIT */
/*
 * ioremap(): frames that are no RAM, shown in the vmalloc window. See ioremap.h.
 */
#include "mm/ioremap.h"
#include "boot/memmap.h"
#include "kernel/sync/preempt.h"
#include "lib/bug.h"
#include "mm/meminit.h"
#include "mm/vmap_internal.h"

static void *map_device(phys_addr_t phys, unsigned long size, pgprot_t prot, const void *caller)
{
	phys_addr_t last = phys + size - 1, first_page = phys & ~(phys_addr_t)(PAGE_SIZE - 1);
	unsigned long nr;
	struct vm_struct *vm;

	might_sleep();
	if (size == 0 || last < phys || last >= PT_PHYS_LIMIT)
		return NULL;
	if (WARN_ONCE(memmap_ram_bytes(&firmware_map, first_page, last + 1) != 0,
		      "ioremap on RAM at 0x%llx - 0x%llx", phys, last))
		return NULL;
	nr = (unsigned long)((last >> PAGE_SHIFT) - (phys >> PAGE_SHIFT)) + 1;
	vm = vm_area_get(nr, PAGE_SIZE, VM_IOREMAP, GFP_KERNEL, caller);
	if (!vm)
		return NULL;
	vm->phys_addr = first_page;
	if (!vmap_set_phys(vm->va.start, nr, first_page, prot)) {
		vmap_clear(vm->va.start, nr);
		vm_area_put(vm);
		return NULL;
	}
	return (char *)vm->addr + offset_in_page((unsigned long)phys);
}

void *ioremap(phys_addr_t phys, unsigned long size)
{
	return map_device(phys, size, PAGE_KERNEL_NOCACHE, __builtin_return_address(0));
}

void *ioremap_cache(phys_addr_t phys, unsigned long size)
{
	return map_device(phys, size, PAGE_KERNEL, __builtin_return_address(0));
}

void iounmap(const volatile void *addr)
{
	void *page = (void *)((unsigned long)addr & PAGE_MASK);
	struct vm_struct *vm;

	BUG_ON(in_interrupt());
	might_sleep();
	if (!addr)
		return;
	vm = vm_area_take(page, VM_IOREMAP);
	if (WARN(!vm, "iounmap: bad address %p", (const void *)addr))
		return;
	vmap_clear(vm->va.start, vm_area_pages(vm));
	vm_area_put(vm);
}
