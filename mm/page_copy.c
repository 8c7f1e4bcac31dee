/* SPDX-License-Identifier: MIT */
/*
 * The longer helpers of highmem.h: copies between two pages, and clearing parts of them.
 */
#include "lib/control.h"
#include "mm/highmem.h"

void memcpy_page(struct page *to, size_t to_offset, struct page *from, size_t from_offset,
		 size_t len)
{
	char *vfrom, *vto;

	check_within_page(to_offset, len);
	check_within_page(from_offset, len);
	vfrom = kmap_local_page(from);
	vto = kmap_local_page(to);
	memcpy(vto + to_offset, vfrom + from_offset, len);
	kunmap_local(vto);
	kunmap_local(vfrom);
}

/* Bytes [@start, @end) of the block that begins with @page, a map a page. */
static void zero_range(struct page *page, unsigned int start, unsigned int end)
{
	while (start < end) {
		unsigned int offset = offset_in_page(start);
		unsigned int len = min_t(unsigned int, end - start, PAGE_SIZE - offset);

		memzero_page(page + (start >> PAGE_SHIFT), offset, len);
		start += len;
	}
}

void zero_user_segments(struct page *page, unsigned int start1, unsigned int end1,
			unsigned int start2, unsigned int end2)
{
	unsigned int size = PAGE_SIZE << compound_order(page);

	BUG_ON(end1 > size || end2 > size);
	zero_range(page, start1, end1);
	zero_range(page, start2, end2);
}
