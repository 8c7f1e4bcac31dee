/* SPDX-License-Identifier: MIT */
/*
 * What can be asked about the PKMAP window: which page an address belongs to, and what happened.
 */
#include "boot/phys_window.h"
#include "kernel/cpu/cpumask.h"
#include "mm/direct_map.h"
#include "mm/highmem.h"
#include "mm/pkmap_internal.h"

static bool is_temporary(unsigned long va)
{
	return va >= FIX_TO_VIRT(FIX_END - 1) && va < FIX_TO_VIRT(FIX_KMAP_BEGIN) + PAGE_SIZE;
}

bool is_kmap_addr(const void *addr)
{
	unsigned long va = (unsigned long)addr;

	return (va >= PKMAP_BASE && va < PKMAP_END) || is_temporary(va);
}

struct page *kmap_to_page(const void *addr)
{
	unsigned long va = (unsigned long)addr;
	entry_t entry;

	if (WARN(!is_kmap_addr(addr) && !virt_addr_valid(addr),
		 "kmap_to_page(0x%08lx): no address of the direct map or of a mapped page", va))
		return NULL;
	if (!is_kmap_addr(addr))
		return virt_to_page(addr);
	entry = va < PKMAP_END ? *pkmap_entry(PKMAP_NR(va))
			       : *FIXMAP_SLOT((FIXADDR_TOP - (va & PAGE_MASK)) >> PAGE_SHIFT);
	if (WARN(!entry_present(entry), "kmap_to_page(0x%08lx): nothing is mapped there", va))
		return NULL;
	return phys_to_page(entry_phys(entry));
}

struct pkmap_counters pkmap_counters_sum(void)
{
	struct pkmap_counters sum = {0};
	unsigned int cpu;

	for_each_possible_cpu(cpu)
	{
		const unsigned int *from = (const unsigned int *)per_cpu_ptr(&pkmap_counters, cpu);
		unsigned int *to = (unsigned int *)&sum;

		for (unsigned int i = 0; i < sizeof(sum) / sizeof(*to); i++)
			to[i] += READ_ONCE(from[i]);
	}
	/* A slot that was given to a page is counted when it is taken back: this costs the map
	 * nothing. */
	sum.maps += LAST_PKMAP - (unsigned int)bitmap_weight(free_slots, LAST_PKMAP);
	return sum;
}
