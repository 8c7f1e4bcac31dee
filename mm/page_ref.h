/* SPDX-License-Identifier: MIT */
/*
 * Who uses a page: reference counts, and pages that come in one piece.
 *
 * A block that is handed out has one user, counted in its first page. Whoever keeps a page beyond
 * the call that gave it takes a reference; who drops the last one frees the page. A compound page
 * (__GFP_COMP) counts all its users in its head, and get_page() and put_page() of any of its pages
 * act there. Any context.
 */
#ifndef MM_PAGE_REF_H
#define MM_PAGE_REF_H

#include "lib/atomic.h"
#include "lib/bug.h"
#include "mm/page.h"

static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&page->_refcount);
}

/* Users of the page, or of the compound page that it is part of. */
static inline int page_count(const struct page *page)
{
	return page_ref_count(compound_head(page));
}

/* For the owner of a page that nobody else sees. */
static inline void set_page_count(struct page *page, int count)
{
	atomic_set(&page->_refcount, count);
}

static inline void page_ref_add(struct page *page, int n)
{
	atomic_add(n, &page->_refcount);
}

static inline void page_ref_sub(struct page *page, int n)
{
	atomic_sub(n, &page->_refcount);
}

/* True if these were the last references: the caller then frees the page. */
static inline bool page_ref_sub_and_test(struct page *page, int n)
{
	return atomic_sub_and_test(n, &page->_refcount);
}

static inline void page_ref_inc(struct page *page)
{
	atomic_inc(&page->_refcount);
}

static inline int page_ref_dec_and_test(struct page *page)
{
	return atomic_dec_and_test(&page->_refcount);
}

static inline bool put_page_testzero(struct page *page)
{
	return page_ref_dec_and_test(page);
}

/* A reference to a page of which it is not known whether anybody uses it; false: nobody does. */
static inline bool get_page_unless_zero(struct page *page)
{
	return atomic_inc_not_zero(&page->_refcount);
}

/* Reports a reference to a page without users. */
void get_page_of_nobody(struct page *page) __cold;

/* One more user of a page that has one already: the caller, or whoever lent it to him. */
static inline void get_page(struct page *page)
{
	page = compound_head(page);
	if (unlikely(page_ref_count(page) <= 0)) {
		get_page_of_nobody(page);
		return;
	}
	page_ref_inc(page);
}

static inline bool try_get_page(struct page *page)
{
	page = compound_head(page);
	if (WARN_ON_ONCE(page_ref_count(page) <= 0))
		return false;
	page_ref_inc(page);
	return true;
}

/* One user less; the last one frees the page, with all of the compound page. */
void put_page(struct page *page);

/* Linux's name of it until 4.6. */
#define page_cache_release(page) put_page(page)
#define page_cache_get(page)     get_page(page)

/*
 * prep_compound_page() - make 2^ORDER pages, which nobody else sees, one compound page.
 * destroy_compound_page() - single pages again; false if its tails do not look as they should.
 * compound_nr() - pages of a compound page; 1 for any other page.
 */
void prep_compound_page(struct page *page, unsigned int order);
bool destroy_compound_page(struct page *page);

static inline unsigned long compound_nr(const struct page *page)
{
	return 1ul << compound_order(page);
}

static inline size_t page_size(const struct page *page)
{
	return (size_t)PAGE_SIZE << compound_order(page);
}

#endif /* MM_PAGE_REF_H */
