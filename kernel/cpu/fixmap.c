/* SPDX-License-Identifier: MIT */
/*
 * Writing the fixmap's entries. A present entry is never changed in place: cleared and flushed
 * first, it cannot be seen half old and half new, in either format.
 */
#include "kernel/cpu/fixmap.h"

static entry_t *slot_of(unsigned int index)
{
	BUG_ON(index == FIX_HOLE || index >= FIX_END);
	return FIXMAP_SLOT(index);
}

void __clear_fixmap(unsigned int index)
{
	entry_t *slot = slot_of(index);

	entry_clear(slot);
	invlpg((void *)FIX_TO_VIRT(index));
}

void __set_fixmap(unsigned int index, phys_addr_t pa, pgprot_t prot)
{
	entry_t *slot = slot_of(index);

	BUG_ON(pa >= PT_PHYS_LIMIT);
	if (*slot)
		__clear_fixmap(index);
	entry_set(slot, make_entry(pa, prot));
}
