/* SPDX-License-Identifier: MIT */
/*
 * Proves that a switch of tasks leaves a slot for NMIs at any time: the code that takes one task's
 * maps out and puts another's in runs one instruction at a time, and after each comes an NMI that
 * maps a page.
 *
 * The tasks are only their struct kmap_ctrl: this one plays both, with interrupts off.
 */
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/kmap_ctrl.h"
#include "mm/highmem.h"
#include "mm/kmap_slots.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"
#include "tests/page_sign.h"

#define MOST   3 /* maps of one task */
#define NPAGES (2 * MOST + 1)

static struct page *pages[NPAGES];

static int take_pages(struct kunit *test)
{
	return signed_pages_take(pages, NPAGES);
}

static void give_pages(struct kunit *test)
{
	signed_pages_give(pages, NPAGES);
}

/* A task that holds @depth maps, of the pages from @first on. */
struct player {
	struct kmap_ctrl maps;
	unsigned int first, depth;
	u32 *va[MOST];
};

static struct {
	struct player *from, *to;
	unsigned int nmis, taken, wrong;
} now;

/* Maps a page, if the slot is free that is to be taken next: it would be the end otherwise. */
static bool map_in_nmi(struct pt_regs *regs)
{
	struct page *page = pages[NPAGES - 1];
	u32 *va;

	now.nmis++;
	if (*kmap_slot_entry(this_cpu_read(kmap_slots_pcp) - KMAP_SLOT_STEP) != 0) {
		now.taken++;
		return true;
	}
	va = kmap_atomic_pfn(page_to_pfn(page));
	now.wrong += !page_shows_at(va, page, now.nmis);
	kunmap_atomic(va);
	return true;
}

static void nmi_here(struct pt_regs *regs)
{
	raise_vector(X86_TRAP_NMI);
}

static void switch_tasks(void *unused)
{
	kmap_switch_slots(&now.from->maps, &now.to->maps);
}

static void switch_stepped(struct player *from, struct player *to)
{
	now.from = from;
	now.to = to;
	nmi_hook = map_in_nmi;
	trap_step(switch_tasks, NULL, nmi_here);
	nmi_hook = NULL;
	now.wrong += kmap_depth() != to->depth;
	for (unsigned int i = 0; i < to->depth; i++)
		now.wrong += !page_shows(to->va[i], pages[to->first + i]);
}

static void open_maps(struct player *player)
{
	for (unsigned int i = 0; i < player->depth; i++)
		player->va[i] = kmap_local_pfn(page_to_pfn(pages[player->first + i]));
}

static void close_maps(struct player *player)
{
	for (unsigned int i = player->depth; i-- > 0;)
		kunmap_local(player->va[i]);
}

/* To and fro between a task with @deep maps and one with @shallow. */
static void switch_between(unsigned int deep, unsigned int shallow)
{
	struct player a = {.first = 0, .depth = deep}, b = {.first = MOST, .depth = shallow};
	struct kmap_ctrl none = {.depth = 0};
	unsigned long flags;

	local_irq_save(flags);
	open_maps(&b);
	kmap_switch_slots(&b.maps, &none);
	open_maps(&a);
	switch_stepped(&a, &b);
	switch_stepped(&b, &a);
	close_maps(&a);
	kmap_switch_slots(&none, &b.maps);
	close_maps(&b);
	local_irq_restore(flags);
}

static void nmis_find_a_free_slot(struct kunit *test)
{
	now.nmis = now.taken = now.wrong = 0;
	for (unsigned int deep = 1; deep <= MOST; deep++)
		for (unsigned int shallow = 0; shallow <= deep; shallow++)
			switch_between(deep, shallow);
	KUNIT_EXPECT_GT(test, now.nmis, 500u);
	KUNIT_EXPECT_EQ(test, now.taken, 0u);
	KUNIT_EXPECT_EQ(test, now.wrong, 0u);
}

static struct kunit_case kmap_switch_cases[] = {
	KUNIT_CASE(nmis_find_a_free_slot),
	{},
};

static struct kunit_suite kmap_switch_suite = {
	.name = "kmap_switch",
	.init = take_pages,
	.exit = give_pages,
	.test_cases = kmap_switch_cases,
};
kunit_test_suite(kmap_switch_suite);
