/* SPDX-License-Identifier: MIT */
/*
 * Building the direct map.
 *
 * Physical memory 0 .. max_low_pfn appears at PAGE_OFFSET, holes included: with the whole span
 * mapped, __va() is an addition and nothing else. Large pages serve each aligned span that is low
 * memory from end to end, where the CPU has them. The span of the kernel image gets 4 KiB pages, so
 * that each of its parts has its own rights (W^X) and the guard pages below the stacks stay out.
 *
 * Above high_memory all page tables are made now, empty, up to the fixmap's static ones. Every
 * page directory will share them, so a mapping made later is seen by all processes and CPUs with no
 * directory to update; that costs 4 KiB for every 4 (2 with PAE) MiB of reserve, once.
 *
 * A table is filled through the fixmap's table window, one page at a time, because the map that
 * would show it is the one being built: so nothing depends on where memblock finds room.
 */
#define pr_fmt(fmt) "direct map: " fmt
#include "mm/direct_map.h"
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/stacks.h"
#include "mm/memblock.h"
#include "mm/pgtable.h"

void *high_memory;
struct direct_map_stats direct_map_stats;

/* A new page table, cleared, shown in the table window until the next call. */
static entry_t *new_table(const struct mem_limits *limits, phys_addr_t *pa)
{
	entry_t *slot = FIXMAP_SLOT(FIX_TABLE_WINDOW);
	void *window = (void *)FIX_TO_VIRT(FIX_TABLE_WINDOW);

	*pa = memblock_phys_alloc_range(PAGE_SIZE, PAGE_SIZE, 0, PFN_PHYS(limits->max_low_pfn));
	if (*pa == 0)
		panic("direct map: no low memory left for page tables; give the machine more RAM, "
		      "or make modules smaller");
	entry_clear(slot);
	invlpg(window);
	entry_set(slot, make_entry(*pa, page_kernel));
	rep_stosl(window, 0, PAGE_SIZE / 4);
	direct_map_stats.tables++;
	return window;
}

static bool is_guard_page(unsigned long va)
{
	return stack_by_guard(va) != NULL && !control(stack_guard_mapped);
}

static bool within(unsigned long va, const char *start, const char *end)
{
	return va >= (unsigned long)start && va < (unsigned long)end;
}

/* The rights of one 4 KiB page of the map: W^X by the part of the image it belongs to. */
static pgprot_t page_rights(unsigned long va)
{
	pgprot_t rights = page_kernel;

	if (within(va, __text_start, __text_end))
		rights = page_kernel_exec;
	else if (within(va, __rodata_start, __rodata_end))
		rights = page_kernel_ro;
	if (control(text_writable))
		rights.val |= _PAGE_RW;
	return rights;
}

/* Map [va, PMD boundary or end of the direct map) by 4 KiB pages; returns the table's address. */
static phys_addr_t map_small(const struct mem_limits *limits, unsigned long va)
{
	phys_addr_t table_pa;
	entry_t *table = new_table(limits, &table_pa);

	for (unsigned int i = 0; i < PTRS_PER_PTE; i++, va += PAGE_SIZE) {
		if (va >= limits->high_memory && !control(hole_mapped))
			break;
		if (is_guard_page(va))
			continue;
		entry_set(&table[i], make_entry(__pa((void *)va), page_rights(va)));
		direct_map_stats.small_pages++;
	}
	return table_pa;
}

/* May the span of one directory entry at @va be one large page? */
static bool large_page_fits(const struct mem_limits *limits, unsigned long va)
{
	if (limits->no_large_pages || !(PDPT_ENTRIES > 1 || cpu_has(X86_FEATURE_PSE)))
		return false;
	if (limits->high_memory - va < PMD_SIZE)
		return false;
	return va + PMD_SIZE <= (unsigned long)__image_start || va >= (unsigned long)__image_end;
}

/* swapper_pmds as one array: the directory entry of @va, reached before the tables are live. */
static entry_t *swapper_entry(unsigned long va)
{
	return &swapper_pmds[pgd_index(va)][pmd_index(va)].val;
}

static void map_low_memory(const struct mem_limits *limits)
{
	for (unsigned long va = PAGE_OFFSET; va < limits->high_memory; va += PMD_SIZE) {
		entry_t entry;

		if (large_page_fits(limits, va)) {
			entry = make_entry(__pa((void *)va), page_kernel) | _PAGE_PSE;
			direct_map_stats.large_pages++;
		} else {
			entry = map_small(limits, va) | _PAGE_TABLE;
		}
		entry_set(swapper_entry(va), entry);
	}
}

/* Empty tables from the first whole span above the direct map up to PKMAP, then the fixmap's. */
static void make_upper_tables(const struct mem_limits *limits)
{
	unsigned long va = (limits->high_memory + PMD_SIZE - 1) & PMD_MASK;
	phys_addr_t table;

	for (; va < FIXMAP_TABLE_BASE; va += PMD_SIZE) {
		new_table(limits, &table);
		entry_set(swapper_entry(va), table | _PAGE_TABLE);
	}
	for (unsigned int i = 0; i < FIXMAP_TABLES; i++, va += PMD_SIZE) {
		table = __pa(fixmap_tables) + i * PAGE_SIZE;
		entry_set(swapper_entry(va), table | _PAGE_TABLE);
	}
}

static void switch_tables(void)
{
	phys_addr_t top = __pa(swapper_pmds);

	if (cpu_has(X86_FEATURE_PSE) && PDPT_ENTRIES == 1)
		write_cr4(read_cr4() | CR4_PSE);
	if (PDPT_ENTRIES > 1) {
		/* Only P, PWT and PCD may be set in a PDPT entry [SDM3 4.4.1]. */
		for (unsigned int i = 0; i < PDPT_ENTRIES; i++)
			swapper_pg_dir[i].val = __pa(swapper_pmds[i]) | _PAGE_PRESENT;
		top = __pa(swapper_pg_dir);
	}
	write_cr3(top);
	df_use_page_tables((u32)top);
	if (cpu_has(X86_FEATURE_PGE))
		write_cr4(read_cr4() | CR4_PGE);
}

void direct_map_init(const struct mem_limits *limits)
{
	entry_t *window_slot = FIXMAP_SLOT(FIX_TABLE_WINDOW);

	high_memory = (void *)(uintptr_t)limits->high_memory;
	map_low_memory(limits);
	make_upper_tables(limits);
	if (control(identity_kept))
		*swapper_entry(0) = *swapper_entry(PAGE_OFFSET);
	entry_clear(window_slot);
	switch_tables();
}
