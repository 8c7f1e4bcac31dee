/* SPDX-License-Identifier: MIT */
/*
 * kmap_local_page(): a high page for a few lines, by a task that goes on as it is.
 *
 * The slots are kmap_atomic()'s (mm/kmap_slots.h), but preemption and page faults stay as they
 * are: the task may be preempted, may even sleep, with the page mapped. Its entries leave the page
 * tables when it is switched out and come back at the same addresses when it is switched in
 * (kernel/sync/kmap_ctrl.c). For that it must come back on the same CPU, so migration is off.
 *
 * The address is the task's: another CPU that reads it would keep the translation in its TLB, and
 * nobody would tell it that the map is over. Interrupt handlers of this CPU may use it, and may map
 * on top. Unmap in reverse order, also with regard to kmap_atomic(). A low page has its direct
 * address, with no effect on anything. More than 20 deep, together, is a BUG.
 */
#ifndef MM_KMAP_LOCAL_H
#define MM_KMAP_LOCAL_H

#include "kernel/sync/sched.h"
#include "mm/kmap_atomic.h"

/* migrate_disable() and migrate_enable() without a call; they are legal in interrupts, too. */
static __always_inline void kmap_local_pin(void)
{
	if (!control(kmap_local_migrates))
		current->migration_disabled++;
	barrier();
}

static __always_inline void kmap_local_unpin(void)
{
	barrier();
	if (!control(kmap_local_migrates))
		current->migration_disabled--;
}

/* The rare halves of the functions below. */
void *kmap_local_special(struct page *page, const pgprot_t *prot);
void kunmap_local_special(const volatile void *addr);

static __always_inline void *__kmap_local_page(struct page *page, const pgprot_t *prot)
{
	if (unlikely(page < kmap_slot_pages))
		return kmap_local_special(page, prot);
	kmap_local_pin();
	return kmap_slot_map_page(page, prot);
}

/* kmap_local_page() - map @page; returns its address. Any context. Never blocks, never fails. */
static __always_inline void *kmap_local_page(struct page *page)
{
	return __kmap_local_page(page, &PAGE_KERNEL);
}

/* kmap_local_page() with other rights. */
static inline void *kmap_local_page_prot(struct page *page, pgprot_t prot)
{
	return __kmap_local_page(page, &prot);
}

/* Maps frame @pfn, which needs no struct page. */
static inline void *kmap_local_pfn_prot(unsigned long pfn, pgprot_t prot)
{
	kmap_local_pin();
	return kmap_slot_map_pfn(pfn, &prot);
}

static inline void *kmap_local_pfn(unsigned long pfn)
{
	return kmap_local_pfn_prot(pfn, PAGE_KERNEL);
}

static __always_inline void __kunmap_local(const volatile void *addr)
{
	if (likely(kmap_slot_pop(addr)))
		kmap_local_unpin();
	else
		kunmap_local_special(addr);
}

/* kunmap_local() - end the innermost map, by any address inside of it; not by its page. */
#define kunmap_local(addr)                                                                         \
	do {                                                                                       \
		kunmap_takes_an_address(addr);                                                     \
		__kunmap_local(addr);                                                              \
	} while (0)

#endif
