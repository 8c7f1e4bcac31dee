/* SPDX-License-Identifier: MIT */
/*
 * From a page to its address. Low pages have theirs by arithmetic (mm/page.h); a high page has one
 * only while it is mapped for longer than a few lines, which nothing does yet.
 */
#include "mm/page.h"

void *page_address_high(const struct page *page)
{
	return NULL;
}
