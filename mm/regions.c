/* SPDX-License-Identifier: MIT */
/*
 * Regions are computed from boot/layout.h and the limits each time they are asked for: nothing is
 * copied that could go stale, and the numbers printed are the numbers used.
 */
#include "mm/regions.h"
#include "boot/layout.h"
#include "kernel/console/printk.h"
#include "lib/bug.h"
#include "mm/meminit.h"

/*
 * The ends that are known when loft is compiled; 0 where RAM decides. Debuggers read this table and
 * mem_limits too (scripts/gdb/loft.py), because they see no #defines.
 */
static const struct va_region declared_regions[NR_VA_REGIONS] __used = {
	[REGION_LOWMEM] = {"lowmem", PAGE_OFFSET, 0},
	[REGION_VMALLOC] = {"vmalloc", 0, VMALLOC_END},
	[REGION_PKMAP] = {"pkmap", PKMAP_BASE, PKMAP_END},
	[REGION_FIXMAP] = {"fixmap", FIXADDR_START, FIXADDR_TOP},
};

struct va_region va_region(enum va_region_id id)
{
	struct va_region region;

	BUG_ON((unsigned int)id >= NR_VA_REGIONS);
	region = declared_regions[id];
	if (id == REGION_LOWMEM)
		region.end = mem_limits.high_memory;
	if (id == REGION_VMALLOC)
		region.start = mem_limits.vmalloc_start;
	return region;
}

const char *va_region_name(unsigned long va)
{
	for (int id = 0; id < NR_VA_REGIONS; id++) {
		struct va_region region = va_region(id);

		if (va >= region.start && va < region.end)
			return region.name;
	}
	return NULL;
}

static void print_span(const char *name, unsigned long start, unsigned long end)
{
	unsigned long bytes = end - start;

	if (bytes >= 8 * SZ_1M)
		pr_info("    %-8s: 0x%08lx - 0x%08lx   (%4lu MB)\n", name, start, end, bytes >> 20);
	else
		pr_info("    %-8s: 0x%08lx - 0x%08lx   (%4lu kB)\n", name, start, end, bytes >> 10);
}

void regions_print(void)
{
	pr_info("virtual kernel memory layout:\n");
	for (int id = NR_VA_REGIONS - 1; id >= 0; id--) {
		struct va_region region = va_region(id);

		print_span(region.name, region.start, region.end);
	}
	print_span("  .bss", (unsigned long)__bss_start, (unsigned long)__bss_end);
	print_span("  .data", (unsigned long)__data_start, (unsigned long)__data_end);
	print_span("  .rodata", (unsigned long)__rodata_start, (unsigned long)__rodata_end);
	print_span("  .text", (unsigned long)__text_start, (unsigned long)__text_end);
}
