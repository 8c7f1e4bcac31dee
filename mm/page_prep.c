/* SPDX-License-Identifier: MIT */
/*
 * Between free and used: the checks of a block that is not in perfect order, and compound pages.
 *
 * All of it is off the fast paths: they come here when a page's words are not all zero, when the
 * flags ask for more than a page, or when a hook is on.
 */
#include "lib/control.h"
#include "mm/page_internal.h"

/* --- compound pages --------------------------------------------------------------------------- */

void prep_compound_page(struct page *page, unsigned int order)
{
	__SetPageHead(page);
	for (struct page *tail = page + 1; tail < page + (1ul << order); tail++)
		tail->compound_head = (uintptr_t)page + 1;
	page[1].compound_order = order;
}

bool destroy_compound_page(struct page *page)
{
	unsigned long nr = compound_nr(page);
	bool good = true;

	__ClearPageHead(page);
	for (struct page *tail = page + 1; tail < page + nr; tail++) {
		if (unlikely(tail->compound_head != (uintptr_t)page + 1)) {
			bad_page(tail, "compound_head not consistent");
			good = false;
		}
		tail->compound_head = 0;
	}
	return good;
}

/* --- checks ----------------------------------------------------------------------------------- */

/* Why PAGE cannot change hands, in Linux's words; NULL if it can. FLAGS: those it must not have. */
static const char *bad_reason(const struct page *page, unsigned long flags)
{
	if (page_ref_count(page) != 0)
		return "nonzero _refcount";
	if (page->page_type != 0)
		return page->page_type >> PGTY_SHIFT ? "page type still set" : "nonzero mapcount";
	if (page->mapping)
		return "non-NULL mapping";
	if (page->flags & flags)
		return flags == PAGE_FLAGS_CHECK_AT_FREE ? "PAGE_FLAGS_CHECK_AT_FREE flag(s) set"
							 : "PAGE_FLAGS_CHECK_AT_PREP flag(s) set";
	return NULL;
}

/* Is any page of a block bad? Each one is reported, unless that has been done. */
static bool any_bad(struct page *page, unsigned int order, unsigned long flags)
{
	bool bad = false;

	for (struct page *end = page + (1ul << order); page < end; page++) {
		const char *reason = bad_reason(page, flags);

		if (!reason)
			continue;
		if (!PageHWPoison(page))
			bad_page(page, reason);
		bad = true;
	}
	return bad;
}

/* What was legal to set and is not any more. */
static void clear_flags(struct page *page, unsigned int order)
{
	for (struct page *end = page + (1ul << order); page < end; page++)
		page->flags = 0;
}

bool prep_free_page(struct page *page, unsigned int *order)
{
	bool compound = PageHead(page);

	if (compound)
		*order = compound_order(page);
	if (!control(bad_page_freed) && any_bad(page, *order, PAGE_FLAGS_CHECK_AT_FREE))
		return false;
	if (compound && !destroy_compound_page(page))
		return false;
	clear_flags(page, *order);
	page_hooks_free(page, *order);
	return true;
}

bool prep_new_page(struct page *page, unsigned int order, gfp_t gfp)
{
	unsigned long flags = control(prep_flags_ignored) ? 0 : PAGE_FLAGS_CHECK_AT_PREP;
	unsigned long odd = page_bits_if_free(page);

	if (unlikely(odd && PageHWPoison(page))) { /* freed twice, and that while on a list */
		pcp_free_unmarked(page, order);
		return false;
	}
	if (unlikely(page_alloc_hooks & PAGE_HOOK_CHECK)) {
		if (any_bad(page, order, flags))
			return false;
	} else if (unlikely(odd) && any_bad(page, 0, flags)) {
		return false;
	}
	if (unlikely(page_alloc_hooks | (gfp & __GFP_ZERO) | page->flags))
		page_hooks_alloc(page, order, gfp);
	page->flags = 0;
	set_page_count(page, 1);
	set_page_private(page, 0);
	if (gfp & __GFP_COMP && order != 0 && !control(compound_unmarked))
		prep_compound_page(page, order);
	return true;
}
