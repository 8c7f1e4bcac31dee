/* SPDX-License-Identifier: MIT */
/*
 * A buffer in pieces, as network packets have it: a head in low memory for what is looked at first,
 * pages (high ones too) for the bulk, and further buffers behind it.
 *
 *	fragbuf, in a page fragment
 *	+--------+------------------+
 *	| struct | head, 0..capacity|
 *	+--------+------------------+
 *	   | frags[0..nr_frags)        pages: offset and size in a page or compound page
 *	   | frag_list -> fragbuf -> fragbuf (next)     each with a head and pages of its own
 *
 * The contents are head, frags and list, in this order; members of a list have no list of their
 * own. A buffer owns what hangs on it: a reference of each page, a use of each buffer in the list.
 * fragbuf_put() of the last user gives all of it back. Nothing has a destructor, and nothing is
 * left mapped: the bytes of a high page are seen through kmap_atomic(), a page at a time.
 *
 * Context: as for page fragments to make one (mm/page_frag.h); to read and to free, any but NMI.
 * The count of users is atomic; all else is for one caller at a time.
 */
#ifndef MM_FRAGBUF_H
#define MM_FRAGBUF_H

#include "lib/atomic.h"
#include "mm/gfp.h"
#include "mm/page.h"
#include "mm/page_frag.h"

#define FRAGBUF_MAX_FRAGS 17

struct fragbuf_frag {
	struct page *page;
	unsigned int offset, size; /* may reach over the pages of a compound page */
};

struct fragbuf {
	atomic_t users;
	unsigned int capacity; /* bytes that the head has room for */
	unsigned int headlen;  /* of them in use */
	unsigned int nr_frags;
	struct fragbuf_frag frags[FRAGBUF_MAX_FRAGS];
	struct fragbuf *frag_list; /* first and last of the buffers behind this one */
	struct fragbuf *list_tail;
	struct fragbuf *next; /* in the list that this buffer is in */
	bool listed;
	unsigned char head[];
};

/*
 * fragbuf_alloc() - an empty buffer with one user and room for CAPACITY bytes in its head, from NC.
 * NULL: no memory, or the head does not fit the cache's block.
 */
struct fragbuf *fragbuf_alloc(struct page_frag_cache *nc, unsigned int capacity, gfp_t gfp);

/* One user more; one less, of whom the last gives everything back. NULL is accepted there. */
void fragbuf_get(struct fragbuf *fb);
void fragbuf_put(struct fragbuf *fb);

/* LEN bytes at the end of the head, to be written; NULL if they do not fit, or frags follow. */
void *fragbuf_extend(struct fragbuf *fb, unsigned int len);

/*
 * fragbuf_add_page() - SIZE bytes from OFFSET of PAGE come last; takes over the caller's reference.
 * -EINVAL: beyond the (compound) page, or a list follows; -ENOSPC: no place left. The reference is
 * then still the caller's.
 */
int fragbuf_add_page(struct fragbuf *fb, struct page *page, unsigned int offset, unsigned int size);

/*
 * fragbuf_append() - copies LEN bytes behind the contents, into new pages of FB, high ones where
 * there are any. -ENOMEM, -ENOSPC, -EINVAL: FB is as before.
 */
int fragbuf_append(struct fragbuf *fb, const void *from, unsigned int len, gfp_t gfp);

/*
 * fragbuf_add_list() - CHILD comes last in FB's list; the caller's use of it becomes FB's. -EINVAL:
 * CHILD is in a list or has one, or FB is in one.
 */
int fragbuf_add_list(struct fragbuf *fb, struct fragbuf *child);

/* Bytes in all: head, frags, list, and theirs. */
unsigned int fragbuf_len(const struct fragbuf *fb);

/*
 * fragbuf_copy() - LEN bytes from OFFSET of the contents to TO. Returns how many there were.
 */
unsigned int fragbuf_copy(const struct fragbuf *fb, unsigned int offset, void *to,
			  unsigned int len);

#endif /* MM_FRAGBUF_H */
