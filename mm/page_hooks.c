/* SPDX-License-Identifier: MIT */
/*
 * Features that want to see every page that changes hands: zeroing (init_on_alloc=, init_on_free=)
 * and poison (page_poison=).
 *
 * A poisoned page is free and full of PAGE_POISON. When it is handed out again, a byte that differs
 * was written by somebody who had given it back. Debug builds poison unless told otherwise.
 */
#define pr_fmt(fmt) "pagealloc: " fmt
#include "boot/cmdline.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/console/taint.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "mm/highmem.h"
#include "mm/page_internal.h"
#include "mm/page_owner.h"

#define PAGE_POISON 0xaaaaaaaau

unsigned int page_alloc_hooks = PAGE_HOOKS_AT_BOOT;

static int set_hook(unsigned int hook, const char *value)
{
	bool on;

	if (!value || kstrtobool(value, &on) != 0)
		return -EINVAL;
	page_hook_set(hook, on);
	return 0;
}

static int set_init_on_alloc(const char *value)
{
	return set_hook(PAGE_HOOK_INIT_ALLOC, value);
}
BOOT_PARAM("init_on_alloc", set_init_on_alloc,
	   "0 or 1: pages and objects are zeroed when allocated");

static int set_init_on_free(const char *value)
{
	return set_hook(PAGE_HOOK_INIT_FREE, value);
}
BOOT_PARAM("init_on_free", set_init_on_free, "0 or 1: pages and objects are zeroed when freed");

static int set_page_poison(const char *value)
{
	return set_hook(PAGE_HOOK_POISON, value);
}
BOOT_PARAM("page_poison", set_page_poison, "0 or 1: free pages are filled with a pattern");

static void poison(struct page *page)
{
	void *va = kmap_atomic(page);

	rep_stosl(va, PAGE_POISON, PAGE_SIZE / 4);
	kunmap_atomic(va);
	__SetPagePoisoned(page);
}

static void report_corruption(struct page *page, const u32 *word, unsigned int offset)
{
	unsigned long printed = warnings_printed;

	add_taint(TAINT_BAD_PAGE);
	warn_at(__FILE__, __LINE__, __func__,
		"pagealloc: memory corruption: pfn:%05lx offset %u: %08x instead of %08x, written "
		"after the page was freed",
		page_to_pfn(page), offset, *word, PAGE_POISON);
	if (warnings_printed != printed)
		page_owner_show(page);
}

/* The first word that is not as it was left, once a page. */
static void check_poison(struct page *page)
{
	const u32 *va = kmap_atomic(page);

	for (unsigned int i = 0; i < PAGE_SIZE / 4; i++)
		if (unlikely(va[i] != PAGE_POISON) && !control(poison_unchecked)) {
			report_corruption(page, &va[i], i * 4);
			break;
		}
	kunmap_atomic(va);
	__ClearPagePoisoned(page);
}

void page_hooks_alloc(struct page *page, unsigned int order, gfp_t gfp)
{
	struct page *end = page + (1ul << order);

	for (struct page *p = page; p < end; p++)
		if (PagePoisoned(p))
			check_poison(p);
	if ((gfp & __GFP_ZERO || page_alloc_hooks & PAGE_HOOK_INIT_ALLOC) &&
	    !control(zero_forgotten))
		for (struct page *p = page; p < end; p++)
			clear_highpage(p);
	if (page_alloc_hooks & PAGE_HOOK_OWNER)
		page_owner_set(page, order, gfp);
}

void page_hooks_free(struct page *page, unsigned int order)
{
	struct page *end = page + (1ul << order);

	if (page_alloc_hooks & PAGE_HOOK_INIT_FREE)
		for (struct page *p = page; p < end; p++)
			clear_highpage(p);
	if (page_alloc_hooks & PAGE_HOOK_POISON)
		for (struct page *p = page; p < end; p++)
			poison(p);
	if (page_alloc_hooks & PAGE_HOOK_OWNER)
		page_owner_reset(page, order);
}
