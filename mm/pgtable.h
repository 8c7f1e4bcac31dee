/* SPDX-License-Identifier: MIT */
/*
 * Walking and changing page tables: one source for both formats.
 *
 *   PAE:        pgd (PDPT, 4 entries) -> pmd (512 entries) -> pte (512 entries)
 *   two-level:  pgd (folded)          -> pmd (1024 entries) -> pte (1024 entries)
 *
 * With two-level tables there is one directory and no level above it; pmd_base() gives it for any
 * address, so a walker has the same three steps in both formats. Tables are read through the direct
 * map, so every table lies in low memory.
 *
 * Nothing here flushes a TLB: mm/tlb.h does, and the caller knows when.
 */
#ifndef MM_PGTABLE_H
#define MM_PGTABLE_H

#include "boot/pgentry.h"
#include "kernel/cpu/pgprot.h"

/* The kernel's own tables. Made by direct_map_init(); every address space shares them above 3 GiB.
 */
extern pmd_t swapper_pmds[PDPT_ENTRIES][PTRS_PER_PTE];
extern pgd_t swapper_pg_dir[PDPT_ENTRIES];

enum pg_level {
	PG_LEVEL_NONE, /* nothing mapped */
	PG_LEVEL_4K,
	PG_LEVEL_LARGE, /* 4 MiB with two-level tables, 2 MiB with PAE */
};

/*
 * What a walk of the live tables (CR3) found for one address. @entry points into the table (a
 * pte, or a pmd of a large page), NULL if there is no table for the address.
 */
struct pg_walk {
	enum pg_level level;
	entry_t *entry;
	phys_addr_t phys; /* where the address itself leads; only if level is not NONE */
};

/*
 * pgtable_walk() - look up @va in the tables that the CPU uses now. Any context; reads only.
 * lookup_address() - the same with Linux's name: the entry, or NULL; *@level is set.
 */
struct pg_walk pgtable_walk(unsigned long va);
pte_t *lookup_address(unsigned long va, unsigned int *level);

/*
 * pmd_base() - the directory that covers @va in the live tables; NULL if the PDPT entry is empty.
 * pmd_of(), pte_table() - its entry for @va; the page table behind a present entry that is no
 * large page.
 */
pmd_t *pmd_base(unsigned long va);
pmd_t *pmd_of(unsigned long va);
pte_t *pte_table(pmd_t pmd);

static inline bool pmd_large(pmd_t pmd)
{
	return entry_present(pmd.val) && (pmd.val & _PAGE_PSE);
}

/* The entry of @va in page table @table. */
static inline pte_t *pte_offset(pte_t *table, unsigned long va)
{
	return &table[(va >> PAGE_SHIFT) & (PTRS_PER_PTE - 1)];
}

static inline unsigned int pmd_index(unsigned long va)
{
	return (va >> PMD_SHIFT) & (PTRS_PER_PTE - 1);
}

static inline unsigned int pgd_index(unsigned long va)
{
	return PDPT_ENTRIES == 1 ? 0 : va >> 30;
}

#endif
