/* SPDX-License-Identifier: MIT */
/*
 * kmap_atomic_type(): see kmap_type.h.
 */
#include "mm/kmap_type.h"
#include "boot/phys_window.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/preempt.h"
#include "lib/bug.h"
#include "mm/kmap_atomic.h"

static unsigned int type_index(enum km_type type)
{
	BUG_ON((unsigned int)type >= KM_TYPES);
	return FIX_KMAP_LEGACY_BEGIN + (unsigned int)type + KM_LEGACY_TYPE_NR * smp_processor_id();
}

void *kmap_atomic_type(struct page *page, enum km_type type)
{
	unsigned int index;
	entry_t *slot;

	atomic_map_begin();
	if (!kmap_needs_slot(page))
		return lowmem_page_address(page);
	index = type_index(type);
	slot = FIXMAP_SLOT(index);
	BUG_ON(*slot != 0); /* two uses of one type at once */
	entry_set(slot, make_entry(page_to_phys(page), PAGE_KERNEL));
	return (void *)FIX_TO_VIRT(index);
}

void kunmap_atomic_type(const volatile void *addr, enum km_type type)
{
	unsigned long va = (unsigned long)addr & PAGE_MASK;

	if (va >= FIXADDR_START) {
		unsigned int index = type_index(type);
		entry_t *slot;

		BUG_ON(va != FIX_TO_VIRT(index));
		slot = FIXMAP_SLOT(index);
		BUG_ON(*slot == 0); /* its map is over already */
		entry_clear(slot);
		invlpg(addr);
	} else {
		BUG_ON(!virt_addr_valid(addr)); /* a low page's own address, or no map at all */
	}
	atomic_map_end();
}
