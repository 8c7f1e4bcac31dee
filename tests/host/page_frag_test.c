/* SPDX-License-Identifier: MIT */
/*
 * Page fragments against a model of their blocks: a million random operations on several caches,
 * with blocks that are not to be had. The fragments keep what was written to them, each block has
 * exactly the references of its fragments and of the cache that holds it, and those pages are in
 * use, and no others.
 */
#include "mm/page_frag.h"
#include "tests/host/host_pages.h"

#define OPERATIONS 1000000
#define CACHES     3
#define FRAGMENTS  400

static struct page_frag_cache caches[CACHES];
static struct fragment {
	unsigned char *at; /* NULL: none */
	unsigned int size;
	unsigned char fill;
} fragments[FRAGMENTS];

static unsigned int below(unsigned int n)
{
	return (unsigned int)host_random_below(n);
}

static void drop(struct fragment *f)
{
	for (unsigned int i = 0; i < f->size; i++)
		EXPECT(f->at[i] == f->fill);
	page_frag_free(f->at + (f->size ? below(f->size) : 0));
	f->at = NULL;
}

static void take(struct fragment *f, struct page_frag_cache *nc)
{
	unsigned int align = below(3) ? 1 : 1u << below(14);
	unsigned int size = below(20) ? 1 + below(2000) : below(40000);

	if (size == 0)
		return;
	f->at = page_frag_alloc_align(nc, size, GFP_KERNEL, align);
	if (!f->at) {
		/* no memory, or it does not fit the block that the cache holds */
		EXPECT(host_page_failures || size > nc->size || align > nc->size);
		return;
	}
	EXPECT((uintptr_t)f->at % align == 0);
	f->size = size;
	f->fill = (unsigned char)below(256);
	memset(f->at, f->fill, size);
}

/* References: of each block, and no block without. */
static void compare(void)
{
	static int wanted[HOST_PAGES];
	unsigned int used = 0;

	memset(wanted, 0, sizeof(wanted));
	for (unsigned int i = 0; i < FRAGMENTS; i++)
		if (fragments[i].at)
			wanted[page_to_pfn(virt_to_head_page(fragments[i].at))]++;
	for (unsigned int i = 0; i < CACHES; i++)
		if (caches[i].va)
			wanted[page_to_pfn(virt_to_page(caches[i].va))] +=
				page_frag_own(&caches[i]);
	for (unsigned int pfn = 0; pfn < HOST_PAGES; pfn++) {
		EXPECT_EQ(mem_map[pfn]._refcount.counter, wanted[pfn]);
		if (wanted[pfn])
			used += 1u << compound_order(mem_map + pfn);
	}
	EXPECT_EQ(used, host_pages_used);
}

static void a_million_operations(void)
{
	unsigned int limit = FRAGMENTS;

	host_pages_init();
	for (unsigned int i = 0; i < CACHES; i++)
		page_frag_cache_init(&caches[i]);
	for (unsigned int n = 0; n < OPERATIONS && host_ok(); n++) {
		struct fragment *f = &fragments[below(limit)];
		struct page_frag_cache *nc = &caches[below(CACHES)];

		if (below(10000) == 0) {
			limit = 1 + below(FRAGMENTS);
			host_page_failures = below(2) ? 0 : 1 + below(50);
		}
		if (below(500) == 0)
			page_frag_cache_drain(nc);
		if (f->at)
			drop(f);
		else
			take(f, nc);
		if (n % 100 == 0)
			compare();
	}
	for (unsigned int i = 0; i < FRAGMENTS; i++)
		if (fragments[i].at)
			drop(&fragments[i]);
	for (unsigned int i = 0; i < CACHES; i++)
		page_frag_cache_drain(&caches[i]);
	compare();
	EXPECT_EQ(host_pages_used, 0);
}

static const struct host_case cases[] = {HOST_CASE(a_million_operations), {0}};

int main(int argc, char **argv)
{
	return host_main("page_frag_model", cases, argc, argv);
}
