/* SPDX-License-Identifier: MIT */
/*
 * The exception table and the careful copies: exact to the byte on both sides of an unmapped page,
 * for every alignment, and harmless where they refuse.
 *
 * The unmapped page is the guard page of a kernel stack: right below it lies the top of another
 * stack, which is readable, and may be written with what it already holds.
 */
#include "boot/layout.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "lib/errno.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

#define SPAN   24 /* bytes around the border */
#define MANY   10000
#define CANARY 0xa5

static const u8 *hole; /* first byte that is not mapped */
static const u32 constant = 0xc0ffee;

static void read_hole(void *arg)
{
	(void)*(volatile const u8 *)hole;
}

static int find_hole(struct kunit *test)
{
	hole = (const u8 *)df_stack_guard;
	if (recover_try(read_hole, NULL, NULL) != RECOVERED_FAULT)
		kunit_error(test, "the guard page is mapped: nothing to stumble over");
	return 0;
}

static void sorted(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, extable_sorted());
}

/* Start @before bytes below the hole, ask for @size, into a destination at each alignment. */
static void read_across(struct kunit *test, size_t before, size_t size, size_t offset)
{
	u8 buffer[SPAN * 2 + 8] __aligned(4);
	u8 *to = buffer + offset;
	const u8 *from = hole - before;
	size_t good = min(before, size);
	size_t i;
	long err;

	memset(buffer, CANARY, sizeof(buffer));
	err = copy_from_kernel_nofault(to, from, size);
	KUNIT_ASSERT_EQ_MSG(test, err, size > before ? -EFAULT : 0, "%zu of %zu bytes", good, size);
	KUNIT_ASSERT_MEMEQ(test, to, from, good);
	for (i = 0; i < sizeof(buffer); i++)
		if (i < offset || i >= offset + good)
			KUNIT_ASSERT_EQ_MSG(test, buffer[i], CANARY, "byte %zu, %zu of %zu", i,
					    good, size);
}

static void reads_are_exact(struct kunit *test)
{
	size_t before, size, offset;

	for (before = 0; before <= SPAN; before++)
		for (size = 0; size <= before + 5; size++)
			for (offset = 0; offset < 4; offset++)
				read_across(test, before, size, offset);
}

static void writes_stop_at_the_hole(struct kunit *test)
{
	u8 same[SPAN + 8];
	size_t before;

	for (before = 0; before <= SPAN; before++) {
		u8 *to = (u8 *)(uintptr_t)(hole - before);

		memset(same, 0, sizeof(same));
		memcpy(same, to, before);
		KUNIT_EXPECT_EQ(test, copy_to_kernel_nofault(to, same, before), 0);
		KUNIT_EXPECT_EQ(test, copy_to_kernel_nofault(to, same, before + 1), -EFAULT);
		KUNIT_EXPECT_MEMEQ(test, to, same, before);
	}
}

static void read_only_is_not_written(struct kunit *test)
{
	u32 value = 0;
	u8 byte = __text_start[0];

	KUNIT_EXPECT_EQ(test, copy_to_kernel_nofault((void *)&constant, &value, 4), -EFAULT);
	KUNIT_EXPECT_EQ(test, *(volatile const u32 *)&constant, 0xc0ffee);
	KUNIT_EXPECT_EQ(test, copy_to_kernel_nofault(__text_start, &byte, 1), -EFAULT);
}

static void only_kernel_addresses(struct kunit *test)
{
	u32 value = CANARY;

	KUNIT_EXPECT_EQ(test, copy_from_kernel_nofault(&value, NULL, 4), -ERANGE);
	KUNIT_EXPECT_EQ(test, copy_from_kernel_nofault(&value, (void *)(PAGE_OFFSET - 1), 1),
			-ERANGE);
	KUNIT_EXPECT_EQ(test, copy_to_kernel_nofault(NULL, &value, 4), -ERANGE);
	KUNIT_EXPECT_EQ(test, value, CANARY);
	KUNIT_EXPECT_EQ(test, copy_from_kernel_nofault(&value, (void *)0xfffffffc, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, copy_from_kernel_nofault(&value, hole, 0), 0);
}

/* A fault that nobody foresaw is no business of the table. */
static void unlisted_faults_are_faults(struct kunit *test)
{
	struct pt_regs regs = {.eip = (unsigned long)raise_undefined_insn};

	KUNIT_EXPECT_FALSE(test, extable_fixup(&regs));
	KUNIT_EXPECT_EQ(test, regs.eip, (unsigned long)raise_undefined_insn);
	KUNIT_EXPECT_FAULT_VECTOR(test, X86_TRAP_UD, raise_undefined());
}

static void many_listed_faults(struct kunit *test)
{
	unsigned int i, faults = 0;
	u8 byte;

	for (i = 0; i < MANY; i++)
		faults += copy_from_kernel_nofault(&byte, hole + i % PAGE_SIZE, 1) == -EFAULT;
	KUNIT_EXPECT_EQ(test, faults, MANY);
}

static struct kunit_case extable_cases[] = {
	KUNIT_CASE(sorted),
	KUNIT_CASE_SLOW(reads_are_exact),
	KUNIT_CASE(writes_stop_at_the_hole),
	KUNIT_CASE(read_only_is_not_written),
	KUNIT_CASE(only_kernel_addresses),
	KUNIT_CASE(unlisted_faults_are_faults),
	KUNIT_CASE_SLOW(many_listed_faults),
	{},
};

static struct kunit_suite extable_suite = {
	.name = "cpu_extable",
	.init = find_hole,
	.test_cases = extable_cases,
	.quick = true,
};
kunit_test_suite(extable_suite);
