/* SPDX-License-Identifier: MIT */
/*
 * Scatter-gather lists: see scatterlist.h.
 */
#include "mm/scatterlist.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/highmem.h"
#include "mm/kmalloc.h"
#include "mm/kmap.h"

void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	BUG_ON(nents == 0);
	memset(sgl, 0, nents * sizeof(*sgl));
	sg_mark_end(&sgl[nents - 1]);
}

void sg_init_one(struct scatterlist *sg, const void *buf, unsigned int len)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buf, len);
}

struct scatterlist *sg_next(struct scatterlist *sg)
{
	if (sg_is_last(sg))
		return NULL;
	sg++;
	return sg_is_chain(sg) ? sg_chain_ptr(sg) : sg;
}

struct scatterlist *sg_last(struct scatterlist *sgl, unsigned int nents)
{
	struct scatterlist *sg = sgl;

	while (nents-- > 1)
		sg = sg_next(sg);
	BUG_ON(!sg_is_last(sg));
	return sg;
}

int sg_nents(struct scatterlist *sgl)
{
	int n = 0;

	for (struct scatterlist *sg = sgl; sg; sg = sg_next(sg))
		n++;
	return n;
}

int sg_nents_for_len(struct scatterlist *sgl, u64 len)
{
	u64 total = 0;
	int n = 0;

	if (len == 0)
		return 0;
	for (struct scatterlist *sg = sgl; sg; sg = sg_next(sg)) {
		n++;
		total += sg->length;
		if (total >= len)
			return n;
	}
	return -EINVAL;
}

void sg_chain(struct scatterlist *prv, unsigned int nents, struct scatterlist *sgl)
{
	struct scatterlist *link = &prv[nents - 1];

	link->offset = 0;
	link->length = 0;
	link->page_link = (unsigned long)sgl | SG_CHAIN;
}

int sg_alloc_table(struct sg_table *table, unsigned int nents, gfp_t gfp)
{
	memset(table, 0, sizeof(*table));
	if (nents == 0)
		return -EINVAL;
	table->sgl = kmalloc_array(nents, sizeof(struct scatterlist), gfp);
	if (!table->sgl)
		return -ENOMEM;
	sg_init_table(table->sgl, nents);
	table->nents = table->orig_nents = nents;
	return 0;
}

void sg_free_table(struct sg_table *table)
{
	kfree(table->sgl);
	memset(table, 0, sizeof(*table));
}

void sg_miter_start(struct sg_mapping_iter *miter, struct scatterlist *sgl, unsigned int nents,
		    unsigned int flags)
{
	WARN_ON(!(flags & (SG_MITER_TO_SG | SG_MITER_FROM_SG)));
	memset(miter, 0, sizeof(*miter));
	miter->__sg = sgl;
	miter->__nents = nents;
	miter->__flags = flags;
}

/* To the element in which the next byte lies; false if there is none. */
static bool find_element(struct sg_mapping_iter *miter)
{
	while (miter->__nents && miter->__sg) {
		if (miter->__done < miter->__sg->length)
			return true;
		miter->__done -= miter->__sg->length;
		miter->__sg = sg_next(miter->__sg);
		miter->__nents--;
	}
	return false;
}

bool sg_miter_skip(struct sg_mapping_iter *miter, u64 bytes)
{
	sg_miter_stop(miter);
	while (bytes) {
		u32 part;

		if (!find_element(miter))
			return false;
		part = (u32)min_t(u64, bytes, miter->__sg->length - miter->__done);
		miter->__done += part;
		bytes -= part;
	}
	return true;
}

bool sg_miter_next(struct sg_mapping_iter *miter)
{
	unsigned int position, offset;
	char *va;

	sg_miter_stop(miter);
	if (!find_element(miter))
		return false;
	position = miter->__sg->offset + miter->__done;
	offset = offset_in_page(position);
	miter->page = sg_page(miter->__sg) + (position >> PAGE_SHIFT);
	miter->length =
		min_t(size_t, miter->__sg->length - miter->__done, (size_t)PAGE_SIZE - offset);
	miter->consumed = miter->length;
	if (miter->__flags & SG_MITER_ATOMIC)
		va = kmap_atomic(miter->page);
	else
		va = kmap(miter->page);
	miter->addr = va + offset;
	return true;
}

void sg_miter_stop(struct sg_mapping_iter *miter)
{
	if (!miter->addr)
		return;
	WARN_ON(miter->consumed > miter->length);
	miter->__done += miter->consumed;
	if (miter->__flags & SG_MITER_ATOMIC)
		kunmap_atomic(miter->addr);
	else
		kunmap(miter->page);
	miter->page = NULL;
	miter->addr = NULL;
	miter->length = 0;
	miter->consumed = 0;
}

enum direction { TO_BUFFER, FROM_BUFFER, ZERO };

static size_t copy_pieces(struct scatterlist *sgl, unsigned int nents, char *buf, size_t buflen,
			  u64 skip, enum direction direction)
{
	struct sg_mapping_iter miter;
	size_t done = 0;

	sg_miter_start(&miter, sgl, nents,
		       SG_MITER_ATOMIC |
			       (direction == TO_BUFFER ? SG_MITER_FROM_SG : SG_MITER_TO_SG));
	if (!sg_miter_skip(&miter, skip))
		return 0;
	while (done < buflen && sg_miter_next(&miter)) {
		size_t len = min(miter.length, buflen - done);

		if (direction == TO_BUFFER)
			memcpy(buf + done, miter.addr, len);
		else if (direction == FROM_BUFFER)
			memcpy(miter.addr, buf + done, len);
		else
			memset(miter.addr, 0, len);
		done += len;
	}
	sg_miter_stop(&miter);
	return done;
}

size_t sg_copy_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
		      u64 skip, bool to_buffer)
{
	return copy_pieces(sgl, nents, buf, buflen, skip, to_buffer ? TO_BUFFER : FROM_BUFFER);
}

size_t sg_copy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			   size_t buflen)
{
	return copy_pieces(sgl, nents, (char *)(uintptr_t)buf, buflen, 0, FROM_BUFFER);
}

size_t sg_copy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen)
{
	return copy_pieces(sgl, nents, buf, buflen, 0, TO_BUFFER);
}

size_t sg_pcopy_from_buffer(struct scatterlist *sgl, unsigned int nents, const void *buf,
			    size_t buflen, u64 skip)
{
	return copy_pieces(sgl, nents, (char *)(uintptr_t)buf, buflen, skip, FROM_BUFFER);
}

size_t sg_pcopy_to_buffer(struct scatterlist *sgl, unsigned int nents, void *buf, size_t buflen,
			  u64 skip)
{
	return copy_pieces(sgl, nents, buf, buflen, skip, TO_BUFFER);
}

size_t sg_zero_buffer(struct scatterlist *sgl, unsigned int nents, size_t buflen, u64 skip)
{
	return copy_pieces(sgl, nents, NULL, buflen, skip, ZERO);
}
