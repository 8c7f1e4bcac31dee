/* SPDX-License-Identifier: MIT */
/*
 * vmap(): pages that the caller brings along, side by side in the vmalloc window.
 *
 * The area owns only its addresses. With VM_MAP_PUT_PAGES it owns the pages and their array too,
 * and is freed by vfree().
 */
#include "kernel/sync/preempt.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "mm/page_alloc.h"
#include "mm/vmap_internal.h"

static __always_inline struct vm_struct *map_pages(struct page **pages, unsigned int count,
						   unsigned long flags, pgprot_t prot,
						   const void *caller)
{
	struct vm_struct *vm;

	if (more_than_ram(count))
		return NULL;
	vm = vm_area_get(count, PAGE_SIZE, flags & ~(unsigned long)VM_NO_GUARD, GFP_KERNEL, caller);
	if (!vm)
		return NULL;
	if (!vmap_set_pages(vm->va.start, count, pages, prot)) {
		vmap_clear(vm->va.start, count);
		vm_area_put(vm);
		return NULL;
	}
	return vm;
}

void *(vmap)(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct vm_struct *vm;

	if (flags & VM_MAP_PUT_PAGES)
		prot = vmap_owned(prot);
	vm = map_pages(pages, count, flags | VM_MAP, prot, __builtin_return_address(0));
	if (!vm)
		return NULL;
	if (flags & VM_MAP_PUT_PAGES) {
		vm->pages = pages;
		WRITE_ONCE(vm->nr_pages, count);
	}
	return vm->addr;
}

void vunmap(const void *addr)
{
	BUG_ON(in_interrupt());
	might_sleep();
	if (!addr)
		return;
	WARN(!vm_area_unmap(addr, VM_MAP), "Trying to vunmap() nonexistent vm area (%p)", addr);
}

void *(vm_map_ram)(struct page **pages, unsigned int count, int node)
{
	struct vm_struct *vm =
		map_pages(pages, count, VM_MAP_RAM, PAGE_KERNEL, __builtin_return_address(0));

	return vm ? vm->addr : NULL;
}

void vm_unmap_ram(const void *mem, unsigned int count)
{
	struct vm_struct *vm;

	might_sleep();
	vm = vm_area_take(mem, VM_MAP_RAM);
	if (WARN(!vm || vm_area_pages(vm) != count,
		 "Trying to vm_unmap_ram() %u pages at %p, which are no such area", count, mem)) {
		if (vm)
			vm->va.dying = false;
		return;
	}
	vmap_clear(vm->va.start, count);
	vm_area_put(vm);
}
