/* SPDX-License-Identifier: MIT */
/*
 * Numbers of the zones, as Linux prints them; what loft does not have (swap, page cache) is left
 * out. A list is never walked here: what is printed was counted when it changed.
 */
#include "mm/show_mem.h"
#include "kernel/console/printk.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "mm/buddy.h"
#include "mm/page_alloc.h"
#include "mm/pcp.h"

static unsigned long kib(unsigned long pages)
{
	return pages << (PAGE_SHIFT - 10);
}

static void show_zone(const struct zone *zone)
{
	pr_warn("%s free:%lukB boost:0kB min:%lukB low:%lukB high:%lukB "
		"reserved_highatomic:%luKB present:%lukB managed:%lukB free_pcp:%lukB "
		"local_pcp:%lukB\n",
		zone->name, kib(zone->nr_free_pages), kib(min_wmark_pages(zone)),
		kib(low_wmark_pages(zone)), kib(high_wmark_pages(zone)),
		kib(zone->nr_reserved_highatomic), kib(zone->present_pages),
		kib(zone->managed_pages), kib(pcp_pages(zone)),
		kib(pcp_pages_of(zone, smp_processor_id())));
	pr_warn("lowmem_reserve[]: %lu %lu %lu\n", zone->lowmem_reserve[ZONE_DMA],
		zone->lowmem_reserve[ZONE_NORMAL], zone->lowmem_reserve[ZONE_HIGHMEM]);
}

/* "(UME)": the mobilities of which a zone has free blocks of ORDER. */
static const char *types_text(const struct zone *zone, unsigned int order, char *buf)
{
	static const char letters[MIGRATE_TYPES] = {[MIGRATE_UNMOVABLE] = 'U',
						    [MIGRATE_MOVABLE] = 'M',
						    [MIGRATE_RECLAIMABLE] = 'E',
						    [MIGRATE_HIGHATOMIC] = 'H'};
	char *at = buf;

	for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
		if (zone->free_mask[type] & 1u << order)
			*at++ = letters[type];
	*at = '\0';
	return buf;
}

static void show_blocks(const struct zone *zone)
{
	unsigned long total = 0;
	char line[320], types[MIGRATE_TYPES + 1];
	int n = 0;

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks = zone->free_area[order].nr_free;

		total += blocks << order;
		n += scnprintf(line + n, sizeof(line) - (size_t)n,
			       blocks ? "%lu*%lukB (%s) " : "%lu*%lukB ", blocks, kib(1ul << order),
			       types_text(zone, order, types));
	}
	pr_warn("%s: %s= %lukB\n", zone->name, line, kib(total));
}

void show_mem(void)
{
	unsigned long pcp = 0, present = 0;
	const struct zone *zone;

	for_each_populated_zone(zone)
	{
		pcp += pcp_pages(zone);
		present += zone->present_pages;
	}
	pr_warn("Mem-Info:\n");
	pr_warn(" free:%lu free_pcp:%lu free_cma:0\n", nr_free_pages(), pcp);
	for_each_populated_zone(zone) show_zone(zone);
	for_each_populated_zone(zone) show_blocks(zone);
	pr_warn("%lu pages RAM\n", present);
	pr_warn("%lu pages HighMem/MovableOnly\n", node_zones[ZONE_HIGHMEM].present_pages);
	pr_warn("%lu pages reserved\n", present - totalram_pages());
}

void buddyinfo_show(void (*print_line)(const char *fmt, ...))
{
	const struct zone *zone;

	for_each_populated_zone(zone)
	{
		char line[160];
		int n = 0;

		for (unsigned int order = 0; order < MAX_ORDER; order++)
			n += scnprintf(line + n, sizeof(line) - (size_t)n, "%6lu ",
				       zone->free_area[order].nr_free +
					       control(buddyinfo_miscounts));
		print_line("Node 0, zone %8s %s", zone->name, line);
	}
}

static void show_pagesets(const struct zone *zone, void (*print_line)(const char *fmt, ...))
{
	unsigned int cpu;

	print_line("  pagesets");
	for_each_online_cpu(cpu)
	{
		print_line("    cpu: %u", cpu);
		print_line("              count: %lu", pcp_pages_of(zone, cpu));
		print_line("              high:  %d", zone->pageset_high);
		print_line("              batch: %d", zone->pageset_batch);
	}
}

void zoneinfo_show(void (*print_line)(const char *fmt, ...))
{
	const struct zone *zone;

	for_each_zone(zone)
	{
		print_line("Node 0, zone %8s", zone->name);
		print_line("  pages free     %lu", zone->nr_free_pages);
		print_line("        boost    0");
		print_line("        min      %lu", min_wmark_pages(zone)
							   << control(zoneinfo_doubles));
		print_line("        low      %lu", low_wmark_pages(zone));
		print_line("        high     %lu", high_wmark_pages(zone));
		print_line("        spanned  %lu", zone->spanned_pages);
		print_line("        present  %lu", zone->present_pages);
		print_line("        managed  %lu", zone->managed_pages);
		print_line("        cma      0");
		print_line("        protection: (%lu, %lu, %lu)", zone->lowmem_reserve[ZONE_DMA],
			   zone->lowmem_reserve[ZONE_NORMAL], zone->lowmem_reserve[ZONE_HIGHMEM]);
		if (!populated_zone(zone))
			continue;
		print_line("      nr_free_pages %lu", zone->nr_free_pages);
		show_pagesets(zone, print_line);
		print_line("  node_unreclaimable:  0");
		print_line("  start_pfn:           %lu", zone->zone_start_pfn);
	}
}
