/* SPDX-License-Identifier: MIT */
/*
 * Proves that what a flusher and a CPU with slots at hand change, others may change as well: hints
 * that are set while a flusher takes them, and slots that are taken back while their CPU takes one.
 *
 * Each is run one instruction at a time, and after each instruction in turn the hook does what an
 * interrupt or another CPU could. What cannot be stopped in the middle, one instruction, must have
 * the lock prefix: else another CPU comes in between there.
 */
#include "boot/x86.h"
#include "kernel/cpu/traps.h"
#include "mm/pkmap_internal.h"
#include "proc/kthread.h"
#include "tests/pkmap_pages.h"

#define MAX_STEPS 3000 /* more than there are, in a debug build */

static struct {
	struct page *page, *given;
	unsigned int steps, at;
	bool done, last;
	const volatile unsigned long *word; /* to be changed by locked instructions only */
	unsigned long was;
	unsigned int changes, unlocked;
	const u8 *insn; /* that runs until the next step */
} now;

static void step(void (*fn)(void *arg), void (*hook)(struct pt_regs *regs))
{
	now.steps = 0;
	now.done = now.last = false;
	trap_step(fn, NULL, hook);
}

static void map_it(void *unused)
{
	kmap(now.page);
}

static void unmap_it(void *unused)
{
	kunmap(now.page);
}

static void flush(void *unused)
{
	kmap_flush_unused();
}

/* The search begins at slot 0 again: what is mapped next has its hint in the first word. */
static void begin_anew(void)
{
	kmap_flush_unused();
	lock_kmap();
	pkmap_search_from(0, 0);
	unlock_kmap();
}

/* --- a slot becomes idle while a flusher takes hints --- */

static unsigned long *hints(void)
{
	return this_cpu_ptr(&idle_hints)->map;
}

/* Later than when the hints are taken it makes no difference any more. */
static void unmap_meanwhile(struct pt_regs *regs)
{
	if (!spin_is_locked(&kmap_lock) || !(regs->eflags & EFLAGS_IF) || ++now.steps < now.at)
		return;
	now.done = true;
	now.last = READ_ONCE(*hints()) == 0;
	kunmap_high(now.given);
	trap_step_stop(regs);
}

static void hints_set_meanwhile_are_not_lost(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);

	now.given = pages[1];
	migrate_disable();
	for (now.at = 1; now.at < MAX_STEPS; now.at++) {
		begin_anew();
		kmap(pages[0]);
		kmap(pages[1]);
		kunmap(pages[0]);
		step(flush, unmap_meanwhile);
		KUNIT_EXPECT_EQ(test, kmap_slots_astray(), 0u);
		if (now.last || !now.done)
			break;
	}
	migrate_enable();
	KUNIT_EXPECT_TRUE(test, now.last);
	KUNIT_EXPECT_GT(test, now.at, 5u);
	kmap_flush_unused();
	KUNIT_EXPECT_NULL(test, page_address(pages[1]));
}

/* --- slots are taken back while their CPU takes one --- */

/* Later than when the page has its slot it makes no difference any more. */
static void take_back_meanwhile(struct pt_regs *regs)
{
	if (++now.steps < now.at)
		return;
	if (!(regs->eflags & EFLAGS_IF) || spin_is_locked(&kmap_lock))
		return;
	now.done = true;
	now.last = page_address(now.page) != NULL;
	lock_kmap();
	pkmap_take_back(0);
	unlock_kmap();
	trap_step_stop(regs);
}

static void slots_at_hand_are_given_once(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);

	now.page = pages[0];
	migrate_disable();
	for (now.at = 1; now.at < MAX_STEPS; now.at++) {
		begin_anew();
		kmap(pages[1]); /* and this CPU has more at hand */
		step(map_it, take_back_meanwhile);
		KUNIT_EXPECT_EQ(test, kmap_slots_astray(), 0u);
		kunmap(pages[0]);
		kunmap(pages[1]);
		if (now.last || !now.done)
			break;
	}
	migrate_enable();
	KUNIT_EXPECT_GT(test, now.at, 10u);
}

/* --- one instruction --- */

static bool is_segment_prefix(u8 byte)
{
	return (byte & 0xe7) == 0x26 || byte == 0x64 || byte == 0x65;
}

/* With the lock prefix, or an exchange with memory, which needs none [SDM3 8.1.2.1]. */
static bool is_locked(const u8 *insn)
{
	while (is_segment_prefix(*insn))
		insn++;
	return *insn == 0xf0 || *insn == 0x87;
}

static void watch_word(struct pt_regs *regs)
{
	if (*now.word != now.was) {
		now.changes++;
		now.unlocked += !now.insn || !is_locked(now.insn);
	}
	now.was = *now.word;
	now.insn = (const u8 *)regs->eip;
}

static void expect_locked(struct kunit *test, void (*fn)(void *arg), const volatile void *word)
{
	now.word = word;
	now.was = *now.word;
	now.changes = now.unlocked = 0;
	now.insn = NULL;
	step(fn, watch_word);
	KUNIT_EXPECT_GE(test, now.changes, 1u);
	KUNIT_EXPECT_EQ(test, now.unlocked, 0u);
}

static void what_others_change_is_changed_locked(struct kunit *test)
{
	struct page **pages = kmap_test_pages(test, 2, 0);

	migrate_disable();
	begin_anew();
	kmap(pages[1]);
	lock_kmap();
	pkmap_take_back(0);
	pkmap_refill(pkmap_next_free(0, 0), 0); /* at hand, however few there are for a CPU */
	unlock_kmap();
	now.page = pages[0];
	expect_locked(test, map_it, &this_cpu_ptr(&pkmap_batches)->of[0].next);
	expect_locked(test, unmap_it, &pkmap_count[kmap_slot_of(pages[0])]);
	kmap(pages[0]);
	kmap_flush_unused();
	expect_locked(test, unmap_it, hints());
	expect_locked(test, flush, hints());
	kunmap(pages[1]);
	migrate_enable();
}

static struct kunit_case kmap_between_cases[] = {
	KUNIT_CASE(hints_set_meanwhile_are_not_lost),
	KUNIT_CASE(slots_at_hand_are_given_once),
	KUNIT_CASE(what_others_change_is_changed_locked),
	{},
};

static struct kunit_suite kmap_between_suite = {
	.name = "kmap_between",
	.init = kmap_test_init,
	.test_cases = kmap_between_cases,
};
kunit_test_suite(kmap_between_suite);
