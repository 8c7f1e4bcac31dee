/* SPDX-License-Identifier: MIT */
/*
 * Pages in a bad state: freed twice, freed while in use, or not anybody's to free.
 *
 * Such a page may still be written to by whoever made the mistake. So it is never handed out again:
 * what was about to be freed is not, and what is free already is taken out of the free lists, or
 * marked on the list of a CPU, which drops it there. The kernel goes on, with a page less and a
 * report that says which page, what was wrong and who found it; one report a page is enough, so
 * there is no limit on their number.
 */
#include "kernel/console/panic.h"
#include "kernel/console/taint.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/spinlock.h"
#include "lib/printf.h"
#include "mm/buddy.h"
#include "mm/page_internal.h"
#include "mm/page_owner.h"

static const char *const flag_names[__NR_PAGEFLAGS] = {"locked",   "referenced", "dirty",
						       "reserved", "head",       "private",
						       "poisoned", "pfmemalloc", "hwpoison"};

const char *page_flags_text(unsigned long flags, char *buf, size_t size)
{
	size_t length = 0;

	buf[0] = '\0';
	for (unsigned int bit = 0; bit < __NR_PAGEFLAGS; bit++)
		if (flags & BIT(bit))
			length += (size_t)scnprintf(buf + length, size - length, "%s%s",
						    length ? "|" : "", flag_names[bit]);
	return buf;
}

static void report(struct page *page, const char *reason)
{
	unsigned long printed = warnings_printed;
	char flags[96];

	add_taint(TAINT_BAD_PAGE);
	warn_at(__FILE__, __LINE__, __func__,
		"BUG: Bad page state in process %s  pfn:%05lx: %s\n"
		"page:%px refcount:%d mapcount:%d mapping:%px index:%#lx private:%#lx\n"
		"flags: %#lx(%s) type:%#x",
		current->comm, page_to_pfn(page), reason, page, page_ref_count(page),
		page->page_type >> PGTY_SHIFT ? 0 : (int)page->page_type, page->mapping,
		page->index, page->private, page->flags,
		page_flags_text(page->flags, flags, sizeof(flags)), page->page_type);
	if (warnings_printed != printed)
		page_owner_show(page);
}

void bad_page(struct page *page, const char *reason)
{
	report(page, reason);
	if (PageReserved(page))
		set_page_count(page, 1); /* as it was: nobody's to free */
	else
		SetPageHWPoison(page);
}

/*
 * If PAGE is free, nobody gets it any more: it leaves its zone, or is marked on the list of a CPU,
 * where only that one may take it off. True in the second case.
 */
static bool put_out_of_use(struct zone *zone, struct page *page)
{
	struct page *head = NULL;
	unsigned long flags;

	spin_lock_irqsave(&zone->lock, flags);
	if (buddy_isolate(zone, page))
		SetPageHWPoison(page);
	else if (!PageHWPoison(page)) /* else it was done before */
		head = pcp_block_of(page);
	if (head) {
		SetPageHWPoison(page);
		SetPageHWPoison(head); /* the one that is looked at when the block is taken */
	}
	spin_unlock_irqrestore(&zone->lock, flags);
	return head;
}

/*
 * If the page is free, somebody freed it before, and may have kept a pointer as this caller did.
 * Otherwise it is part of a larger block, whose owner has done nothing wrong.
 *
 * The reference that was dropped one too many is missing until the page is out of use: as long as
 * it is, no CPU takes a block that begins with this page off a list without a report of its own.
 */
void free_of_free_page(struct page *page, unsigned int order)
{
	struct zone *zone = page_zone(page);
	bool listed = !control(double_free_ignored) && put_out_of_use(zone, page);

	page_ref_inc(page);
	if (control(double_free_ignored))
		return;
	report(page, PageTail(page) ? "free of a tail page" : "free of a page without users");
	if (listed)
		drain_all_pages(zone);
}

void get_page_of_nobody(struct page *page)
{
	report(page, "get_page() of a page without users");
}
