/* SPDX-License-Identifier: MIT */
/*
 * Hints for reports of page faults: see fault_hint.h.
 */
#include "mm/fault_hint.h"
#include "kernel/cpu/fixmap.h"
#include "kernel/cpu/traps.h"
#include "lib/compiler.h"
#include "lib/printf.h"
#include "mm/direct_map.h"
#include "mm/kmap_slots.h"
#include "mm/page.h"

DEFINE_PER_CPU(const struct page *, page_without_address) __maybe_unused;

/* A slot of temporary maps, or in debug builds the guard beside one. */
static void hint_slot(char *buf, size_t n, unsigned int index)
{
	unsigned int cpu = (index - FIX_KMAP_BEGIN) / KM_TYPE_NR;
	unsigned int place = (index - FIX_KMAP_BEGIN) % KM_TYPE_NR;

	if (KM_INCR > 1 && place % KM_INCR == 0)
		snprintf(buf, n, "a guard between maps of CPU %u: past a mapped page's end", cpu);
	else
		snprintf(buf, n, "slot %u of CPU %u, empty: its map is over, or another's end",
			 place / KM_INCR, cpu);
}

static void hint_fixmap(char *buf, size_t n, unsigned long va)
{
	unsigned int index = virt_to_fix(va);

	if (index >= FIX_KMAP_BEGIN && index < FIX_KMAP_BEGIN + FIX_KMAP_NR)
		hint_slot(buf, n, index);
	else
		snprintf(buf, n, "fixmap index %u, empty", index);
}

/* Nothing is mapped at VA. */
static void hint_absent(char *buf, size_t n, unsigned long va)
{
	const struct page *page = last_page_without_address();

	if (va >= FIXADDR_START && va < FIXADDR_TOP)
		hint_fixmap(buf, n, va);
	else if (va >= PKMAP_BASE && va < PKMAP_END &&
		 (va & PAGE_MASK) != (unsigned long)PKMAP_ADDR(PKMAP_NR(va)))
		snprintf(buf, n, "a guard between PKMAP slots: past a mapped page's end");
	else if (va >= PKMAP_BASE && va < PKMAP_END)
		snprintf(buf, n, "PKMAP slot %u, free: kunmap() and a flush were before",
			 (unsigned int)PKMAP_NR(va));
	else if (va >= (unsigned long)high_memory &&
		 va - (unsigned long)high_memory < VMALLOC_OFFSET)
		snprintf(buf, n, "behind the direct map: no low page's address");
	else if (va < PAGE_SIZE && page)
		snprintf(buf, n, "page_address() of high page pfn:%05lx was NULL lately",
			 page_to_pfn(page));
}

/* Something is mapped at index INDEX of the fixmap. */
static void hint_fixmap_in_use(char *buf, size_t n, unsigned int index)
{
	unsigned int slot = index - FIX_KMAP_BEGIN;

	if (slot < FIX_KMAP_NR)
		snprintf(buf, n, "slot %u of CPU %u, mapped", slot % KM_TYPE_NR / KM_INCR,
			 slot / KM_TYPE_NR);
	else
		snprintf(buf, n, "fixmap index %u, mapped", index);
}

/* Something is mapped at VA, and the access not allowed: no map is over. */
static void hint_present(char *buf, size_t n, unsigned long va)
{
	if (va >= FIXADDR_START && va < FIXADDR_TOP)
		hint_fixmap_in_use(buf, n, virt_to_fix(va));
	else if (va >= PKMAP_BASE && va < PKMAP_END)
		snprintf(buf, n, "PKMAP slot %u, mapped", (unsigned int)PKMAP_NR(va));
}

void fault_hint(char *buf, size_t n, unsigned long va, unsigned long error)
{
	buf[0] = '\0';
	if (error & PF_PRESENT)
		hint_present(buf, n, va);
	else
		hint_absent(buf, n, va);
}

void fault_hint_init(void)
{
	page_fault_hint_hook = fault_hint;
}
