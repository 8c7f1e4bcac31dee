/* SPDX-License-Identifier: MIT */
/*
 * Buffers in pieces: what they hold, and that all of it goes back.
 *
 * A fragbuf lies in front of its own head, in one page fragment, so the two come and go together.
 * To give a buffer back is to undo its making, in an order that touches nothing that is gone: the
 * buffers of its list (which have none themselves, so nothing here calls itself), the pages, and
 * last the fragment in which all of this was written down.
 */
#include "mm/fragbuf.h"

#include "lib/bug.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/page_alloc.h"

struct fragbuf *fragbuf_alloc(struct page_frag_cache *nc, unsigned int capacity, gfp_t gfp)
{
	struct fragbuf *fb;

	if (capacity > PAGE_FRAG_CACHE_MAX_SIZE - sizeof(struct fragbuf))
		return NULL;
	fb = page_frag_alloc_align(nc, sizeof(struct fragbuf) + capacity, gfp,
				   __alignof__(struct fragbuf));
	if (!fb)
		return NULL;
	memset(fb, 0, sizeof(*fb));
	atomic_set(&fb->users, 1);
	fb->capacity = capacity;
	return fb;
}

void fragbuf_get(struct fragbuf *fb)
{
	atomic_inc(&fb->users);
}

/* A buffer without a list goes: its pages, then itself. */
static void give_back(struct fragbuf *fb)
{
	unsigned int i;

	for (i = 0; i < fb->nr_frags && !control(fragbuf_keeps_pages); i++)
		put_page(fb->frags[i].page);
	page_frag_free(fb);
}

void fragbuf_put(struct fragbuf *fb)
{
	struct fragbuf *child;

	if (!fb || !atomic_dec_and_test(&fb->users))
		return;
	while ((child = fb->frag_list) != NULL && !control(fragbuf_keeps_list)) {
		fb->frag_list = child->next;
		child->next = NULL;
		child->listed = false;
		if (atomic_dec_and_test(&child->users))
			give_back(child);
	}
	give_back(fb);
}

void *fragbuf_extend(struct fragbuf *fb, unsigned int len)
{
	void *end = fb->head + fb->headlen;

	if (len > fb->capacity - fb->headlen || fb->nr_frags || fb->frag_list)
		return NULL;
	fb->headlen += len;
	return end;
}

/* Bytes from the beginning of PAGE to the end of the compound page that it is part of. */
static unsigned int bytes_behind(struct page *page)
{
	struct page *head = compound_head(page);

	return (unsigned int)(head + compound_nr(head) - page) << PAGE_SHIFT;
}

int fragbuf_add_page(struct fragbuf *fb, struct page *page, unsigned int offset, unsigned int size)
{
	unsigned int room = bytes_behind(page);

	if (fb->frag_list || size == 0 || size > room || offset > room - size)
		return -EINVAL;
	if (fb->nr_frags == FRAGBUF_MAX_FRAGS)
		return -ENOSPC;
	fb->frags[fb->nr_frags++] = (struct fragbuf_frag){page, offset, size};
	return 0;
}

int fragbuf_append(struct fragbuf *fb, const void *from, unsigned int len, gfp_t gfp)
{
	unsigned int before = fb->nr_frags, part;
	struct page *page;

	if (fb->frag_list)
		return -EINVAL;
	if (len > (FRAGBUF_MAX_FRAGS - before) * (unsigned int)PAGE_SIZE)
		return -ENOSPC;
	for (; len > 0; len -= part, from = (const char *)from + part) {
		page = alloc_page(gfp | __GFP_HIGHMEM);
		if (!page)
			goto undo;
		part = min_t(unsigned int, len, PAGE_SIZE);
		memcpy_to_page(page, 0, from, part);
		fb->frags[fb->nr_frags++] = (struct fragbuf_frag){page, 0, part};
	}
	return 0;
undo:
	while (fb->nr_frags > before)
		put_page(fb->frags[--fb->nr_frags].page);
	return -ENOMEM;
}

int fragbuf_add_list(struct fragbuf *fb, struct fragbuf *child)
{
	if (fb == child || fb->listed || child->listed || child->frag_list)
		return -EINVAL;
	child->listed = true;
	if (fb->frag_list)
		fb->list_tail->next = child;
	else
		fb->frag_list = child;
	fb->list_tail = child;
	return 0;
}

/* Of a buffer without its list. */
static unsigned int own_len(const struct fragbuf *fb)
{
	unsigned int i, len = fb->headlen;

	for (i = 0; i < fb->nr_frags; i++)
		len += fb->frags[i].size;
	return len;
}

unsigned int fragbuf_len(const struct fragbuf *fb)
{
	const struct fragbuf *child;
	unsigned int len = own_len(fb);

	for (child = fb->frag_list; child; child = child->next)
		len += own_len(child);
	return len;
}

/* What is still to be copied: the next LEN bytes after SKIP more, to TO. */
struct copy {
	unsigned int skip, len;
	char *to;
};

/* How much of a piece of SIZE bytes is wanted; *START: from where. Accounts for it. */
static unsigned int take_part(struct copy *copy, unsigned int size, unsigned int *start)
{
	unsigned int part;

	*start = min(copy->skip, size);
	part = min(copy->len, size - *start);
	copy->skip -= *start;
	copy->len -= part;
	return part;
}

static void copy_frag(const struct fragbuf_frag *frag, struct copy *copy)
{
	unsigned int start, at, part, len = take_part(copy, frag->size, &start);

	for (at = frag->offset + start; len > 0; len -= part, at += part) {
		part = min_t(unsigned int, len, PAGE_SIZE - offset_in_page(at));
		memcpy_from_page(copy->to, frag->page + (at >> PAGE_SHIFT), offset_in_page(at),
				 part);
		copy->to += part;
	}
}

static void copy_own(const struct fragbuf *fb, struct copy *copy)
{
	unsigned int i, start, len = take_part(copy, fb->headlen, &start);

	memcpy(copy->to, fb->head + start, len);
	copy->to += len;
	for (i = 0; i < fb->nr_frags && copy->len > 0; i++)
		copy_frag(&fb->frags[i], copy);
}

unsigned int fragbuf_copy(const struct fragbuf *fb, unsigned int offset, void *to, unsigned int len)
{
	struct copy copy = {.skip = offset, .len = len, .to = to};
	const struct fragbuf *child;

	copy_own(fb, &copy);
	for (child = fb->frag_list; child && copy.len > 0; child = child->next)
		copy_own(child, &copy);
	return len - copy.len;
}
