/* SPDX-License-Identifier: MIT */
/*
 * The page tables of the vmalloc window.
 *
 * All of them were made at boot (mm/direct_map.c) and are shared by every address space, so a map
 * is seen everywhere the moment its entries are written, and needs no flush: an entry that was not
 * present is in no TLB. Taking a map away does; that is the business of vm_area.c.
 *
 * Neighbours in one table are written without walking again. No lock: an area's entries are its
 * owner's.
 */
#include "mm/vmap_internal.h"
#include "lib/bug.h"
#include "lib/control.h"

static noinline bool bad_page(const struct page *page, const entry_t *entry)
{
	if (!WARN(entry_present(*entry), "vmap: an entry is taken by frame 0x%llx",
		  entry_phys(*entry) >> PAGE_SHIFT))
		WARN(true, "vmap: %p is no page", page);
	return false;
}

/* The part of a range that lies in the table of ENTRY. False: an entry or a page is not fit. */
static __always_inline bool set_part(entry_t *entry, unsigned long n, struct page *const *pages,
				     pgprot_t prot)
{
	const u32 limit = (u32)(max_pfn * sizeof(struct page));

	entry += n;
	pages += n;
	for (long i = -(long)n; i != 0; i++) { /* one variable and no end: registers are few */
		u32 offset = page_offset(pages[i]);

		if (unlikely(offset >= limit || entry_present(entry[i])))
			return bad_page(pages[i], &entry[i]);
		entry_set_high(&entry[i], offset >> (32 - FRAME_SHIFT), &prot);
		entry_set_low(&entry[i], offset << FRAME_SHIFT, &prot);
	}
	return true;
}

/* The range goes on in the next table, or in several. */
static noinline bool set_far(unsigned long addr, unsigned long nr, struct page *const *pages,
			     pgprot_t prot)
{
	unsigned long n;

	for (; nr > 0; addr += n << PAGE_SHIFT, nr -= n, pages += n) {
		n = vmap_in_table(addr, nr);
		if (!set_part(vmap_entry(addr), n, pages, prot))
			return false;
	}
	return true;
}

__in_registers bool vmap_set_pages(unsigned long addr, unsigned long nr, struct page *const *pages,
				   pgprot_t prot)
{
	if (control(guard_page_mapped))
		entry_set(vmap_entry(addr + (nr << PAGE_SHIFT)),
			  make_entry(page_to_phys(pages[nr - 1]), prot));
	if (unlikely(vmap_in_table(addr, nr) < nr))
		return set_far(addr, nr, pages, prot);
	return set_part(vmap_entry(addr), nr, pages, prot);
}

bool vmap_set_phys(unsigned long addr, unsigned long nr, phys_addr_t phys, pgprot_t prot)
{
	for (; nr > 0; nr--, addr += PAGE_SIZE, phys += PAGE_SIZE) {
		entry_t *entry = vmap_entry(addr);

		if (WARN(entry_present(*entry), "vmap: something is mapped at 0x%08lx", addr))
			return false;
		entry_set(entry, make_entry(phys, prot));
	}
	return true;
}

__in_registers void vmap_clear(unsigned long addr, unsigned long nr)
{
	unsigned long n;

	if (control(guard_page_mapped))
		entry_clear(vmap_entry(addr + (nr << PAGE_SHIFT)));
	for (; nr > 0; addr += n << PAGE_SHIFT, nr -= n) {
		n = vmap_in_table(addr, nr);
		vmap_clear_part(vmap_entry(addr), n);
	}
}

unsigned long vmalloc_to_pfn(const void *addr)
{
	entry_t entry;

	if (!is_vmalloc_addr(addr))
		return 0;
	entry = *vmap_entry((unsigned long)addr);
	return entry_present(entry) ? PFN_DOWN(entry_phys(entry)) : 0;
}

struct page *vmalloc_to_page(const void *addr)
{
	unsigned long pfn = vmalloc_to_pfn(addr);

	return pfn != 0 && pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
}
