/* SPDX-License-Identifier: MIT */
/*
 * page_owner: who holds a page, with the way to it.
 *
 * page_owner=on (the default in debug builds) keeps for each frame who allocated it last, in which
 * order, with which flags, and from where: PAGE_OWNER_DEPTH return addresses. They lie in a table
 * of their own, taken once at boot; without the parameter nothing is taken and nothing costs.
 */
#ifndef MM_PAGE_OWNER_H
#define MM_PAGE_OWNER_H

#include "mm/gfp.h"
#include "mm/page.h"

/* Takes the table, if it is wanted and there is room for it. After memblock_free_all(). */
void page_owner_init(void);

/* Notes the caller as the owner of 2^ORDER pages; notes that they were freed. Any context. */
void page_owner_set(struct page *page, unsigned int order, gfp_t gfp);
void page_owner_reset(struct page *page, unsigned int order);

/* Says who holds PAGE, or held it last, in the log. */
void page_owner_show(const struct page *page);

/* Is PAGE noted as in use? Its order, flags and innermost caller go to *ORDER, *GFP, *CALLER. */
bool page_owner_get(const struct page *page, unsigned int *order, gfp_t *gfp,
		    unsigned long *caller);

#endif /* MM_PAGE_OWNER_H */
