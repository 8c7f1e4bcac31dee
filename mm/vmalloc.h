/* SPDX-License-Identifier: MIT */
/*
 * Memory that is contiguous only in address: the vmalloc window.
 *
 * Scattered page frames, high ones first, appear side by side in the window between the direct map
 * and PKMAP. The same window shows pages that a caller brings along (vmap) and devices (ioremap).
 *
 *	|  area: n pages  | guard |  area  | guard |
 *
 * Each area ends in a guard page, which is never mapped.
 *
 * What each area is, struct vm_struct says; mm/va_space.h keeps their addresses. Freeing takes the
 * entries out of the page tables at once, but the TLBs are told later, of many areas together;
 * until then nobody gets these addresses. So a stray access to a freed area may succeed for a
 * while. It is a bug all the same, and nothing it does hurts the next owner of the addresses.
 *
 * Context: everything here sleeps, so none of it may be called in atomic context, except vfree()
 * (interrupt handlers included, never NMI) and the questions, which any context may ask, except
 * find_vm_area(), which takes a lock that interrupt handlers must not.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "boot/memlimits.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/preempt.h"
#include "mm/gfp.h"
#include "mm/meminit.h"
#include "mm/page.h"
#include "mm/va_space.h"

#define VMALLOC_START mem_limits.vmalloc_start

/* What an area is. Linux's names and values. */
#define VM_IOREMAP       0x00000001 /* shows a device */
#define VM_ALLOC         0x00000002 /* vmalloc() and its kin: pages of its own */
#define VM_MAP           0x00000004 /* vmap(): pages of the caller */
#define VM_USERMAP       0x00000008 /* may be shown to users: was zeroed */
#define VM_NO_GUARD      0x00000040 /* no unmapped page behind it */
#define VM_MAP_PUT_PAGES 0x00000200 /* vfree() puts the pages and frees the array */
#define VM_MAP_RAM       0x00010000 /* vm_map_ram(); loft's own */

/* So many page pointers have room in the area's own record. */
#define VM_INLINE_PAGES 4

struct vm_struct {
	void *addr;
	unsigned long size; /* bytes, guard page included */
	unsigned long flags;
	struct page **pages; /* of VM_ALLOC and VM_MAP_PUT_PAGES */
	unsigned int nr_pages;
	phys_addr_t phys_addr; /* of VM_IOREMAP */
	const void *caller;
	struct va_area va;
	struct page *inline_pages[VM_INLINE_PAGES];
};

/* Once, after page_alloc_init(). */
void vmalloc_init(void);

/*
 * vmalloc() - SIZE bytes, rounded up to pages. vzalloc(): zeroed. vmalloc_32(): low memory only.
 * vmalloc_user(), vmalloc_32_user(): zeroed, and marked as fit to be shown to users.
 * __vmalloc() - with these flags; high memory is used unless they ask for DMA.
 * __vmalloc_node() - the same at a multiple of ALIGN, a power of two; NODE is ignored, and CALLER
 * is what vmallocinfo names. vmalloc_huge(): here it is __vmalloc(). NULL: SIZE is 0 or more than
 * all RAM, there are no addresses left, or no memory; with a warning, the first time, unless
 * __GFP_NOWARN.
 */
void *vmalloc(unsigned long size) __must_check;
void *vzalloc(unsigned long size) __must_check;
void *vmalloc_32(unsigned long size) __must_check;
void *vmalloc_user(unsigned long size) __must_check;
void *vmalloc_32_user(unsigned long size) __must_check;
void *__vmalloc(unsigned long size, gfp_t gfp) __must_check;

void *__vmalloc_node(unsigned long size, unsigned long align, gfp_t gfp, int node,
		     const void *caller) __must_check;

#define vmalloc(size)         might_sleep_then(vmalloc(size))
#define vzalloc(size)         might_sleep_then(vzalloc(size))
#define vmalloc_32(size)      might_sleep_then(vmalloc_32(size))
#define vmalloc_user(size)    might_sleep_then(vmalloc_user(size))
#define vmalloc_32_user(size) might_sleep_then(vmalloc_32_user(size))
#define __vmalloc(size, gfp)  might_sleep_then(__vmalloc(size, gfp))
#define __vmalloc_node(size, align, gfp, node, caller)                                             \
	might_sleep_then(__vmalloc_node(size, align, gfp, node, caller))
#define vmalloc_huge(size, gfp) __vmalloc(size, gfp)

/*
 * vfree() - give back what the above gave, or a vmap() with VM_MAP_PUT_PAGES. NULL is accepted. Any
 * other address is reported, and nothing is done. In interrupt handlers it is left to a
 * work queue; vfree_atomic() leaves it there in any context. vfree_deferred() - do now what was
 * left there, and wait for what a worker is at; sleeps. vfree_nr_deferred() - how many areas that
 * is now.
 */
void vfree(const void *addr);
void vfree_atomic(const void *addr);
void vfree_deferred(void);
unsigned int vfree_nr_deferred(void);

/*
 * kvmalloc() - SIZE bytes from kmalloc(), or, where that has none in one piece, from vmalloc().
 * kvfree() - what any of the two gave; NULL is accepted.
 */
void *kvmalloc(size_t size, gfp_t gfp) __must_check;
void kvfree(const void *addr);

static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}
#define kvmalloc_node(size, gfp, node) kvmalloc(size, gfp)
#define kvzalloc_node(size, gfp, node) kvzalloc(size, gfp)

/* N elements of SIZE bytes; NULL if the product does not fit. */
static inline void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kvmalloc(bytes, gfp);
}
#define kvcalloc(n, size, gfp) kvmalloc_array(n, size, (gfp) | __GFP_ZERO)

/*
 * vmap() - the COUNT pages at PAGES side by side, with the rights PROT; FLAGS: VM_MAP, perhaps
 * VM_MAP_PUT_PAGES. The pages' users are not counted: the caller keeps them alive. NULL: COUNT is 0
 * or more than all RAM, or no addresses.
 * vunmap() - the end of it; NULL is accepted. In an interrupt: BUG.
 * vm_map_ram(), vm_unmap_ram() - the same for a short while; NODE is ignored.
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot) __must_check;
void vunmap(const void *addr);
void *vm_map_ram(struct page **pages, unsigned int count, int node) __must_check;
void vm_unmap_ram(const void *mem, unsigned int count);

#define vmap(pages, count, flags, prot) might_sleep_then(vmap(pages, count, flags, prot))
#define vm_map_ram(pages, count, node)  might_sleep_then(vm_map_ram(pages, count, node))

/* Flush what is due, so that the addresses of all freed areas can be used again. Sleeps. */
void vm_unmap_aliases(void);

/*
 * The same, and give back memory that only the books of the window hold. Returns how many pages
 * these were. Sleeps.
 */
unsigned long vmalloc_trim(void);

/* Is ADDR in the window? Whether anything is mapped there is another question. */
static inline bool is_vmalloc_addr(const void *addr)
{
	return (unsigned long)(uintptr_t)addr - VMALLOC_START < VMALLOC_END - VMALLOC_START;
}

/*
 * vmalloc_to_page() - the page that is mapped at ADDR, an address in the window; NULL if there is
 * none, or it has no struct page. vmalloc_to_pfn(): its frame, 0 if nothing is mapped.
 */
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

/* The area that holds ADDR, or NULL. It is the caller's business that it is not freed meanwhile. */
struct vm_struct *find_vm_area(const void *addr);

/* Pages that vmalloc() and its kin hold now. */
unsigned long vmalloc_nr_pages(void);

/* Prints all areas as Linux's /proc/vmallocinfo does, a line each, through PRINT_LINE. */
void vmallocinfo_show(void (*print_line)(const char *fmt, ...));

/* Self-check: what is wrong with the books of the window, or NULL. */
const char *vmalloc_check(void);

#endif
