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

/* How many of NR pages from ADDR on are in ADDR's table. */
static inline unsigned long in_table(unsigned long addr, unsigned long nr)
{
	unsigned long here = PTRS_PER_PTE - ((addr >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));

	return nr < here ? nr : here;
}

static noinline bool bad_page(const struct page *page, const entry_t *entry)
{
	if (!WARN(entry_present(*entry), "vmap: an entry is taken by frame 0x%llx",
		  entry_phys(*entry) >> PAGE_SHIFT))
		WARN(true, "vmap: %p is no page", page);
	return false;
}

/*
 * A frame's address is its number times PAGE_SIZE, its place in mem_map its number times 32: one is
 * the other, shifted.
 */
#define FRAME_SHIFT (PAGE_SHIFT - 5)
static_assert(sizeof(struct page) == 32, "FRAME_SHIFT depends on it");

__in_registers bool vmap_set_pages(unsigned long addr, unsigned long nr, struct page *const *pages,
				   pgprot_t prot)
{
	const u32 limit = (u32)(max_pfn * sizeof(struct page));

	while (nr > 0) {
		unsigned long n = in_table(addr, nr);
		entry_t *entry = vmap_entry(addr);

		for (struct page *const *stop = pages + n; pages < stop; pages++, entry++) {
			u32 offset = (u32)*pages - (u32)mem_map;

			if (unlikely(offset >= limit || entry_present(*entry)))
				return bad_page(*pages, entry);
			entry_set_halves(entry, offset >> (32 - FRAME_SHIFT), offset << FRAME_SHIFT,
					 prot);
		}
		addr += n << PAGE_SHIFT;
		nr -= n;
	}
	if (control(guard_page_mapped))
		entry_set(vmap_entry(addr), make_entry(page_to_phys(pages[-1]), prot));
	return true;
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
	while (nr > 0) {
		unsigned long n = in_table(addr, nr);
		entry_t *entry = vmap_entry(addr);

		for (const entry_t *stop = entry + n; entry < stop; entry++)
			if (likely(entry_present(*entry)))
				entry_clear(entry);
		addr += n << PAGE_SHIFT;
		nr -= n;
	}
	if (control(guard_page_mapped))
		entry_clear(vmap_entry(addr));
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
