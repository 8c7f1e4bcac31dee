/* SPDX-License-Identifier: MIT */
/*
 * Mobility and fragmentation, as reports.
 *
 * When a large request fails there are two causes with two cures: too little memory is free
 * (reclaim), or it is in pieces (compaction). The fragmentation index tells them apart. With F
 * free pages in B blocks, and a request for R pages that no block can serve,
 *
 *	1 - (1 + F / R) / B
 *
 * If what is free were worth only few requests, each in many pieces, B is large against F / R and
 * the index comes close to 1. A few blocks that are each almost large enough give a value close
 * to 0.
 */
#include "mm/pagetypeinfo.h"
#include "kernel/sync/spinlock.h"
#include "lib/printf.h"
#include "mm/buddy.h"
#include "mm/pageblock.h"

struct free_counts {
	unsigned long pages;
	unsigned long blocks;
	unsigned long suitable; /* blocks of the wanted order that they can be cut into */
};

static struct free_counts count_free(const struct zone *zone, unsigned int order)
{
	struct free_counts counts = {0};

	for (unsigned int o = 0; o < MAX_ORDER; o++) {
		unsigned long blocks = READ_ONCE(zone->free_area[o].nr_free);

		counts.blocks += blocks;
		counts.pages += blocks << o;
		if (o >= order)
			counts.suitable += blocks << (o - order);
	}
	return counts;
}

int fragmentation_index(const struct zone *zone, unsigned int order)
{
	struct free_counts free = count_free(zone, order);
	unsigned long requested = 1ul << order;

	if (free.blocks == 0)
		return 0;
	if (free.suitable != 0)
		return -1000;
	/* Without a suitable block, pages < requested * blocks: the product stays below 2^32. */
	return 1000 - (int)((1000 + free.pages / requested * 1000 +
			     free.pages % requested * 1000 / requested) /
			    free.blocks);
}

int unusable_free_index(const struct zone *zone, unsigned int order)
{
	struct free_counts free = count_free(zone, order);

	if (free.pages == 0)
		return 1000;
	return (int)((u64)(free.pages - (free.suitable << order)) * 1000 / free.pages);
}

/* --- /proc/pagetypeinfo ----------------------------------------------------------------------- */

/* A line under construction; what does not fit is cut. */
struct line {
	char text[160];
	int length;
};

static __printf(2, 3) void append(struct line *line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	line->length += vscnprintf(line->text + line->length,
				   sizeof(line->text) - (size_t)line->length, fmt, args);
	va_end(args);
}

static void print_and_clear(struct line *line, print_line_t print_line)
{
	print_line("%s", line->text);
	*line = (struct line){0};
}

/* Blocks on one list, up to the limit; true if there are more. */
static bool count_list(struct zone *zone, unsigned int order, unsigned int type,
		       unsigned long *blocks)
{
	const struct list_head *entry;
	unsigned long flags;

	*blocks = 0;
	spin_lock_irqsave(&zone->lock, flags);
	list_for_each(entry, &zone->free_area[order].free_list[type]) {
		if (*blocks == PAGETYPE_COUNT_MAX)
			break;
		++*blocks;
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return entry != &zone->free_area[order].free_list[type];
}

static void show_free(struct zone *zone, unsigned int type, print_line_t print_line)
{
	struct line line = {0};

	append(&line, "Node %4d, zone %8s, type %12s ", 0, zone->name, migratetype_names[type]);
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		unsigned long blocks;
		bool more = count_list(zone, order, type, &blocks);

		append(&line, "%s%6lu ", more ? ">" : "", blocks);
	}
	print_and_clear(&line, print_line);
}

/* Page blocks whose first page is in the zone, by mobility. */
static void show_blocks(struct zone *zone, print_line_t print_line)
{
	unsigned long count[MIGRATE_TYPES] = {0};
	struct line line = {0};

	for (unsigned long i = 0; i < zone_pageblocks(zone); i++)
		count[zone->pageblock_flags[i] & PAGEBLOCK_TYPE]++;
	append(&line, "Node %d, zone %8s ", 0, zone->name);
	for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
		append(&line, "%12lu ", count[type]);
	print_and_clear(&line, print_line);
}

void pagetypeinfo_show(print_line_t print_line)
{
	struct line line = {0};
	struct zone *zone;

	print_line("Page block order: %d", pageblock_order);
	print_line("Pages per block:  %lu", pageblock_nr_pages);
	print_line("%s", "");
	append(&line, "%-43s ", "Free pages count per migrate type at order");
	for (int order = 0; order < MAX_ORDER; order++)
		append(&line, "%6d ", order);
	print_and_clear(&line, print_line);
	for_each_populated_zone(zone) for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
		show_free(zone, type, print_line);

	print_line("%s", "");
	append(&line, "%-23s", "Number of blocks type ");
	for (unsigned int type = 0; type < MIGRATE_TYPES; type++)
		append(&line, "%12s ", migratetype_names[type]);
	print_and_clear(&line, print_line);
	for_each_populated_zone(zone) show_blocks(zone, print_line);
}

/* --- /sys/kernel/debug/extfrag ---------------------------------------------------------------- */

static void show_index(int (*index)(const struct zone *zone, unsigned int order), int width,
		       print_line_t print_line)
{
	struct line line = {0};
	struct zone *zone;

	for_each_populated_zone(zone)
	{
		append(&line, "Node %d, zone %8s ", 0, zone->name);
		for (unsigned int order = 0; order < MAX_ORDER; order++) {
			int value = index(zone, order);

			append(&line, "%*d.%03d ", width, value / 1000, value % 1000);
		}
		print_and_clear(&line, print_line);
	}
}

void extfrag_show(print_line_t print_line)
{
	print_line("extfrag_index:");
	show_index(fragmentation_index, 2, print_line);
	print_line("unusable_index:");
	show_index(unusable_free_index, 1, print_line);
}
