/* SPDX-License-Identifier: MIT */
/*
 * page_owner: who holds a page, with the way to it.
 *
 * page_owner=on (the default in debug builds) keeps for each frame who allocated it last, in which
 * order, with which flags, and from where: PAGE_OWNER_DEPTH return addresses, beginning outside of
 * the page allocator. They lie in a table of their own, taken once at boot; without the parameter
 * nothing is taken and nothing costs.
 *
 * Allocations are numbered, so that pages taken since a certain moment can be told apart: the test
 * that loses a page says who took it.
 */
#ifndef MM_PAGE_OWNER_H
#define MM_PAGE_OWNER_H

#include "lib/compiler.h"
#include "mm/gfp.h"
#include "mm/page.h"

/* Takes the table, if it is wanted and there is room for it. Before memblock_free_all(). */
void page_owner_init(void);

/* Is it on? */
bool page_owner_enabled(void);

/* Notes the caller as the owner of 2^ORDER pages; notes that they were freed. Any context. */
void page_owner_set(struct page *page, unsigned int order, gfp_t gfp);
void page_owner_reset(struct page *page, unsigned int order);

/*
 * page_owner_show() - says who holds PAGE, or held it last, in the log; page_owner_print() says it
 * a line at a time. Nothing is said while page_owner is off.
 */
typedef void (*page_owner_print_t)(const char *fmt, ...);
void page_owner_log(const char *fmt, ...) __printf(1, 2); /* a line for the log */
void page_owner_show(const struct page *page);
void page_owner_print(const struct page *page, page_owner_print_t print_line);

/* Is PAGE noted as in use? Its order, flags and innermost caller go to *ORDER, *GFP, *CALLER. */
bool page_owner_get(const struct page *page, unsigned int *order, gfp_t *gfp,
		    unsigned long *caller);

/*
 * page_owner_mark() - now, as a number for the next two.
 * page_owner_count_since() - pages that were allocated after MARK and are in use.
 * page_owner_print_since() - says who holds them: each place with its pages, at most PLACES of
 * them. page_owner_print_all() - the same for all pages in use.
 *
 * They look at every frame. What changes hands meanwhile may be missed or seen twice. One caller at
 * a time prints.
 */
u32 page_owner_mark(void);
unsigned long page_owner_count_since(u32 mark);
void page_owner_print_since(u32 mark, unsigned int places, page_owner_print_t print_line);
void page_owner_print_all(unsigned int places, page_owner_print_t print_line);

#endif /* MM_PAGE_OWNER_H */
