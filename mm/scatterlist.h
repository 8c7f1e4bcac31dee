/* SPDX-License-Identifier: MIT */
/*
 * Scatter-gather lists: one run of bytes that lies in many pages, high ones too.
 *
 *	sgl -> [page, offset, length][page, offset, length] ... [chain]
 *	                                                           |
 *	         [page, offset, length] ... [page, offset, length, end]
 *
 * An element names a page, where in it the bytes begin and how many they are; they may go on into
 * the pages behind it. Two bits of the pointer say whether the element is the last, and whether it
 * is no element at all but the way to another array.
 *
 * sg_miter_*() walks a list a page at a time and maps each page while it is looked at; the
 * sg_copy_*() functions copy between a list and a plain buffer. Names and meanings are Linux 6.1's.
 * No locks: a list belongs to its owner.
 */
#ifndef MM_SCATTERLIST_H
#define MM_SCATTERLIST_H

#include "lib/bug.h"
#include "lib/types.h"
#include "mm/gfp.h"
#include "mm/page.h"

struct scatterlist {
	unsigned long page_link; /* struct page or next array, and the bits below */
	unsigned int offset;
	unsigned int length;
};

#define SG_CHAIN          0x01ul
#define SG_END            0x02ul
#define SG_PAGE_LINK_MASK (SG_CHAIN | SG_END)

/* An array with how many elements it has, and how many of them are filled. */
struct sg_table {
	struct scatterlist *sgl;
	unsigned int nents;
	unsigned int orig_nents;
};

static inline bool sg_is_chain(const struct scatterlist *sg)
{
	return sg->page_link & SG_CHAIN;
}

static inline bool sg_is_last(const struct scatterlist *sg)
{
	return sg->page_link & SG_END;
}

static inline struct scatterlist *sg_chain_ptr(const struct scatterlist *sg)
{
	return (struct scatterlist *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link = (sg->page_link | SG_END) & ~SG_CHAIN;
}

static inline void sg_unmark_end(struct scatterlist *sg)
{
	sg->page_link &= ~SG_END;
}

/* sg_assign_page() - the page, and nothing else; BUG if the element leads to another array. */
static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	BUG_ON((unsigned long)page & SG_PAGE_LINK_MASK || sg_is_chain(sg));
	sg->page_link = (sg->page_link & SG_END) | (unsigned long)page;
}

/* sg_set_page() - @len bytes from @offset on in @page, and maybe in the pages behind it. */
static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len,
			       unsigned int offset)
{
	sg_assign_page(sg, page);
	sg->offset = offset;
	sg->length = len;
}

static inline struct page *sg_page(const struct scatterlist *sg)
{
	BUG_ON(sg_is_chain(sg));
	return (struct page *)(sg->page_link & ~SG_PAGE_LINK_MASK);
}

/* sg_set_buf() - @len bytes at @buf, in the direct map. sg_virt(): of such an element. */
static inline void sg_set_buf(struct scatterlist *sg, const void *buf, unsigned int len)
{
	BUG_ON(!virt_addr_valid(buf));
	sg_set_page(sg, virt_to_page(buf), len, offset_in_page(buf));
}

static inline void *sg_virt(const struct scatterlist *sg)
{
	return (char *)page_address(sg_page(sg)) + sg->offset;
}

static inline phys_addr_t sg_phys(const struct scatterlist *sg)
{
	return page_to_phys(sg_page(sg)) + sg->offset;
}

/* sg_init_table() - @nents elements, empty, the last one marked. sg_init_one(): one, for a buffer.
 */
void sg_init_table(struct scatterlist *sgl, unsigned int nents);
void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len);

/* sg_next() - the element behind @sg, in whatever array; NULL behind the last. */
struct scatterlist *sg_next(struct scatterlist *sg);

/* sg_last() - the last of @nents elements. sg_nents(): how many there are. */
struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents);
int sg_nents(struct scatterlist *sgl);

/* sg_nents_for_len() - how many it takes for @len bytes; -EINVAL if there are not so many. */
int sg_nents_for_len(struct scatterlist *sgl, u64 len);

/* sg_chain() - the last of @nents elements at @prv, not yet filled, leads on to @sgl. */
void sg_chain(struct scatterlist *prv, unsigned int nents, struct scatterlist *sgl);

/* sg_alloc_table() - an empty list of @nents elements; -ENOMEM, or -EINVAL for none. May sleep as
 * @gfp says. */
int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp);
void sg_free_table(struct sg_table *table);

/* for_each_sg() - @sg goes over @nr elements; @i counts. */
#define for_each_sg(sglist, sg, nr, i)                                                             \
	for ((i) = 0, (sg) = (sglist); (i) < (nr); (i)++, (sg) = sg_next(sg))
#define for_each_sgtable_sg(table, sg, i) for_each_sg((table)->sgl, sg, (table)->orig_nents, i)

#define SG_MITER_ATOMIC  (1 << 0) /* by kmap_atomic(): no sleeping between next and stop */
#define SG_MITER_TO_SG   (1 << 1) /* the list is written */
#define SG_MITER_FROM_SG (1 << 2) /* the list is read */

/* Where a walk is. The first four are the caller's to see, and `consumed` to lower. */
struct sg_mapping_iter {
	struct page *page; /* that is mapped */
	void *addr;        /* of the bytes in it; NULL between two */
	size_t length;     /* how many */
	size_t consumed;   /* how many of them the next step is past: all, if not changed */
	struct scatterlist *__sg;
	unsigned int __nents; /* elements from __sg on */
	unsigned int __done;  /* bytes of __sg that are behind */
	unsigned int __flags;
};

/*
 * sg_miter_start() - at the beginning. sg_miter_next(): maps the next piece, at most a page; false
 * at the end. sg_miter_stop(): unmaps; must follow the last next, and next may follow it again.
 * sg_miter_skip(): past so many bytes, false if there are not so many. Without SG_MITER_ATOMIC next
 * and skip may sleep. With it, walks over two lists must be nested.
 */
void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags);
bool sg_miter_skip(struct sg_mapping_iter *miter, u64 bytes);
bool sg_miter_next(struct sg_mapping_iter *miter);
void sg_miter_stop(struct sg_mapping_iter *miter);

/*
 * Copies between a list and @buf, in any context: at most @buflen bytes, @skip bytes of the list
 * left out first. Each returns how many bytes it copied: less where the list ends.
 */
size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
		      u64 skip, bool to_buffer);
size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			   size_t buflen);
size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen);
size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t buflen, u64 skip);
size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			  u64 skip);
size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen, u64 skip);

#endif
