/* SPDX-License-Identifier: MIT */
/*
 * The two page-table entry formats [SDM3 4.3, 4.4], behind one set of types.
 *
 * Two-level: 32-bit entries, 1024 a table; the page directory is the top.
 * PAE: 64-bit entries, 512 a table; four directory pointers (the PDPT) above the directories.
 *
 * Code that walks tables sees three kinds of entry in both formats:
 *
 *   pgd_t  top: PAE: one of 4 PDPT entries, 1 GiB each.  Two-level: folded, see pmd_offset().
 *   pmd_t  page directory entry: a page table, or a large page (4 MiB / 2 MiB)
 *   pte_t  one 4 KiB page
 *
 *   63    62..52  51..12   11..9   8   7    6   5   4     3     2     1    0
 *   NX    zero    frame    free    G   PS   D   A   PCD   PWT   US    RW   P
 *   (PAE only)                         PAT in a pte
 *
 * Writing a 64-bit entry takes two 32-bit stores, and another CPU's walker may look in between.
 * The half with the present bit therefore goes last when an entry is made, and first when it is
 * taken away, so that a half-written entry is never a present one. One function each does this.
 */
#ifndef BOOT_PGENTRY_H
#define BOOT_PGENTRY_H

#define _PAGE_PRESENT  0x001
#define _PAGE_RW       0x002
#define _PAGE_USER     0x004
#define _PAGE_PWT      0x008
#define _PAGE_PCD      0x010
#define _PAGE_ACCESSED 0x020
#define _PAGE_DIRTY    0x040
#define _PAGE_PSE      0x080
#define _PAGE_GLOBAL   0x100
#define _PAGE_TABLE    (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)

#ifndef __ASSEMBLER__
#include "boot/layout.h"
#include "lib/control.h"

#ifdef CONFIG_PAE
typedef u64 entry_t;
#define PT_FRAME_MASK  0x000ffffffffff000ull
#define _PAGE_NX       (1ull << 63)
#define PDPT_ENTRIES   4
#define PT_PHYS_LIMIT  (1ull << 36) /* what loft drives with PAE: 64 GiB */
#define PT_FORMAT_NAME "i386-pae"
#else
typedef u32 entry_t;
#define PT_FRAME_MASK  0xfffff000u
#define _PAGE_NX       0u /* this format has no such bit */
#define PDPT_ENTRIES   1
#define PT_PHYS_LIMIT  (1ull << 32)
#define PT_FORMAT_NAME "i386"
#endif

typedef struct {
	entry_t val;
} pte_t;
typedef struct {
	entry_t val;
} pmd_t;
typedef struct {
	entry_t val;
} pgd_t;

/* What a mapping may do, without its frame. */
typedef struct {
	entry_t val;
} pgprot_t;

static inline phys_addr_t entry_phys(entry_t entry)
{
	return entry & PT_FRAME_MASK;
}

static inline bool entry_present(entry_t entry)
{
	return entry & _PAGE_PRESENT;
}

static inline entry_t make_entry(phys_addr_t pa, pgprot_t prot)
{
	return ((entry_t)pa & PT_FRAME_MASK) | prot.val;
}

/*
 * entry_set() - make a clear entry a present one; no walker sees it half written.
 * entry_clear() - the reverse.
 * entry_get_and_clear() - entry_clear(), and what was there. The half with the present and the
 * Accessed bit is read and cleared in one locked exchange: a walker on another CPU, which sets
 * Accessed by a locked operation of its own [SDM3 8.1.2.1], either did so before, and the bit is in
 * the result, or finds the entry not present.
 * @slot: an entry of a live table. The caller owns the slot: nobody else writes it meanwhile, but
 * CPUs may walk it. entry_set() on a present entry is the caller's bug: clear and flush it first.
 * Any context.
 */

/* The word of an entry that walkers set Accessed in: what it was. It is 0 now. */
static inline u32 entry_take_word(u32 *word)
{
	u32 was;

	if (!control(pte_exchange_torn))
		return __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST);
	was = READ_ONCE(*word);
	WRITE_ONCE(*word, 0);
	return was;
}

#ifdef CONFIG_PAE
/* Between the halves of two controls: long enough for another CPU to come by. */
static inline void dawdle(void)
{
	for (volatile int i = 0; i < 50; i++)
		;
}

static inline void entry_set(entry_t *slot, entry_t value)
{
	volatile u32 *half = (volatile u32 *)slot;

	if (control(pte_low_half_first)) {
		half[0] = (u32)value;
		dawdle();
		half[1] = (u32)(value >> 32);
		return;
	}
	half[1] = (u32)(value >> 32);
	half[0] = (u32)value;
}

static inline void entry_clear(entry_t *slot)
{
	volatile u32 *half = (volatile u32 *)slot;

	if (control(pte_high_half_cleared_first)) {
		half[1] = 0;
		dawdle();
		half[0] = 0;
		return;
	}
	half[0] = 0;
	half[1] = 0;
}

static inline entry_t entry_get_and_clear(entry_t *slot)
{
	u32 *half = (u32 *)slot;
	u32 low = entry_take_word(&half[0]);
	u32 high = READ_ONCE(half[1]);

	WRITE_ONCE(half[1], 0);
	return ((entry_t)high << 32) | low;
}

/* entry_get_and_clear() for who wants to know of the flags only: the low half. */
static inline u32 entry_clear_flags(entry_t *slot)
{
	u32 *half = (u32 *)slot;
	u32 low = entry_take_word(&half[0]);

	WRITE_ONCE(half[1], 0);
	return low;
}

/*
 * entry_set() of a value whose halves are at hand, with the rights @prot: the high one first, which
 * a two-level entry does not have.
 */
static inline void entry_set_high(entry_t *slot, u32 high, const pgprot_t *prot)
{
	((volatile u32 *)slot)[1] = high | (u32)(prot->val >> 32);
}

static inline void entry_set_low(entry_t *slot, u32 low, const pgprot_t *prot)
{
	((volatile u32 *)slot)[0] = low | (u32)prot->val;
}
#else
static inline void entry_set_high(entry_t *slot, u32 high, const pgprot_t *prot)
{
}

static inline void entry_set_low(entry_t *slot, u32 low, const pgprot_t *prot)
{
	*(volatile entry_t *)slot = low | prot->val;
}

static inline void entry_set(entry_t *slot, entry_t value)
{
	*(volatile entry_t *)slot = value;
}

static inline void entry_clear(entry_t *slot)
{
	*(volatile entry_t *)slot = 0;
}

static inline entry_t entry_get_and_clear(entry_t *slot)
{
	return entry_take_word(slot);
}

static inline u32 entry_clear_flags(entry_t *slot)
{
	return entry_get_and_clear(slot);
}
#endif

#endif /* !__ASSEMBLER__ */
#endif
