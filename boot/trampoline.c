/* SPDX-License-Identifier: MIT */
/*
 * Preparing the trampoline, and minding its gate. See trampoline.h.
 *
 * Its page tables are a copy of the kernel's top level, with one more entry: the page itself at its
 * physical address. So the kernel's tables never show low memory, and nothing must be cleaned up
 * in what all CPUs share. A CPU that arrives late finds the gate shut, or open for another one, and
 * stops: it cannot take that one's stack. One that has come through may be slow, too: each CPU's
 * stack has a place of its own, where it is found whoever may come in next.
 */
#include "boot/trampoline.h"
#include "boot/layout.h"
#include "boot/pgentry.h"
#include "boot/x86.h"
#include "lib/string.h"

phys_addr_t trampoline_page;
u32 trampoline_gate;
u32 trampoline_stack_top[NR_CPUS]; /* for trampoline.S */
static bool prepared;

extern const char trampoline_code[], trampoline_code_end[];
extern const char trampoline_stop[], trampoline_stop_end[];
extern const char trampoline_gdt_base[], trampoline_far[], trampoline_cr0[], trampoline_cr3[],
	trampoline_cr4[], trampoline_efer[], trampoline_kernel_cr3[];

static entry_t top[PTRS_PER_PTE] __aligned(PAGE_SIZE); /* the directory, or the PDPT */
static entry_t middle[PTRS_PER_PTE] __aligned(PAGE_SIZE);
static entry_t table[PTRS_PER_PTE] __aligned(PAGE_SIZE);

/* The copy's word that SYMBOL names in the original. */
static u32 *word(const char *symbol)
{
	return (u32 *)((char *)__va(trampoline_page) + (symbol - trampoline_code));
}

static entry_t entry_of(const entry_t *next)
{
	return __pa(next) | _PAGE_PRESENT;
}

static void make_tables(void)
{
	unsigned int pmd = (unsigned int)trampoline_page >> PMD_SHIFT;
	unsigned int pte = ((unsigned int)trampoline_page >> PAGE_SHIFT) % PTRS_PER_PTE;
	phys_addr_t kernel = read_cr3() & ~0x1fu;

	memset(table, 0, sizeof(table));
	memset(middle, 0, sizeof(middle));
	memcpy(top, __va(kernel), PDPT_ENTRIES > 1 ? PDPT_ENTRIES * sizeof(entry_t) : sizeof(top));
	table[pte] = trampoline_page | _PAGE_PRESENT | _PAGE_RW;
	if (PDPT_ENTRIES > 1) {
		middle[pmd] = entry_of(table) | _PAGE_RW;
		top[0] = entry_of(middle);
	} else {
		top[pmd] = entry_of(table) | _PAGE_RW;
	}
}

void trampoline_prepare(u32 cr0, u32 cr4, u32 efer)
{
	if (prepared)
		return;
	prepared = true;
	make_tables();
	memcpy(__va(trampoline_page), trampoline_code,
	       (size_t)(trampoline_code_end - trampoline_code));
	*word(trampoline_gdt_base) += (u32)trampoline_page;
	*word(trampoline_far) += (u32)trampoline_page;
	*word(trampoline_cr0) = cr0;
	*word(trampoline_cr3) = (u32)__pa(top);
	*word(trampoline_cr4) = cr4;
	*word(trampoline_efer) = efer;
	*word(trampoline_kernel_cr3) = read_cr3();
}

void trampoline_retire(bool late)
{
	if (!trampoline_page)
		return;
	memcpy(__va(trampoline_page), trampoline_stop,
	       (size_t)(trampoline_stop_end - trampoline_stop));
	if (late)
		return;
	prepared = false;
	memset(table, 0, sizeof(table));
	memset(middle, 0, sizeof(middle));
	memset(top, 0, sizeof(top));
}

void trampoline_open(u32 id, unsigned int cpu, unsigned long stack_top)
{
	trampoline_stack_top[cpu] = (u32)stack_top;
	__atomic_store_n(&trampoline_gate, id | GATE_OPEN | cpu << GATE_CPU, __ATOMIC_SEQ_CST);
}

bool trampoline_entered(void)
{
	return __atomic_load_n(&trampoline_gate, __ATOMIC_ACQUIRE) == GATE_SHUT;
}

bool trampoline_shut(void)
{
	return __atomic_exchange_n(&trampoline_gate, GATE_SHUT, __ATOMIC_SEQ_CST) != GATE_SHUT;
}
