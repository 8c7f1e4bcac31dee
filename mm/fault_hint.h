/* SPDX-License-Identifier: MIT */
/*
 * What a page fault's report says about the address: whose it would be, and how code comes to use
 * it when nothing is there.
 *
 *	page fault: read of address 0xfffdf000 (page not present):
 *	slot 0 of CPU 0, empty: its map is over, or another's end
 *
 * tells a student more than the number does. Debug builds also remember the last high page of each
 * CPU that page_address() had no address for: the null pointer that comes soon after it is that
 * page's.
 */
#ifndef MM_FAULT_HINT_H
#define MM_FAULT_HINT_H

#include "kernel/cpu/percpu.h"
#include "lib/types.h"

struct page;

/* fault_hint_init() - reports have hints from now on. Once, at boot. */
void fault_hint_init(void);

/*
 * fault_hint() - writes one to @buf; "" where there is nothing to say. @error: of the page fault.
 * Any context.
 */
void fault_hint(char *buf, size_t n, unsigned long va, unsigned long error);

/* For page_address(): @page is high and has no address now. */
#ifdef CONFIG_DEBUG
DECLARE_PER_CPU(const struct page *, page_without_address);

static inline void note_page_without_address(const struct page *page)
{
	this_cpu_write(page_without_address, page);
}

static inline const struct page *last_page_without_address(void)
{
	return this_cpu_read(page_without_address);
}
#else
static inline void note_page_without_address(const struct page *page)
{
}

static inline const struct page *last_page_without_address(void)
{
	return NULL;
}
#endif

#endif
