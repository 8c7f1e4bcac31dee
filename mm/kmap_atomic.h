/* SPDX-License-Identifier: MIT */
/*
 * kmap_atomic(): a high page for a few lines, on this CPU only.
 *
 * Each CPU has KM_TYPE_NR fixmap pages, used as a stack (kernel/sync/kmap_ctrl.h). Mapping d (0 is
 * the outermost) of CPU c is fixmap index FIX_KMAP_BEGIN + d * KM_INCR + KM_INCR - 1 +
 * KM_TYPE_NR * c: nested maps go down by KM_INCR pages, CPUs lie KM_TYPE_NR pages apart. In debug
 * builds (KM_INCR 2) an unmapped page lies between two maps.
 *
 * Between map and unmap preemption and page faults are off, for low pages too: code that sleeps
 * there is wrong on every machine, not only on those with high memory. Unmap in reverse order.
 * Never blocks, never fails; legal in any context, interrupt handlers included: what those map lies
 * on top of the stack and is gone when they return. More than 20 deep is a BUG.
 *
 * kmap_atomic=reuse: a page that kmap() has mapped already keeps that address for kmap_atomic()
 * too, as ARM did it; kunmap_atomic() then only gives back the reference. kmap_atomic=force: low
 * pages get slots as high ones do, so that a machine without high memory runs all of this.
 */
#ifndef MM_KMAP_ATOMIC_H
#define MM_KMAP_ATOMIC_H

#include "lib/compiler.h"
#include "mm/kmap_slots.h"

/*
 * Pages from here on get a slot at once; what to do with those below is decided out of line: low
 * pages have an address already, and all pages are below with one of the boot switches above.
 */
extern struct page *kmap_slot_pages;

/* kmap_atomic_init() - high pages may be mapped. Once, after page_init(). */
void kmap_atomic_init(void);

/* Which kmap_atomic= was given. */
enum kmap_mode { KMAP_PLAIN, KMAP_REUSE, KMAP_FORCE };
extern enum kmap_mode kmap_mode;

/* Does @page get a slot? Asked where kmap_slot_pages does not know. */
bool kmap_needs_slot(const struct page *page);

/* The rare halves of the functions below. */
void *kmap_atomic_special(struct page *page, const pgprot_t *prot);
void kunmap_atomic_special(const volatile void *addr);
void kmap_slot_pop_odd(const volatile void *addr, const char *who);

/* This CPU's open maps. Preemption off, or only of interest as a test's invariant. */
#define kmap_atomic_depth() kmap_depth()

/*
 * kmap_atomic_idx_push() - take a slot and leave it empty, for code that writes the entry itself:
 * that of fixmap index FIX_KMAP_BEGIN + KM_TYPE_NR * smp_processor_id() + the value returned.
 * kmap_atomic_idx() - that value for the innermost map. kmap_atomic_idx_pop() - give back the
 * innermost slot, which is empty again. Preemption off from push to pop.
 */
static inline int kmap_atomic_idx(void)
{
	return (int)kmap_depth() * KM_INCR - 1;
}

static inline int kmap_atomic_idx_push(void)
{
	kmap_slot_push();
	return kmap_atomic_idx();
}

static inline void kmap_atomic_idx_pop(void)
{
	BUG_ON(kmap_depth() == 0);
	this_cpu_add(kmap_slots_pcp, KMAP_SLOT_STEP);
}

static __always_inline void kmap_make_atomic(void)
{
	if (control(kmap_atomic_preemptible))
		pagefault_disable();
	else
		atomic_map_begin();
}

static __always_inline void kmap_end_atomic(void)
{
	if (control(kmap_atomic_preemptible))
		pagefault_enable();
	else
		atomic_map_end();
}

static __always_inline void *__kmap_atomic(struct page *page, const pgprot_t *prot)
{
	kmap_make_atomic();
	if (likely(page >= kmap_slot_pages))
		return kmap_slot_map_page(page, prot);
	return kmap_atomic_special(page, prot);
}

/*
 * kmap_atomic() - map @page; returns its address, the direct one for a low page. @page: allocated
 * or otherwise the caller's.
 */
static __always_inline void *kmap_atomic(struct page *page)
{
	return __kmap_atomic(page, &PAGE_KERNEL);
}

/* kmap_atomic() with other rights; a low page has its direct address all the same. */
static inline void *kmap_atomic_prot(struct page *page, pgprot_t prot)
{
	return __kmap_atomic(page, &prot);
}

/* Maps frame @pfn, which needs no struct page. Returns its address. */
static inline void *kmap_atomic_pfn_prot(unsigned long pfn, pgprot_t prot)
{
	kmap_make_atomic();
	return kmap_slot_map_pfn(pfn, &prot);
}

static inline void *kmap_atomic_pfn(unsigned long pfn)
{
	return kmap_atomic_pfn_prot(pfn, PAGE_KERNEL);
}

/* Any address inside the mapped page. Warns if it is not the innermost map's. */
static __always_inline void __kunmap_atomic(const volatile void *addr)
{
	if (unlikely(!kmap_slot_pop(addr)))
		kunmap_atomic_special(addr);
	kmap_end_atomic();
}

/* Does not compile where a struct page is passed for the address. */
#define kunmap_takes_an_address(addr)                                                              \
	BUILD_BUG_ON(__builtin_types_compatible_p(__typeof__(addr), struct page *))

/*
 * kunmap_atomic() - end the innermost map. Takes the ADDRESS that kmap_atomic() returned; to pass
 * the page does not compile, as it is the classic mistake.
 */
#define kunmap_atomic(addr)                                                                        \
	do {                                                                                       \
		kunmap_takes_an_address(addr);                                                     \
		__kunmap_atomic(addr);                                                             \
	} while (0)

/* Is @addr in a slot of a CPU, mapped or not? */
static inline bool is_kmap_slot_addr(const volatile void *addr)
{
	unsigned long va = (unsigned long)addr;

	return va >= FIX_TO_VIRT(FIX_KMAP_BEGIN + FIX_KMAP_NR - 1) &&
	       va < FIX_TO_VIRT(FIX_KMAP_BEGIN) + PAGE_SIZE;
}

/*
 * kmap_slot_to_page() - the page that this CPU's slot at @addr shows; warns and returns NULL if the
 * slot is empty. For the owner of the map.
 */
struct page *kmap_slot_to_page(const volatile void *addr);

#endif
