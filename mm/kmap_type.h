/* SPDX-License-Identifier: MIT */
/*
 * kmap_atomic_type(): temporary maps as Linux had them until 2.6.36, for comparison.
 *
 * There the caller chose the slot: each kind of use had a name, and each CPU one page a name. Who
 * called a function had to know which names it used, down to the last one; two uses of a name at
 * once, one on top of the other, were one mapping, and the outer one read the inner one's page.
 * That is what the stack of mm/kmap_atomic.h has done away with.
 *
 * Fixmap index of name T on CPU c: FIX_KMAP_LEGACY_BEGIN + T + KM_LEGACY_TYPE_NR * c, apart from
 * the stack's. A name that is in use already is a BUG here, where Linux saw it only with debugging
 * on. Otherwise as kmap_atomic(): any context, preemption and page faults off, low pages too.
 */
#ifndef MM_KMAP_TYPE_H
#define MM_KMAP_TYPE_H

#include "boot/layout.h"
#include "mm/page.h"

enum km_type {
	KM_BOUNCE_READ,
	KM_SKB_SUNRPC_DATA,
	KM_SKB_DATA_SOFTIRQ,
	KM_USER0,
	KM_USER1,
	KM_BIO_SRC_IRQ,
	KM_BIO_DST_IRQ,
	KM_PTE0,
	KM_PTE1,
	KM_IRQ0,
	KM_IRQ1,
	KM_SOFTIRQ0,
	KM_SOFTIRQ1,
	KM_TYPES,
};
static_assert(KM_TYPES <= KM_LEGACY_TYPE_NR, "each name has a slot");

/* Maps @page in this CPU's slot for @type, and returns its address; a low page has its own. */
void *kmap_atomic_type(struct page *page, enum km_type type);

/*
 * Ends it. @addr: any address in the page. BUG if it is neither in the slot of @type, with a map
 * that has not ended yet, nor a low page's own.
 */
void kunmap_atomic_type(const volatile void *addr, enum km_type type);

#endif
