/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page tables and the walker. See pgtable.h for the two shapes.
 *
 * The walker starts at CR3, not at swapper_pg_dir: it says what the CPU does, whatever tables it
 * happens to use. A table that is not in the direct map cannot be read; such an entry would be a
 * bug of the code that wrote it, and the walker stops there as at an empty one.
 */
#include "mm/pgtable.h"
#include "boot/x86.h"

pmd_t swapper_pmds[PDPT_ENTRIES][PTRS_PER_PTE] __section(".bss.page_aligned") __aligned(PAGE_SIZE);
pgd_t swapper_pg_dir[PDPT_ENTRIES] __aligned(32);

pmd_t *pmd_base(unsigned long va)
{
	phys_addr_t top = read_cr3();

	if (PDPT_ENTRIES > 1) {
		const pgd_t *pdpt = __va(top & ~(phys_addr_t)31);
		pgd_t pgd = pdpt[pgd_index(va)];

		if (!entry_present(pgd.val))
			return NULL;
		top = entry_phys(pgd.val);
	}
	return __va(top & PAGE_MASK);
}

pmd_t *pmd_of(unsigned long va)
{
	pmd_t *base = pmd_base(va);

	return base ? &base[pmd_index(va)] : NULL;
}

pte_t *pte_table(pmd_t pmd)
{
	return __va(entry_phys(pmd.val));
}

struct pg_walk pgtable_walk(unsigned long va)
{
	struct pg_walk walk = {PG_LEVEL_NONE, NULL, 0};
	pmd_t *pmd = pmd_of(va);
	pte_t *pte;

	if (!pmd || !entry_present(pmd->val))
		return walk;
	if (pmd_large(*pmd)) {
		walk.level = PG_LEVEL_LARGE;
		walk.entry = &pmd->val;
		walk.phys = (entry_phys(pmd->val) & PMD_MASK) + (va & ~PMD_MASK);
		return walk;
	}
	pte = pte_offset(pte_table(*pmd), va);
	walk.entry = &pte->val;
	if (entry_present(pte->val)) {
		walk.level = PG_LEVEL_4K;
		walk.phys = entry_phys(pte->val) + (va & ~PAGE_MASK);
	}
	return walk;
}

pte_t *lookup_address(unsigned long va, unsigned int *level)
{
	struct pg_walk walk = pgtable_walk(va);

	*level = walk.level;
	return (pte_t *)walk.entry;
}
