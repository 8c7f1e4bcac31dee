/* SPDX-License-Identifier: MIT */
/*
 * What the page allocator has to complain about: pages in a bad state, and memory that is not
 * there.
 */
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "mm/page_internal.h"

void bad_page(struct page *page, const char *reason)
{
	pr_alert("BUG: Bad page state in process kernel  pfn:%05lx\n", page_to_pfn(page));
	pr_alert("page dumped because: %s\n", reason);
	dump_stack();
}

void free_of_free_page(struct page *page, unsigned int order)
{
	page_ref_add(page, 1);
	bad_page(page, "free of a page without users");
}

void get_page_of_nobody(struct page *page)
{
	bad_page(page, "get_page() of a page without users");
}

void warn_alloc(gfp_t gfp, unsigned int order, const char *what)
{
	char text[256];

	if (gfp & __GFP_NOWARN)
		return;
	pr_warn("kernel: %s: order:%u, mode:%#x(%s), nodemask=(null)\n", what, order, gfp,
		gfp_text(gfp, text, sizeof(text)));
	dump_stack();
}
