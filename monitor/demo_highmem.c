/* SPDX-License-Identifier: MIT */
/*
 * demo highmem: one page of high memory through every kind of mapping, on one screen.
 *
 * Each line is one way to reach the page, and is what was found there and then: the address, the
 * entry in the page tables, the word read through it (all show the same page, so all read the
 * same), what page_address() says, and what a pair of map and unmap costs, by the median of some
 * measurements in ticks of the time-stamp counter (under run-qemu.sh --icount, instructions).
 * Nothing here is a constant but the words.
 */
#include "kernel/console/console.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/tsc.h"
#include "kernel/sync/sched.h"
#include "lib/printf.h"
#include "lib/sort.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/highmem.h"
#include "mm/kmap.h"
#include "mm/kmap_type.h"
#include "mm/page_alloc.h"
#include "mm/page_search.h"
#include "mm/pgtable.h"
#include "mm/vmalloc.h"
#include "monitor/demo.h"

#define WORD     0x10f7c0de
#define REPEATS  15
#define PAIRS    16
#define NO_PRICE (~0u)

#define ENTRY_WIDTH ((int)sizeof(entry_t) * 2)

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* Ticks of one call of @pair, by the median. */
static unsigned int price(void (*pair)(struct page *page), struct page *page)
{
	u32 ticks[REPEATS];

	if (!cpu_has(X86_FEATURE_TSC))
		return NO_PRICE;
	for (unsigned int i = 0; i < REPEATS; i++) {
		u64 start = tsc_read();

		for (unsigned int n = 0; n < PAIRS; n++)
			pair(page);
		ticks[i] = (u32)(tsc_read() - start) / PAIRS;
	}
	sort(ticks, REPEATS, sizeof(ticks[0]), compare, NULL);
	return ticks[REPEATS / 2];
}

static void pair_kmap(struct page *page)
{
	kmap(page);
	kunmap(page);
}

static void pair_atomic(struct page *page)
{
	kunmap_atomic(kmap_atomic(page));
}

static void pair_local(struct page *page)
{
	kunmap_local(kmap_local_page(page));
}

static void pair_type(struct page *page)
{
	kunmap_atomic_type(kmap_atomic_type(page, KM_USER0), KM_USER0);
}

static void pair_vmap(struct page *page)
{
	vunmap(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
}

static void pair_flush(struct page *page)
{
	kmap(page);
	kunmap(page);
	kmap_flush_unused();
}

/* Text of a number in hexadecimal, or something else if there is none. */
static const char *hex(char *buf, size_t size, u64 value, bool there, const char *otherwise)
{
	if (there)
		snprintf(buf, size, "%0*llx", value >> 32 ? 16 : 8, value);
	else
		strscpy(buf, otherwise, size);
	return buf;
}

/* One line of the table: what is at @va now. */
static void show(const char *how, const void *va, struct page *page, unsigned int ticks,
		 const char *note)
{
	struct pg_walk walk = pgtable_walk((unsigned long)va);
	char address[20], entry[20], reads[20], known[20], cost[12];
	const void *registered = page_address(page);
	bool there = walk.level != PG_LEVEL_NONE;
	u32 word = 0;
	bool read = va && copy_from_kernel_nofault(&word, va, sizeof(word)) == 0;

	if (ticks == NO_PRICE)
		strscpy(cost, "-", sizeof(cost));
	else
		snprintf(cost, sizeof(cost), "%u", ticks);
	console_line("%-18s %-8s %-*s %-8s %-8s %6s  %s", how,
		     hex(address, sizeof(address), (unsigned long)va, va, "none"), ENTRY_WIDTH,
		     hex(entry, sizeof(entry), there ? *walk.entry : 0, there, "-"),
		     hex(reads, sizeof(reads), word, read, "fault"),
		     hex(known, sizeof(known), (unsigned long)registered, registered, "none"), cost,
		     note);
}

static void show_kmap(struct page *page)
{
	unsigned int cold = price(pair_flush, page);
	char note[64];
	void *va = kmap(page);
	unsigned int warm = price(pair_kmap, page);
	unsigned int nr = PKMAP_NR((unsigned long)va);

	if (!PageHighMem(page)) {
		show("kmap()", va, page, warm, "the direct address, for any low page");
		kunmap(page);
		return;
	}
	snprintf(note, sizeof(note), "slot %u, count %d: one user; may sleep", nr,
		 pkmap_count_of(nr));
	show("kmap()", va, page, NO_PRICE, note);
	kmap(page);
	snprintf(note, sizeof(note), "count %d: one slot for all users", pkmap_count_of(nr));
	show("kmap() again", va, page, warm, note);
	kunmap(page);
	kunmap(page);
	snprintf(note, sizeof(note), "count %d: idle, and still mapped", pkmap_count_of(nr));
	show("  kunmap() twice", va, page, NO_PRICE, note);
	kmap_flush_unused();
	snprintf(note, sizeof(note), "count %d: free (price: a map, and a flush)",
		 pkmap_count_of(nr));
	show("  and a flush", va, page, cold, note);
}

static void show_temporary(struct page *page)
{
	unsigned int atomic = price(pair_atomic, page), local = price(pair_local, page);
	unsigned int type = price(pair_type, page);
	void *va, *inner;

	va = kmap_atomic(page);
	show("kmap_atomic()", va, page, atomic, "this CPU; no sleeping, no faults");
	inner = kmap_atomic(page);
	show("  and another", inner, page, NO_PRICE, "the next slot, downwards");
	kunmap_atomic(inner);
	kunmap_atomic(va);
	show("  kunmap_atomic()", va, page, NO_PRICE, "gone at once");
	va = kmap_local_page(page);
	show("kmap_local_page()", va, page, local, "this task, also when preempted");
	kunmap_local(va);
	va = kmap_atomic_type(page, KM_USER0);
	show("kmap_atomic_type()", va, page, type, "Linux 2.6: the caller chose KM_USER0");
	kunmap_atomic_type(va, KM_USER0);
}

static void show_vmap(struct page *page)
{
	void *va = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (!va) {
		console_line("vmap()             no memory");
		return;
	}
	show("vmap()", va, page, price(pair_vmap, page), "many pages in a row; for long");
	vunmap(va);
}

/* A page that no 32-bit address reaches, if the machine has one. */
static struct page *take_page(void)
{
	struct page_search search;
	struct page *page;

	page_search_begin(&search, PFN_4G);
	page = page_search_next(&search, GFP_HIGHUSER, 0);
	page_search_end(&search);
	return page;
}

int demo_highmem(void)
{
	struct page *page = take_page();
	phys_addr_t phys;

	if (!page) {
		console_line("demo: no memory");
		return 1;
	}
	phys = page_to_phys(page);
	memcpy_to_page(page, 0, (const char *)&(u32){WORD}, sizeof(u32));
	if (!PageHighMem(page))
		console_line("This machine has no high memory: this is a low page, which needs no "
			     "map. Try -m 2G, or highmem=64M.");
	console_line("One page: pfn 0x%lx, physical %pa, its struct page at 0x%px. The direct map "
		     "ends at 0x%px.",
		     page_to_pfn(page), &phys, page, high_memory);
	console_line("%-18s %-8s %-*s %-8s %-8s %6s  %s", "how", "address", ENTRY_WIDTH, "entry",
		     "reads", "known at", "ticks", "what it is");
	show("direct map", PageHighMem(page) ? NULL : lowmem_page_address(page), page, NO_PRICE,
	     "low pages only");
	show_kmap(page);
	show_temporary(page);
	show_vmap(page);
	__free_page(page);
	return 0;
}
