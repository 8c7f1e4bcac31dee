/* SPDX-License-Identifier: MIT */
/*
 * What can be asked about the PKMAP window: which page an address belongs to, and what happened.
 */
#include "boot/phys_window.h"
#include "kernel/cpu/cpumask.h"
#include "mm/direct_map.h"
#include "mm/highmem.h"
#include "mm/pkmap_debug.h"
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

/* Debug builds: the page after each slot's, where nothing is ever mapped. */
static bool is_guard(unsigned long va)
{
	return va < PKMAP_END && (va - PKMAP_BASE) >> PAGE_SHIFT & (PKMAP_INCR - 1);
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
	if (WARN(is_guard(va), "kmap_to_page(0x%08lx): past the end of a slot", va))
		return NULL;
	entry = va < PKMAP_END ? *pkmap_entry(PKMAP_NR(va))
			       : *FIXMAP_SLOT((FIXADDR_TOP - (va & PAGE_MASK)) >> PAGE_SHIFT);
	if (WARN(!entry_present(entry), "kmap_to_page(0x%08lx): nothing is mapped there", va))
		return NULL;
	return phys_to_page(entry_phys(entry));
}

/* One line for each slot that has a page. */
static void show_slot(pkmap_print_t print, unsigned int nr)
{
	int word = READ_ONCE(pkmap_count[nr]);
	entry_t entry = *pkmap_entry(nr);

	print("%4u  0x%08lx  %5d  0x%06llx  %s", nr, PKMAP_ADDR(nr), word & ~PKMAP_CLAIMED,
	      (unsigned long long)(entry_phys(entry) >> PAGE_SHIFT),
	      word < 0    ? "being taken back"
	      : word == 1 ? "idle"
	      : word == 2 ? "1 user"
			  : "shared");
	if (word > 1)
		pkmap_debug_show_holders(print, nr);
}

void pkmap_show(pkmap_print_t print)
{
	struct pkmap_counters sum = pkmap_counters_sum();
	unsigned int used = 0, idle = 0, nr;

	print("slot  address     count  pfn       state");
	for (nr = 0; nr < LAST_PKMAP; nr++) {
		int count = pkmap_count_of(nr);

		used += count > 1;
		idle += count == 1;
		if (count > 0)
			show_slot(print, nr);
	}
	print("slots %u used %u idle %u free %u", LAST_PKMAP, used, idle, LAST_PKMAP - used - idle);
	print("maps %u revivals %u wraps %u flushes %u shootdowns %u sleeps %u wakes %u", sum.maps,
	      sum.revivals, sum.wraps, sum.flushes, sum.shootdowns, sum.sleeps, sum.wakes);
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
	for (unsigned int nr = 0; nr < LAST_PKMAP; nr++)
		sum.maps += READ_ONCE(pkmap_count[nr]) != 0;
	return sum;
}
