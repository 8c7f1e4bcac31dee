/* SPDX-License-Identifier: MIT */
/*
 * Between the files of the vmalloc window: areas (vm_area.c), page tables (vmap_tables.c), and
 * their users vmap.c, vmalloc.c, ioremap.c and vmallocinfo.c.
 */
#ifndef MM_VMAP_INTERNAL_H
#define MM_VMAP_INTERNAL_H

#include "mm/page_alloc.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"

/* What of a caller's flags is about waiting and failing, and says nothing of the memory. */
#define GFP_MANNERS (~(GFP_ROUTE_MASK | __GFP_ZERO | __GFP_COMP))

/*
 * Bits of a page-table entry that are the software's. They are for vfree() in an interrupt, which
 * cannot look the area up:
 *
 *	VFREE_OWNED     on each page of an area that vfree() takes
 *	VFREE_DEFERRED  on its first page: a deferred vfree() of it is on its way
 */
#define _PAGE_VFREE_DEFERRED 0x200
#define _PAGE_VFREE_OWNED    0x400

/*
 * vm_area_get() - an area for NR pages and its guard page, nothing mapped yet; NULL: no addresses,
 * which is reported once unless GFP has __GFP_NOWARN, or no memory. Sleeps.
 * vm_area_take() - the area that begins at ADDR and has one of the flags KINDS, for its owner to
 * take apart: nobody else finds it any more. NULL: there is none.
 * vm_area_put() - its addresses, which are no longer mapped, will be free after a flush.
 * vm_area_unmap() - all of that for an area without pages of its own. False: there is none.
 * vm_area_unmap_few() - the same for an area with pages of its own, if they are at most
 * VM_INLINE_PAGES: they are copied to PAGES for the caller to free. Returns how many; 0: it is
 * another such area, and *TAKEN is what vm_area_take() gives.
 * vm_area_abandon() - they are free at once: nothing was ever mapped there.
 */
__in_registers struct vm_struct *vm_area_get(unsigned long nr, unsigned long align,
					     unsigned long flags, gfp_t gfp, const void *caller);
__in_registers struct vm_struct *vm_area_take(const void *addr, unsigned long kinds);
__in_registers void vm_area_put(struct vm_struct *area);
__in_registers bool vm_area_unmap(const void *addr, unsigned long kinds);
__in_registers unsigned int vm_area_unmap_few(const void *addr, struct page **pages,
					      struct vm_struct **taken);
void vm_area_abandon(struct vm_struct *area);

/*
 * vm_area_copy() - a copy of the first area that ends above ADDR; false: there is none.
 * vm_lazy_range() - the same of freed addresses that wait for a flush: only where they lie.
 */
bool vm_area_copy(unsigned long addr, struct vm_struct *copy);
bool vm_lazy_range(unsigned long addr, unsigned long *start, unsigned long *end);

/* More than all RAM? Every machine has MIN_RAM_BYTES. */
static inline bool more_than_ram(unsigned long nr)
{
	return unlikely(nr > MIN_RAM_BYTES / 2 / PAGE_SIZE) && nr > totalram_pages();
}

/* The rights PROT, for an area that vfree() takes. */
static inline pgprot_t vmap_owned(pgprot_t prot)
{
	prot.val |= _PAGE_VFREE_OWNED;
	return prot;
}

/* Pages of AREA without its guard. */
static inline unsigned long vm_area_pages(const struct vm_struct *area)
{
	return (area->size >> PAGE_SHIFT) - !(area->flags & VM_NO_GUARD);
}

/*
 * vmap_set_pages() - map NR pages from ADDR on. False, with a report, if a page is none or an entry
 * is taken; some may be mapped then. vmap_set_phys(): the same for a run of frames.
 * vmap_clear() - unmap NR pages; no flush.
 */
__in_registers bool vmap_set_pages(unsigned long addr, unsigned long nr, struct page *const *pages,
				   pgprot_t prot);
bool vmap_set_phys(unsigned long addr, unsigned long nr, phys_addr_t phys, pgprot_t prot);
__in_registers void vmap_clear(unsigned long addr, unsigned long nr);

/*
 * The entry of ADDR, an address in the window: its tables have all been there since boot, in low
 * memory, so the low half of the entry above says where.
 */
static inline entry_t *vmap_entry(unsigned long addr)
{
	u32 table = (u32)(&swapper_pmds[0][0])[addr >> PMD_SHIFT].val & (u32)PAGE_MASK;

	return (entry_t *)(table + PAGE_OFFSET) + ((addr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));
}

/* How many of NR pages from ADDR on are in ADDR's table. */
static inline unsigned long vmap_in_table(unsigned long addr, unsigned long nr)
{
	unsigned long here = PTRS_PER_PTE - ((addr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));

	return nr <= here ? nr : here;
}

/* N entries of one table become empty. */
static __always_inline void vmap_clear_part(entry_t *entry, unsigned long n)
{
	entry += n;
	for (long i = -(long)n; i != 0; i++)
		if (likely(entry_present(entry[i])))
			entry_clear(&entry[i]);
}

#endif
