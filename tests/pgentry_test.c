/* SPDX-License-Identifier: MIT */
/*
 * Proves: no walker ever sees a half-written 64-bit entry as a present one.
 *
 * entry_set() and entry_clear() are run one instruction at a time (EFLAGS.TF), and after each of
 * them the entry is looked at, as another CPU's page walker could. Whenever the present bit is set,
 * both halves must belong to the new entry.
 */
#include "boot/pgentry.h"
#include "kernel/cpu/traps.h"
#include "tests/kunit.h"

/* Both halves full of bits, so that any mix of old and new shows. */
#define WHOLE_ENTRY ((entry_t)0x8000000fedcba067ull)

static entry_t slot;
static unsigned int steps, torn;

static void look(struct pt_regs *regs)
{
	entry_t now = *(volatile entry_t *)&slot;

	steps++;
	if (entry_present(now) && now != WHOLE_ENTRY)
		torn++;
}

static void set_it(void *arg)
{
	entry_set(&slot, WHOLE_ENTRY);
}

static void clear_it(void *arg)
{
	entry_clear(&slot);
}

static void run_stepped(struct kunit *test, void (*fn)(void *arg))
{
	steps = torn = 0;
	trap_step(fn, NULL, look);
	KUNIT_ASSERT_GT_MSG(test, steps, 1u, "single-stepping does not work: nothing was seen");
	KUNIT_EXPECT_EQ(test, torn, 0u);
}

static void set_is_never_torn(struct kunit *test)
{
	slot = 0;
	run_stepped(test, set_it);
	KUNIT_EXPECT_EQ(test, (u64)slot, (u64)WHOLE_ENTRY);
}

static void clear_is_never_torn(struct kunit *test)
{
	slot = WHOLE_ENTRY;
	run_stepped(test, clear_it);
	KUNIT_EXPECT_EQ(test, (u64)slot, 0ull);
}

/* make_entry() keeps the whole frame number (all 36 bits with PAE) and the rights. */
static void make_entry_keeps_frame_and_rights(struct kunit *test)
{
	phys_addr_t pa = PT_PHYS_LIMIT - PAGE_SIZE;
	entry_t entry = make_entry(pa, (pgprot_t){_PAGE_PRESENT | _PAGE_NX});

	KUNIT_EXPECT_EQ(test, entry_phys(entry), pa);
	KUNIT_EXPECT_EQ(test, (u64)(entry & ~PT_FRAME_MASK), (u64)(_PAGE_PRESENT | _PAGE_NX));
}

static struct kunit_case pgentry_cases[] = {
	KUNIT_CASE(set_is_never_torn),
	KUNIT_CASE(clear_is_never_torn),
	KUNIT_CASE(make_entry_keeps_frame_and_rights),
	{},
};

static struct kunit_suite pgentry_suite = {
	.name = "pgentry",
	.test_cases = pgentry_cases,
	.quick = true,
};
kunit_test_suite(pgentry_suite);
