/* SPDX-License-Identifier: MIT */
/*
 * The monitor command pageowner: who holds a page, or all of them (mm/page_owner.h).
 */
#include "kernel/console/printk.h"
#include "lib/kstrtox.h"
#include "mm/page_owner.h"
#include "monitor/command.h"

#define PLACES_SHOWN 20

static int cmd_pageowner(int argc, char **argv)
{
	unsigned long pfn;

	if (argc > 2 || (argc == 2 && kstrtoul(argv[1], 0, &pfn) != 0))
		return monitor_usage("pageowner");
	if (argc == 2 && !pfn_valid(pfn)) {
		console_line("pageowner: there is no page frame %#lx; the last one is %#lx", pfn,
			     max_pfn - 1);
		return 1;
	}
	if (!page_owner_enabled()) {
		console_line("pageowner: it is off; boot with page_owner=on");
		return 1;
	}
	if (argc == 2)
		page_owner_print(pfn_to_page(pfn), console_line);
	else
		page_owner_print_all(PLACES_SHOWN, console_line);
	return 0;
}
MONITOR_COMMAND(
	pageowner, cmd_pageowner, "[PFN]",
	"who holds a page, or all pages, and from where\n"
	"With a page frame number: who allocated that page last, and whether it is in use.\n"
	"Without: all pages in use, summed up by the places that allocated them, the largest\n"
	"first. Needs the boot parameter page_owner=on, which debug builds have by themselves.");
