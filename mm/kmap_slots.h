/* SPDX-License-Identifier: MIT */
/*
 * The slots of kmap_atomic() and kmap_local_page(): taking one, filling it, giving it back.
 *
 * kernel/sync/kmap_ctrl.h draws the word that says which are in use. Everything here is inline,
 * since each step is a few instructions: pages are mapped for a few lines, millions of times.
 *
 * An interrupt may come between any two of them: what its handler takes lies above what is taken
 * here, and is gone when it returns. The order matters for that, and for the switch of tasks
 * (kernel/sync/kmap_ctrl.c): taken, then filled; emptied and flushed, then given back.
 *
 * The check that a slot is empty when it is taken stays on in every build: an entry there is
 * somebody else's, or was left behind with its translation in the TLB.
 */
#ifndef MM_KMAP_SLOTS_H
#define MM_KMAP_SLOTS_H

#include "boot/phys_window.h"
#include "boot/x86.h"
#include "kernel/cpu/pgprot.h"
#include "kernel/sync/kmap_ctrl.h"
#include "kernel/sync/preempt.h"
#include "lib/bug.h"
#include "lib/control.h"
#include "mm/page.h"

/* What stops here: no slot is left; the slot has an entry; a map in a handler, interrupts on. */
void kmap_slots_exhausted(void) __noreturn __cold;
void kmap_slot_in_use(unsigned long va) __noreturn __cold;
void kmap_in_hardirq(void) __cold;

/*
 * A word of the slot's entry at @va, any address inside of its page: an index into the
 * tables as if they began at address 0, whose start the compiler and the linker work out.
 */
#define KMAP_SLOT_WORD(tables, va)                                                                 \
	((u32 *)((uintptr_t)(tables) - (FIXMAP_TABLE_BASE >> PAGE_SHIFT) * sizeof(entry_t) +       \
		 ((unsigned long)(va) >> PAGE_SHIFT) * sizeof(entry_t)))

static __always_inline entry_t *kmap_slot_entry(unsigned long va)
{
	return (entry_t *)KMAP_SLOT_WORD(fixmap_tables, va);
}

/*
 * entry_set() and entry_clear() of a slot, with the halves at hand. The upper halves of 64-bit
 * entries have a name of their own (boot/entry.S): the compiler then makes one instruction of each
 * store. The half with the present bit goes last, and is taken away first.
 */
extern u32 fixmap_upper_halves[];

static __always_inline void kmap_slot_set(unsigned long va, u32 high, u32 low, const pgprot_t *prot)
{
	if (sizeof(entry_t) == 8)
		WRITE_ONCE(*KMAP_SLOT_WORD(fixmap_upper_halves, va),
			   high | (u32)((u64)prot->val >> 32));
	WRITE_ONCE(*KMAP_SLOT_WORD(fixmap_tables, va), low | (u32)prot->val);
}

static __always_inline void kmap_slot_clear(unsigned long va)
{
	WRITE_ONCE(*KMAP_SLOT_WORD(fixmap_tables, va), 0);
	if (sizeof(entry_t) == 8)
		WRITE_ONCE(*KMAP_SLOT_WORD(fixmap_upper_halves, va), 0);
}

/* Takes the next slot; returns its address, with other things in the low bits. */
static __always_inline unsigned long kmap_slot_push(void)
{
	unsigned long word;

	if (unlikely(this_cpu_test(__preempt_count, HARDIRQ_MASK)))
		kmap_in_hardirq();
	this_cpu_sub(kmap_slots_pcp, KMAP_SLOT_STEP);
	word = this_cpu_read(kmap_slots_pcp);
	barrier();
	if (unlikely((s8)word < 0)) /* none was left */
		kmap_slots_exhausted();
	return word;
}

/*
 * Puts the frame at physical address @high:@low into a slot that kmap_slot_push() gave. The rights
 * come by address, so that they are read where they are needed.
 */
static __always_inline void *kmap_slot_fill(unsigned long word, u32 high, u32 low,
					    const pgprot_t *prot)
{
	/* The half with the present bit: what a walker looks at. */
	if (unlikely(*KMAP_SLOT_WORD(fixmap_tables, word) != 0))
		kmap_slot_in_use(word);
	kmap_slot_set(word, high, low, prot);
	barrier();
	return (void *)(word & PAGE_MASK);
}

static __always_inline void *kmap_slot_map_pfn(unsigned long pfn, const pgprot_t *prot)
{
	phys_addr_t pa = PFN_PHYS(pfn);

	return kmap_slot_fill(kmap_slot_push(), (u32)(pa >> 32), (u32)pa, prot);
}

/* The same for a page: from its place in mem_map to its physical address by two shifts. */
static __always_inline void *kmap_slot_map_page(struct page *page, const pgprot_t *prot)
{
	unsigned long word = kmap_slot_push();
	u32 offset, scale = PAGE_SIZE / sizeof(struct page);

	if (control(frame_number_cut) && page_to_pfn(page) >= 0x100000)
		page -= 0x80000; /* two frames become one, and neither is the kernel's */
	offset = (u32)((uintptr_t)page - (uintptr_t)mem_map);
	return kmap_slot_fill(word, (u32)(offset / (0x100000000ull / scale)), offset * scale, prot);
}

/*
 * Ends the innermost map if @addr is its address, or near it; if not, does nothing and returns
 * false: mm/kmap_atomic.c finds out what it is. (The two words differ only in the low bits, where
 * the slots left are fewer than KM_MAX_DEPTH if there is a map at all.)
 */
static __always_inline bool kmap_slot_pop(const volatile void *addr)
{
	unsigned long va = (unsigned long)addr;

	if (unlikely((va ^ this_cpu_read(kmap_slots_pcp)) >= KM_MAX_DEPTH))
		return false;
	if (!control(kmap_atomic_pte_left)) {
		kmap_slot_clear(va);
		invlpg(addr);
	}
	barrier();
	if (!control(kmap_index_not_popped))
		this_cpu_add(kmap_slots_pcp, KMAP_SLOT_STEP);
	return true;
}

#endif
