/* SPDX-License-Identifier: MIT */
/*
 * Memory that is not there: the report of an allocation that has failed, or waits for very long.
 *
 * One report says it all; whoever fails in a loop would drown it. So there is at most one in
 * REPORT_INTERVAL.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "mm/page_internal.h"
#include "mm/show_mem.h"

#define REPORT_INTERVAL (5 * HZ) /* in jiffies */

static unsigned long last_report; /* 0: there was none */
unsigned long page_alloc_failures, page_alloc_reports;

static bool too_soon(void)
{
	unsigned long now = jiffies | 1;

	if (last_report != 0 && now - last_report < REPORT_INTERVAL)
		return !control(report_each_failure);
	last_report = now;
	return false;
}

void page_alloc_report_again(void)
{
	last_report = 0;
}

void warn_alloc(gfp_t gfp, unsigned int order, const char *what)
{
	char text[160];

	page_alloc_failures++;
	if ((gfp & __GFP_NOWARN && !control(nowarn_ignored)) || too_soon())
		return;
	page_alloc_reports++;
	pr_warn("kernel: %s: order:%u, mode:%#x(%s), nodemask=(null)\n", what, order, gfp,
		gfp_text(gfp, text, sizeof(text)));
	dump_stack();
	show_mem();
}
