/* SPDX-License-Identifier: MIT */
/*
 * Translation caches: this CPU's, and everybody's [SDM3 4.10].
 *
 * Policy (what to flush) is the caller's; whom to tell is decided here, see tlb.c. local_*() are
 * for any context. The others wait for other CPUs: thread context, interrupts on, and no lock held
 * that any code takes with interrupts off (kernel/cpu/smp.h).
 *
 * A flush after a change needs no barrier of the caller's.
 */
#ifndef MM_TLB_H
#define MM_TLB_H

#include "boot/pgentry.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/tlbflush.h"

/* From so many pages on, refilling the whole TLB costs less than so many instructions. */
#define TLB_FULL_FLUSH_PAGES 33

/* Forget the pages of [start, end), one by one or everything, whichever is less. */
void local_flush_tlb_kernel_range(unsigned long start, unsigned long end);

/*
 * flush_tlb_kernel_range() - no CPU knows a translation of [start, end), kernel addresses, any more
 * when it returns.
 * flush_tlb_all() - no CPU knows any from before.
 */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);
void flush_tlb_all(void);

/*
 * Scattered kernel pages, flushed in one go.
 *
 *	struct tlb_batch batch;
 *
 *	tlb_batch_init(&batch);
 *	for (each page)
 *		tlb_batch_add(&batch, va, entry_get_and_clear(slot));
 *	(unlock)
 *	tlb_batch_flush(&batch);
 *	(now, and not before, the addresses may lead elsewhere)
 *
 * A CPU caches a translation only after it has set the Accessed bit of its entry [SDM3 4.10.2.2].
 * So an entry that was still without it in the atomic exchange that cleared it is in no TLB, and
 * its page needs no flush: if that holds for all pages of a batch, nobody is interrupted. It is
 * sound only where entries are made without the bit (_PAGE_ACCESSED is the CPU's to set), and only
 * with the very value that the exchange returned. Which CPUs mapped a page says nothing of which
 * CPUs used it.
 *
 * Only adding is allowed under a lock. The batch may live on the stack.
 */
#define TLB_BATCH_PAGES (TLB_FULL_FLUSH_PAGES - 1)

struct tlb_batch {
	unsigned int nr;    /* pages to flush; more than TLB_BATCH_PAGES: everything */
	unsigned int clean; /* pages that no TLB can hold */
	unsigned long va[TLB_BATCH_PAGES];
};

static inline void tlb_batch_init(struct tlb_batch *batch)
{
	batch->nr = 0;
	batch->clean = 0;
}

/* The entry of @va was @old when it was cleared, by an atomic exchange. */
static inline void tlb_batch_add(struct tlb_batch *batch, unsigned long va, entry_t old)
{
	if (!(old & _PAGE_ACCESSED) || control(accessed_bit_ignored)) {
		batch->clean++;
		return;
	}
	if (batch->nr < TLB_BATCH_PAGES)
		batch->va[batch->nr] = va;
	batch->nr++;
}

/* Is so much in the batch that everything will be flushed? Then nothing more need be added. */
static inline bool tlb_batch_full(const struct tlb_batch *batch)
{
	return batch->nr > TLB_BATCH_PAGES;
}

/*
 * The control shootdown_to_mappers tells only CPUs that have mapped something themselves: who makes
 * mappings calls tlb_note_mapping() for it. No other image keeps such a note.
 */
DECLARE_PER_CPU(unsigned int, tlb_mapped_here);

static inline void tlb_note_mapping(void)
{
	if (control(shootdown_to_mappers))
		this_cpu_write(tlb_mapped_here, 1);
}

/* tlb_batch_flush() - no CPU knows a translation of any page in the batch; it is empty again. */
void tlb_batch_flush(struct tlb_batch *batch);

/* What was flushed on a CPU, or asked for by it. Each CPU writes its own. */
struct tlb_counters {
	unsigned long sent;     /* CPUs that this one told to flush */
	unsigned long received; /* times that it was told */
	unsigned long skipped;  /* CPUs that it did not tell, since no TLB held the pages */
	unsigned long ranged;   /* flushes here, page by page */
	unsigned long full;     /* flushes here, of everything */
	unsigned long rounds;   /* flushes of all CPUs that began here */
};
DECLARE_PER_CPU(struct tlb_counters, tlb_counters);

/* The counters' sum over all CPUs. */
struct tlb_counters tlb_counters_sum(void);

#endif
