/* SPDX-License-Identifier: MIT */
/*
 * vmalloc() and vfree(): an area, pages for it, and entries that show them.
 *
 * The pages are single ones, taken and freed by the ordinary page allocator, so fragmented memory
 * serves as well as any other. Their array lies in the area's record where four suffice, else in a
 * kmalloc() block, and for large areas in a vmalloc() of its own.
 *
 * A deferred vfree() needs no memory: the list node is written into the freed area itself. A bit in
 * the page-table entry of its first page makes sure that no area is on the list twice.
 */
#include "mm/vmalloc.h"
#include "kernel/sync/mutex.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/workqueue.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "lib/llist.h"
#include "mm/kmalloc.h"
#include "mm/page_alloc.h"
#include "mm/tlb.h"
#include "mm/vmap_internal.h"

static atomic_t nr_pages_held;

static void *alloc_area(unsigned long size, gfp_t gfp, unsigned long flags, const void *caller);

static struct page **new_array(struct vm_struct *vm, unsigned long nr, gfp_t gfp)
{
	gfp &= GFP_MANNERS;
	if (nr <= VM_INLINE_PAGES)
		return vm->inline_pages;
	if (nr <= PAGE_SIZE / sizeof(struct page *))
		return kmalloc(nr * sizeof(struct page *), gfp);
	return alloc_area(nr * sizeof(struct page *), gfp | __GFP_HIGHMEM, VM_ALLOC, vm->caller);
}

static void free_array(struct vm_struct *vm, struct page **pages)
{
	if (pages != vm->inline_pages)
		kvfree(pages);
}

/* What nearly everybody asks for: with constant flags a page is a short way off. */
#define GFP_USUAL (GFP_KERNEL | __GFP_HIGHMEM)

static __always_inline unsigned long take(struct page **pages, unsigned long nr, gfp_t gfp)
{
	struct page **page = pages, **end = pages + nr;

	for (; page < end; page++) {
		*page = (alloc_pages)(gfp, 0); /* vmalloc() has looked whether we may sleep */
		if (unlikely(!*page))
			break;
	}
	return (unsigned long)(page - pages);
}

/* Returns how many of NR it got. */
static inline unsigned long get_pages(struct page **pages, unsigned long nr, gfp_t gfp)
{
	return likely(gfp == GFP_USUAL) ? take(pages, nr, GFP_USUAL) : take(pages, nr, gfp);
}

static void put_pages(struct page **pages, unsigned long nr)
{
	while (nr > 0)
		__free_page(pages[--nr]);
}

/* Fills VM, of NR pages, with pages and maps them. On failure nothing of it is left. */
static bool populate(struct vm_struct *vm, unsigned long nr, gfp_t gfp)
{
	struct page **pages = new_array(vm, nr, gfp);
	unsigned long got = 0;

	if (unlikely(!pages))
		goto fail;
	got = get_pages(pages, nr, gfp);
	if (unlikely(got < nr))
		goto fail;
	if (unlikely(!vmap_set_pages(vm->va.start, nr, pages, vmap_owned(PAGE_KERNEL))))
		goto unmap;
	atomic_add((int)nr, &nr_pages_held);
	vm->pages = pages;
	WRITE_ONCE(vm->nr_pages, nr);
	return true;

unmap:
	vmap_clear(vm->va.start, nr);
fail:
	if (!control(vmalloc_failure_leaks))
		put_pages(pages, got);
	free_array(vm, pages);
	return false;
}

static __always_inline void *alloc_aligned(unsigned long size, unsigned long align, gfp_t gfp,
					   unsigned long flags, const void *caller)
{
	unsigned long nr = (size >> PAGE_SHIFT) + (offset_in_page(size) != 0);
	struct vm_struct *vm;

	if (WARN_ONCE(size == 0, "vmalloc of size 0"))
		return NULL;
	if (more_than_ram(nr)) {
		WARN_ONCE(!(gfp & __GFP_NOWARN), "vmalloc error: size %lu, exceeds total pages",
			  size);
		return NULL;
	}
	vm = vm_area_get(nr, align, flags, gfp, caller);
	if (unlikely(!vm))
		return NULL;
	if (unlikely(!populate(vm, nr, gfp))) {
		vm_area_put(vm);
		return NULL;
	}
	return vm->addr;
}

static void *alloc_area(unsigned long size, gfp_t gfp, unsigned long flags, const void *caller)
{
	return alloc_aligned(size, PAGE_SIZE, gfp, flags, caller);
}

void *(__vmalloc_node)(unsigned long size, unsigned long align, gfp_t gfp, int node,
		       const void *caller)
{
	if (WARN_ONCE(align & (align - 1), "vmalloc with alignment %lu, no power of two", align))
		return NULL;
	if (!(gfp & __GFP_DMA))
		gfp |= __GFP_HIGHMEM;
	return alloc_aligned(size, max(align, (unsigned long)PAGE_SIZE), gfp, VM_ALLOC, caller);
}

void *(__vmalloc)(unsigned long size, gfp_t gfp)
{
	if (!(gfp & __GFP_DMA))
		gfp |= __GFP_HIGHMEM;
	return alloc_area(size, gfp, VM_ALLOC, __builtin_return_address(0));
}

void *(vmalloc)(unsigned long size)
{
	return alloc_area(size, GFP_USUAL, VM_ALLOC, __builtin_return_address(0));
}

void *(vzalloc)(unsigned long size)
{
	return alloc_area(size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO, VM_ALLOC,
			  __builtin_return_address(0));
}

void *(vmalloc_32)(unsigned long size)
{
	return alloc_area(size, GFP_KERNEL, VM_ALLOC, __builtin_return_address(0));
}

void *(vmalloc_user)(unsigned long size)
{
	return alloc_area(size, GFP_KERNEL | __GFP_HIGHMEM | __GFP_ZERO, VM_ALLOC | VM_USERMAP,
			  __builtin_return_address(0));
}

void *(vmalloc_32_user)(unsigned long size)
{
	return alloc_area(size, GFP_KERNEL | __GFP_ZERO, VM_ALLOC | VM_USERMAP,
			  __builtin_return_address(0));
}

static void free_area(const void *addr)
{
	struct page *few[VM_INLINE_PAGES];
	struct vm_struct *vm;
	unsigned int nr;

	nr = vm_area_unmap_few(addr, few, &vm);
	if (likely(nr > 0)) {
		atomic_sub((int)nr, &nr_pages_held);
		put_pages(few, nr);
		return;
	}
	if (WARN(offset_in_page(addr) != 0, "Trying to vfree() bad address (%p)", addr))
		return;
	if (WARN(!vm, "Trying to vfree() nonexistent vm area (%p)", addr))
		return;
	vmap_clear(vm->va.start, vm_area_pages(vm));
	put_pages(vm->pages, vm->nr_pages);
	if (vm->flags & VM_ALLOC)
		atomic_sub((int)vm->nr_pages, &nr_pages_held);
	free_array(vm, vm->pages);
	vm_area_put(vm);
}

static LLIST_HEAD(deferred_areas);
static atomic_t nr_deferred;
static DEFINE_MUTEX(deferred_lock); /* who has it has taken the list: what is not there is freed */

static void free_deferred(struct work_struct *work)
{
	struct llist_node *node, *next;

	mutex_lock(&deferred_lock);
	llist_for_each_safe(node, next, llist_del_all(&deferred_areas))
	{
		free_area(node);
		atomic_dec(&nr_deferred);
	}
	mutex_unlock(&deferred_lock);
}

static DECLARE_WORK(vfree_work, free_deferred);

void vfree_deferred(void)
{
	might_sleep();
	free_deferred(NULL);
}

unsigned int vfree_nr_deferred(void)
{
	return (unsigned int)atomic_read(&nr_deferred);
}

/*
 * Does an area that vfree() takes begin at ADDR? An interrupt handler cannot look it up, since that
 * takes a lock, but its entries tell: its own pages are marked, and behind a guard page begins an
 * area.
 */
static bool is_owned_area(const void *addr)
{
	unsigned long va = (unsigned long)addr;

	if (control(vfree_takes_any_page))
		return vmalloc_to_page(addr);
	if (!is_vmalloc_addr(addr) || !(*vmap_entry(va) & _PAGE_VFREE_OWNED))
		return false;
	return va == VMALLOC_START || !entry_present(*vmap_entry(va - PAGE_SIZE));
}

/*
 * Marks the area at ADDR, which is written to from here on: it may have been a map to read only.
 * False: it was marked already.
 */
static bool mark_deferred(const void *addr)
{
	u32 *entry = (u32 *)vmap_entry((unsigned long)addr), before;
	u32 marks = _PAGE_VFREE_DEFERRED | (control(vfree_keeps_rights) ? 0 : _PAGE_RW);

	before = __atomic_fetch_or(entry, marks, __ATOMIC_SEQ_CST);
	if (!(before & _PAGE_RW))
		local_flush_tlb_one((unsigned long)addr);
	return !(before & _PAGE_VFREE_DEFERRED);
}

void vfree_atomic(const void *addr)
{
	BUG_ON(in_nmi());
	if (!addr)
		return;
	if (WARN(offset_in_page(addr) != 0, "Trying to vfree() bad address (%p)", addr) ||
	    WARN(!is_owned_area(addr), "Trying to vfree() nonexistent vm area (%p)", addr) ||
	    WARN(!mark_deferred(addr), "vfree() of %p, which is being freed already", addr))
		return;
	atomic_inc(&nr_deferred);
	llist_add((struct llist_node *)addr, &deferred_areas);
	schedule_work(&vfree_work);
}

void vfree(const void *addr)
{
	BUG_ON(in_nmi());
	if (unlikely(in_interrupt() && !control(vfree_never_deferred))) {
		vfree_atomic(addr);
		return;
	}
	might_sleep();
	if (addr)
		free_area(addr);
}

unsigned long vmalloc_nr_pages(void)
{
	return (unsigned long)atomic_read(&nr_pages_held);
}

void *kvmalloc(size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, size > PAGE_SIZE ? gfp | __GFP_NOWARN | __GFP_NORETRY : gfp);

	return p || size <= PAGE_SIZE ? p : __vmalloc(size, gfp);
}

void kvfree(const void *addr)
{
	if (is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}
