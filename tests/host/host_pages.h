/* SPDX-License-Identifier: MIT */
/*
 * Pages for what stands on the page allocator, in a host program: an array that is low memory, with
 * free pages poisoned, so that the sanitiser finds whoever touches one. Requests fail now and then.
 * Included once, by the program.
 */
#ifndef TESTS_HOST_HOST_PAGES_H
#define TESTS_HOST_HOST_PAGES_H

#include <sanitizer/asan_interface.h>

#include "mm/page_alloc.h"
#include "tests/host/harness.h"

#define HOST_PAGES 4096u

unsigned char host_memory[HOST_PAGES * PAGE_SIZE] __attribute__((aligned(1 << 22)));
struct page *mem_map, *zone_first_page[3];
uintptr_t mem_map_of_virt;
unsigned long max_pfn = HOST_PAGES, max_low_pfn = HOST_PAGES;
unsigned int page_alloc_hooks, host_cpu;
int host_preempt_count;

static struct page host_map[HOST_PAGES] __attribute__((aligned(64)));
static unsigned char host_page_used[HOST_PAGES]; /* by a block of the order less one */
static unsigned int host_pages_used;
static unsigned int host_page_failures = 100; /* one of so many requests fails; 0: none */

static void host_pages_init(void)
{
	mem_map = host_map;
	mem_map_of_virt =
		(uintptr_t)mem_map - ((uintptr_t)host_memory >> PAGE_SHIFT) * sizeof(struct page);
	zone_first_page[2] = mem_map + HOST_PAGES;
	ASAN_POISON_MEMORY_REGION(host_memory, sizeof(host_memory));
}

/* Where 2^ORDER pages are free, aligned to their number. Page 0 is nobody's. */
static unsigned int host_find(unsigned int order)
{
	unsigned int n = 1u << order, runs = HOST_PAGES >> order;
	unsigned int start = (unsigned int)host_random_below(runs);

	for (unsigned int i = 0; i < runs; i++) {
		unsigned int first = (start + i) % runs << order, used = first == 0;

		for (unsigned int k = 0; k < n; k++)
			used |= host_page_used[first + k];
		if (!used)
			return first;
	}
	return 0;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	unsigned int first, n = 1u << order;
	struct page *page;

	if (host_page_failures &&
	    host_random_below(order ? host_page_failures : 10 * host_page_failures) == 0)
		return NULL;
	first = host_find(order);
	if (!first)
		return NULL;
	page = mem_map + first;
	ASAN_UNPOISON_MEMORY_REGION(host_memory + first * PAGE_SIZE, n * PAGE_SIZE);
	memset(host_memory + first * PAGE_SIZE, gfp & __GFP_ZERO ? 0 : (int)host_random_below(256),
	       n * PAGE_SIZE);
	memset(host_page_used + first, (int)order + 1, n);
	host_pages_used += n;
	set_page_count(page, 1);
	if (gfp & __GFP_COMP && order > 0) {
		__SetPageHead(page);
		page[1].compound_order = order;
		for (unsigned int i = 1; i < n; i++)
			page[i].compound_head = (uintptr_t)page + 1;
	}
	return page;
}

/* The block is free; whoever had it has left nothing of his own in its struct pages. */
static void host_free(struct page *page)
{
	unsigned int first = (unsigned int)page_to_pfn(page), n = 1u << compound_order(page);

	for (unsigned int i = 0; i < n; i++) {
		EXPECT_EQ(host_page_used[first + i], compound_order(page) + 1);
		EXPECT(page[i].page_type == 0 && !page[i].mapping &&
		       page[i]._refcount.counter == 0);
	}
	host_pages_used -= n;
	memset(host_page_used + first, 0, n);
	memset(page, 0, n * sizeof(*page));
	ASAN_POISON_MEMORY_REGION(host_memory + first * PAGE_SIZE, n * PAGE_SIZE);
}

void __free_pages(struct page *page, unsigned int order)
{
	EXPECT_EQ(compound_order(page), order);
	EXPECT_EQ(page_count(page), 1);
	set_page_count(page, 0);
	host_free(page);
}

void put_page(struct page *page)
{
	__free_pages(page, compound_order(page));
}

void free_compound_unused(struct page *page)
{
	host_free(page);
}

#endif /* TESTS_HOST_HOST_PAGES_H */
