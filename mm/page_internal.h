/* SPDX-License-Identifier: MIT */
/*
 * What the files of the page allocator share, and nobody else needs.
 *
 *	page_alloc.c   the fast paths, and the interface
 *	page_slow.c    zones, marks, reclaim, failure
 *	page_prep.c    what happens to a page between free and used: checks, compound pages
 *	page_hooks.c   zeroes, poison, owners
 *	page_report.c  bad pages
 *	exhaustion.c   no pages
 *	page_bulk.c    many pages, and odd sizes
 */
#ifndef MM_PAGE_INTERNAL_H
#define MM_PAGE_INTERNAL_H

#include "mm/page_alloc.h"

/*
 * The bits of page_alloc_hooks. The fast paths look at the word as a whole.
 */
#define PAGE_HOOK_INIT_ALLOC 0x01u /* init_on_alloc=1 */
#define PAGE_HOOK_INIT_FREE  0x02u /* init_on_free=1 */
#define PAGE_HOOK_POISON     0x04u /* page_poison=1 */
#define PAGE_HOOK_OWNER      0x08u /* page_owner=on */
#define PAGE_HOOK_FAIL       0x10u /* fail_page_alloc= */
#define PAGE_HOOK_CHECK      0x20u /* debug builds: every page of a block is looked at */

/* What is on unless the command line says otherwise. */
#ifdef CONFIG_DEBUG
#define PAGE_HOOKS_AT_BOOT (PAGE_HOOK_CHECK | PAGE_HOOK_POISON)
#define PAGE_OWNER_AT_BOOT true
#else
#define PAGE_HOOKS_AT_BOOT 0
#define PAGE_OWNER_AT_BOOT false
#endif

/* Turns a feature on or off for every page from now on. Any context. */
static inline void page_hook_set(unsigned int hook, bool on)
{
	if (on)
		__atomic_fetch_or(&page_alloc_hooks, hook, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(&page_alloc_hooks, ~hook, __ATOMIC_SEQ_CST);
}

/* What the features do to a block that is handed out, and to one that comes back. */
void page_hooks_alloc(struct page *page, unsigned int order, gfp_t gfp);
void page_hooks_free(struct page *page, unsigned int order);

/* What is wrong with the flags or the order is said; the flags that hold. */
gfp_t gfp_sanitise(gfp_t gfp);

/*
 * prep_new_page() - PAGE, just taken off a list, becomes the caller's. False if one of its pages is
 * bad; the block is out of circulation then.
 * prep_free_page() - the checks and hooks of a free whose block is not in perfect order. False if
 * it must not be freed.
 */
bool prep_new_page(struct page *page, unsigned int order, gfp_t gfp);
bool prep_free_page(struct page *page, unsigned int *order);

/* "Bad page state": what is wrong, the page's fields, who found it. The page is lost; taints. */
void bad_page(struct page *page, const char *reason) __cold;
/* A reference is dropped that PAGE does not have. */
void free_of_free_page(struct page *page, unsigned int order) __cold;

/* Names of PG_ flags into BUF. */
const char *page_flags_text(unsigned long flags, char *buf, size_t size);

/*
 * The report of a failed allocation, unless NOWARN or too soon after the last. How many failed, how
 * many were reported. page_alloc_report_again(): the next is not too soon.
 */
void warn_alloc(gfp_t gfp, unsigned int order, const char *what) __cold;
void page_alloc_report_again(void);
extern unsigned long page_alloc_failures, page_alloc_reports;

/* How long, in jiffies, a request with NOFAIL waits before it says so; and again each time. */
extern unsigned long page_alloc_patience;

#endif /* MM_PAGE_INTERNAL_H */
