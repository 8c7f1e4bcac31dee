/* SPDX-License-Identifier: MIT */
/*
 * Temporary maps, the rare half: pages that need no slot, addresses that are not the innermost
 * map's, misuse, and the boot switch. The short half is inline in the headers.
 */
#define pr_fmt(fmt) "kmap_atomic: " fmt
#include "mm/kmap_atomic.h"
#include "boot/cmdline.h"
#include "kernel/console/printk.h"
#include "lib/bug.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/kmap.h"
#include "mm/kmap_local.h"

struct page *kmap_slot_pages = (struct page *)~0ul; /* none */
enum kmap_mode kmap_mode;

static int set_kmap_atomic(const char *value)
{
	if (value && strcmp(value, "reuse") == 0)
		kmap_mode = KMAP_REUSE;
	else if (value && strcmp(value, "force") == 0)
		kmap_mode = KMAP_FORCE;
	else
		return -EINVAL;
	return 0;
}
BOOT_PARAM("kmap_atomic", set_kmap_atomic,
	   "reuse: take the address that kmap() has given; force: low pages get slots, too");

void kmap_atomic_init(void)
{
	unsigned int cpu;

	if (kmap_mode == KMAP_PLAIN)
		kmap_slot_pages = zone_first_page[2];
	if (control(kmap_slots_shared))
		for_each_possible_cpu(cpu) per_cpu(kmap_slots_pcp, cpu) = KMAP_SLOTS_NONE(0);
}

void kmap_slots_exhausted(void)
{
	this_cpu_add(kmap_slots_pcp, KMAP_SLOT_STEP);
	BUG_ON(kmap_depth() >= KM_MAX_DEPTH);
	BUG();
}

void kmap_slot_in_use(unsigned long va)
{
	entry_t *slot = kmap_slot_entry(va);

	BUG_ON(*slot != 0);
	BUG();
}

void kmap_in_hardirq(void)
{
	WARN_ONCE(!irqs_disabled(), "a temporary map in an interrupt handler, interrupts on");
}

bool kmap_needs_slot(const struct page *page)
{
	return PageHighMem(page) || kmap_mode == KMAP_FORCE;
}

void *kmap_atomic_special(struct page *page, const pgprot_t *prot)
{
	if (kmap_mode == KMAP_REUSE && PageHighMem(page)) {
		void *va = kmap_high_get(page);

		if (va)
			return va;
	}
	if (kmap_needs_slot(page))
		return kmap_slot_map_page(page, prot);
	if (control(kmap_low_preemptible))
		preempt_enable();
	return lowmem_page_address(page);
}

void *kmap_local_special(struct page *page, const pgprot_t *prot)
{
	if (!kmap_needs_slot(page))
		return lowmem_page_address(page);
	kmap_local_pin();
	return kmap_slot_map_page(page, prot);
}

/* @addr lies in a slot, and more than a few bytes from the start of the innermost map's page. */
void kmap_slot_pop_odd(const volatile void *addr, const char *who)
{
	unsigned long va = this_cpu_read(kmap_slots_pcp) & PAGE_MASK;

	BUG_ON(kmap_depth() == 0);
	WARN(((unsigned long)addr & PAGE_MASK) != va,
	     "%s(0x%08lx): the innermost map is at 0x%08lx; unmap in reverse order", who,
	     (unsigned long)addr, va);
	kmap_slot_pop((void *)va);
}

static bool is_direct_map_addr(const volatile void *addr)
{
	return (unsigned long)addr >= PAGE_OFFSET && addr < high_memory;
}

static bool is_pkmap_addr(const volatile void *addr)
{
	return (unsigned long)addr >= PKMAP_BASE && (unsigned long)addr < PKMAP_END;
}

void kunmap_atomic_special(const volatile void *addr)
{
	if (is_kmap_slot_addr(addr)) {
		kmap_slot_pop_odd(addr, "kunmap_atomic");
		return;
	}
	if (kmap_mode == KMAP_REUSE && is_pkmap_addr(addr)) {
		kunmap_high(kmap_to_page((const void *)addr));
		return;
	}
	WARN(!is_direct_map_addr(addr),
	     "kunmap_atomic(0x%08lx): no address that kmap_atomic() returns", (unsigned long)addr);
	if (control(kmap_low_preemptible))
		preempt_disable();
}

void kunmap_local_special(const volatile void *addr)
{
	if (is_kmap_slot_addr(addr)) {
		kmap_slot_pop_odd(addr, "kunmap_local");
		kmap_local_unpin();
		return;
	}
	WARN(!is_direct_map_addr(addr),
	     "kunmap_local(0x%08lx): no address that kmap_local_page() returns",
	     (unsigned long)addr);
}

struct page *kmap_slot_to_page(const volatile void *addr)
{
	entry_t entry = *kmap_slot_entry((unsigned long)addr);

	if (WARN(!entry_present(entry), "no page is mapped at 0x%08lx", (unsigned long)addr))
		return NULL;
	return phys_to_page(entry_phys(entry));
}
