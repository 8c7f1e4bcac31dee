/* SPDX-License-Identifier: MIT */
/*
 * Switching temporary maps with their task: see kmap_ctrl.h.
 *
 * A task may be preempted between any two instructions of kmap_local_page() and kunmap_local(). The
 * depth goes up before the entry is written, and down after it has been cleared and flushed, so
 * every slot that may have an entry, half an entry or a translation in the TLB is below the depth
 * that the switch sees. It saves each of them as it is and flushes each, also one that is empty:
 * the task may be about to.
 *
 * The switch itself has interrupts off, but NMIs map pages, too, between any two of its
 * instructions. They take the slot at the depth that the word says, and it is empty again when they
 * are done. So the word must never say less than there are entries: it stays while those of the
 * one task are taken out, says the other's depth while there is none, and then those are put in.
 */
#include "kernel/sync/kmap_ctrl.h"
#include "boot/phys_window.h"
#include "boot/x86.h"
#include "lib/bug.h"
#include "lib/control.h"

/* CPU 0's; percpu_init() makes the others'. */
DEFINE_PER_CPU(unsigned long, kmap_slots_pcp) = KMAP_SLOTS_NONE(0);

/* The address of map @depth on this CPU, which has no maps open. */
static unsigned long slot_address(unsigned long none, unsigned int depth)
{
	return (none & PAGE_MASK) - (depth + 1) * KM_INCR * PAGE_SIZE;
}

static entry_t *slot_entry(unsigned long va)
{
	return &fixmap_tables[(va - FIXMAP_TABLE_BASE) >> PAGE_SHIFT];
}

void kmap_switch_slots(struct kmap_ctrl *prev, struct kmap_ctrl *next)
{
	unsigned int depth = kmap_depth();
	unsigned long none = this_cpu_read(kmap_slots_pcp) + depth * KMAP_SLOT_STEP;

	if (control(kmap_local_not_switched))
		return;
	prev->depth = depth;
	for (unsigned int i = 0; i < depth; i++) {
		unsigned long va = slot_address(none, i);

		prev->entry[i] = *slot_entry(va);
		entry_clear(slot_entry(va));
		invlpg((void *)va);
	}
	barrier();
	if (!control(kmap_switch_entries_first))
		this_cpu_write(kmap_slots_pcp, none - next->depth * KMAP_SLOT_STEP);
	barrier();
	for (unsigned int i = 0; i < next->depth; i++) {
		entry_t *slot = slot_entry(slot_address(none, i));

		BUG_ON(*slot != 0);
		if (next->entry[i] != 0)
			entry_set(slot, next->entry[i]);
	}
	if (control(kmap_switch_entries_first))
		this_cpu_write(kmap_slots_pcp, none - next->depth * KMAP_SLOT_STEP);
	next->depth = 0;
}

void kmap_exit_check(void)
{
	struct kmap_ctrl dropped, nothing = {.depth = 0};
	unsigned long flags;

	local_irq_save(flags);
	if (WARN(kmap_depth() != 0, "a task ends with %u temporary maps open", kmap_depth()))
		kmap_switch_slots(&dropped, &nothing);
	local_irq_restore(flags);
}
