/* SPDX-License-Identifier: MIT */
/*
 * High memory in one include: kmap() (kmap.h), kmap_atomic() (kmap_atomic.h), and what is done to
 * whole pages, wherever they lie: helpers over temporary maps.
 *
 * All of them work on high and low pages alike, in any context, and hold the map for as long as
 * they copy. Offsets and lengths are in bytes and must stay within the page: past its end lies
 * another map, or nothing, so one map covers ONE page, also of a larger block. Two maps are
 * released in reverse order. The maps are kmap_local_page()'s: who copies a page may be preempted.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "boot/x86.h"
#include "lib/bug.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/kmap_atomic.h"
#include "mm/kmap_local.h"
#include "mm/page.h"

struct vm_area_struct;

/* Copies and clears by string instructions, which is what the hardware does fastest. */
static inline void clear_page(void *va)
{
	rep_stosl(va, 0, PAGE_SIZE / 4);
}

static inline void copy_page(void *to, const void *from)
{
	rep_movsl(to, from, PAGE_SIZE / 4);
}

static inline void clear_highpage(struct page *page)
{
	void *va = kmap_local_page(page);

	clear_page(va);
	kunmap_local(va);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *vfrom = kmap_local_page(from);
	void *vto = kmap_local_page(to);

	copy_page(vto, vfrom);
	kunmap_local(vto);
	kunmap_local(vfrom);
}

/*
 * The same for a page that a process will see at @vaddr: where caches are indexed by address the
 * map would have to have the same colour; x86 has no such caches.
 */
static inline void clear_user_highpage(struct page *page, unsigned long vaddr)
{
	clear_highpage(page);
}

static inline void copy_user_highpage(struct page *to, struct page *from, unsigned long vaddr,
				      struct vm_area_struct *vma)
{
	copy_highpage(to, from);
}

/* [@offset, @offset + @len) lies within a page; anything else is a BUG. */
static __always_inline void check_within_page(size_t offset, size_t len)
{
	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	char *va;

	check_within_page(offset, len);
	va = kmap_local_page(page);
	memcpy(to, va + offset, len);
	kunmap_local(va);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t len)
{
	char *va;

	check_within_page(offset, len);
	va = kmap_local_page(page);
	memcpy(va + offset, from, len);
	kunmap_local(va);
}

static inline void memset_page(struct page *page, size_t offset, int value, size_t len)
{
	char *va;

	check_within_page(offset, len);
	va = kmap_local_page(page);
	memset(va + offset, value, len);
	kunmap_local(va);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset_page(page, offset, 0, len);
}

/*
 * memcpy_page() - from one page to another; they may be the same page, but then the two parts must
 * not overlap.
 */
void memcpy_page(struct page *to, size_t to_offset, struct page *from, size_t from_offset,
		 size_t len);

/*
 * zero_user_segments() - clear [@start1, @end1) and [@start2, @end2) of @page. An empty range, also
 * one that ends before it begins, is nothing. The page may be the head of a compound page, whose
 * pages are then cleared one by one; an end beyond that is a BUG. zero_user_segment(): one range;
 * zero_user(): by its length.
 */
void zero_user_segments(struct page *page, unsigned int start1, unsigned int end1,
			unsigned int start2, unsigned int end2);

static inline void zero_user_segment(struct page *page, unsigned int start, unsigned int end)
{
	zero_user_segments(page, start, end, 0, 0);
}

static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	zero_user_segments(page, start, start + size, 0, 0);
}

#endif
