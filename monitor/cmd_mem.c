/* SPDX-License-Identifier: MIT */
/*
 * Monitor commands about memory: meminfo, iomem, vmallocinfo, ptdump. They only print what mm/
 * says.
 */
#include "boot/layout.h"
#include "kernel/console/printk.h"
#include "lib/kstrtox.h"
#include "mm/iomem.h"
#include "mm/kmap.h"
#include "mm/meminfo.h"
#include "mm/pagetypeinfo.h"
#include "mm/pgtable.h"
#include "mm/ptdump.h"
#include "mm/show_mem.h"
#include "mm/vmalloc.h"
#include "monitor/command.h"

static int cmd_meminfo(int argc, char **argv)
{
	meminfo_show(console_line);
	return 0;
}
MONITOR_COMMAND(meminfo, cmd_meminfo, "", "how much memory there is, as /proc/meminfo says it");

static int cmd_buddyinfo(int argc, char **argv)
{
	buddyinfo_show(console_line);
	return 0;
}
MONITOR_COMMAND(buddyinfo, cmd_buddyinfo, "", "free blocks of each order, as /proc/buddyinfo");

static int cmd_zoneinfo(int argc, char **argv)
{
	zoneinfo_show(console_line);
	return 0;
}
MONITOR_COMMAND(zoneinfo, cmd_zoneinfo, "", "zones, their marks and reserves, as /proc/zoneinfo");

static int cmd_pkmap(int argc, char **argv)
{
	pkmap_show(console_line);
	return 0;
}
MONITOR_COMMAND(pkmap, cmd_pkmap, "",
		"which pages kmap() shows where, and how often what happened");

static int cmd_iomem(int argc, char **argv)
{
	iomem_show(console_line);
	return 0;
}
MONITOR_COMMAND(iomem, cmd_iomem, "", "what lies where in physical memory, as /proc/iomem");

static int cmd_pagetypeinfo(int argc, char **argv)
{
	pagetypeinfo_show(console_line);
	return 0;
}
MONITOR_COMMAND(pagetypeinfo, cmd_pagetypeinfo, "",
		"free blocks and page blocks by mobility, as /proc/pagetypeinfo");

static int cmd_extfrag(int argc, char **argv)
{
	extfrag_show(console_line);
	return 0;
}
MONITOR_COMMAND(extfrag, cmd_extfrag, "", "how badly free memory is broken up, for each order");

static int cmd_vmallocinfo(int argc, char **argv)
{
	vmallocinfo_show(console_line);
	return 0;
}
MONITOR_COMMAND(vmallocinfo, cmd_vmallocinfo, "",
		"areas of the vmalloc window, as /proc/vmallocinfo");

static void walk_one(unsigned long va)
{
	static const char *const levels[] = {"not mapped", "4 KiB page", "large page"};
	struct pg_walk walk = pgtable_walk(va);
	const pmd_t *pmd = pmd_of(va);

	console_line("virtual  0x%08lx: directory entry %u, table entry %lu", va, pmd_index(va),
		     (va >> PAGE_SHIFT) & (PTRS_PER_PTE - 1));
	console_line("pmd      0x%0*llx", 2 * PTE_BYTES, pmd ? (u64)pmd->val : 0);
	if (walk.entry && walk.level != PG_LEVEL_LARGE)
		console_line("pte      0x%0*llx", 2 * PTE_BYTES, (u64)*walk.entry);
	if (walk.level == PG_LEVEL_NONE)
		console_line("result   %s", levels[walk.level]);
	else
		console_line("result   %s, physical 0x%09llx", levels[walk.level], walk.phys);
}

static int cmd_ptdump(int argc, char **argv)
{
	unsigned long start = 0, last = ~0ul;

	if (argc > 1 && kstrtoul(argv[1], 0, &start) != 0) {
		console_line("ptdump: '%s' is not an address", argv[1]);
		return 1;
	}
	if (argc > 2 && kstrtoul(argv[2], 0, &last) != 0) {
		console_line("ptdump: '%s' is not an address", argv[2]);
		return 1;
	}
	if (argc == 2)
		walk_one(start);
	else if (last < start)
		console_line("ptdump: the end 0x%08lx lies below the start 0x%08lx", last, start);
	else
		ptdump_print(start, last, console_line);
	return last < start;
}
MONITOR_COMMAND(ptdump, cmd_ptdump, "[ADDRESS | START LAST]",
		"the page tables: all runs, one address walked down, or the runs of a range");
