/* SPDX-License-Identifier: MIT */
/*
 * Proves: no walker ever sees a half-written 64-bit entry as a present one; and no walk is missed
 * by who takes an entry away.
 *
 * The functions are run one instruction at a time (EFLAGS.TF), and after each of them the entry is
 * looked at, as another CPU's page walker could. Whenever the present bit is set, both halves must
 * belong to the new entry. And where a walker found it present and set Accessed, this bit must be
 * in what entry_get_and_clear() and entry_clear_flags() return.
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

#define NEVER_WALKED (WHOLE_ENTRY & ~(entry_t)_PAGE_ACCESSED)
#define MAX_STEPS    100 /* more than the functions have */

static unsigned int walk_after; /* this step */
static bool walked;
static entry_t taken;

/* A walker comes by after one of the steps. It finds the entry, or nothing. */
static void walk(struct pt_regs *regs)
{
	volatile u32 *low = (volatile u32 *)&slot; /* the first half, or all of it */

	if (++steps != walk_after || !(*low & _PAGE_PRESENT))
		return;
	*low |= _PAGE_ACCESSED;
	walked = true;
}

static void take_it(void *arg)
{
	taken = entry_get_and_clear(&slot);
}

static void take_its_flags(void *arg)
{
	taken = entry_clear_flags(&slot);
}

/* Walks come after each of the steps in turn. @mask: what of the entry @fn returns. */
static void no_walk_is_missed(struct kunit *test, void (*fn)(void *arg), entry_t mask)
{
	unsigned int walks = 0, missed = 0;

	for (walk_after = 1; walk_after < MAX_STEPS; walk_after++) {
		slot = NEVER_WALKED;
		steps = 0;
		walked = false;
		trap_step(fn, NULL, walk);
		walks += walked;
		missed += taken != ((walked ? WHOLE_ENTRY : NEVER_WALKED) & mask);
		KUNIT_EXPECT_EQ(test, (u64)slot, 0ull);
	}
	KUNIT_EXPECT_GE(test, walks, 1u);
	KUNIT_EXPECT_LT(test, steps, (unsigned int)MAX_STEPS);
	KUNIT_EXPECT_EQ(test, missed, 0u);
}

static void taking_misses_no_walk(struct kunit *test)
{
	no_walk_is_missed(test, take_it, ~(entry_t)0);
}

static void taking_the_flags_misses_no_walk(struct kunit *test)
{
	no_walk_is_missed(test, take_its_flags, (u32)~0);
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
	KUNIT_CASE(taking_misses_no_walk),
	KUNIT_CASE(taking_the_flags_misses_no_walk),
	KUNIT_CASE(make_entry_keeps_frame_and_rights),
	{},
};

static struct kunit_suite pgentry_suite = {
	.name = "pgentry",
	.test_cases = pgentry_cases,
	.quick = true,
};
kunit_test_suite(pgentry_suite);
