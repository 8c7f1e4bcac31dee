/* SPDX-License-Identifier: MIT */
/*
 * What is done to whole pages, wherever they lie: helpers over temporary maps.
 *
 * All of them work on high and low pages alike, in any context, and hold the map for as long as
 * they copy. Offsets and lengths are in bytes and must stay within the page: past its end lies
 * another map, or nothing. Two maps are released in reverse order.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "boot/x86.h"
#include "lib/bug.h"
#include "lib/string.h"
#include "mm/kmap_atomic.h"
#include "mm/page.h"

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
	void *va = kmap_atomic(page);

	clear_page(va);
	kunmap_atomic(va);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *vfrom = kmap_atomic(from);
	void *vto = kmap_atomic(to);

	copy_page(vto, vfrom);
	kunmap_atomic(vto);
	kunmap_atomic(vfrom);
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	char *va;

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	va = kmap_atomic(page);
	memcpy(to, va + offset, len);
	kunmap_atomic(va);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t len)
{
	char *va;

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	va = kmap_atomic(page);
	memcpy(va + offset, from, len);
	kunmap_atomic(va);
}

static inline void memset_page(struct page *page, size_t offset, int value, size_t len)
{
	char *va;

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	va = kmap_atomic(page);
	memset(va + offset, value, len);
	kunmap_atomic(va);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset_page(page, offset, 0, len);
}

#endif
