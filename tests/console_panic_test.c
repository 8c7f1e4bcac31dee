/* SPDX-License-Identifier: MIT */
/*
 * What a report is made of: symbols, walks of stacks good and broken, and the texts of BUG, WARN
 * and panic. The whole reports, with their exits, are death tests (tests/death.cfg).
 */
#include "boot/layout.h"
#include "kernel/console/panic.h"
#include "kernel/console/symbols.h"
#include "kernel/cpu/stacks.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define TEXT(n) ((unsigned long)panic + (n)) /* some address in the kernel's code */

static unsigned long seen[64];
static unsigned int count;

static bool note(unsigned long address, void *arg)
{
	if (count < ARRAY_SIZE(seen))
		seen[count] = address;
	count++;
	return count != (unsigned long)arg;
}

static unsigned int walk(const void *frame)
{
	count = 0;
	return walk_stack((unsigned long)frame, note, NULL);
}

static void good_chain(struct kunit *test)
{
	unsigned long stack[8] = {0};

	stack[0] = (unsigned long)&stack[2];
	stack[1] = TEXT(1);
	stack[2] = (unsigned long)&stack[6];
	stack[3] = TEXT(2);
	stack[7] = TEXT(3);
	KUNIT_EXPECT_EQ(test, walk(stack), 3u);
	KUNIT_EXPECT_EQ(test, seen[0], TEXT(1));
	KUNIT_EXPECT_EQ(test, seen[2], TEXT(3));
	count = 0;
	KUNIT_EXPECT_EQ(test, walk_stack((unsigned long)stack, note, (void *)2), 2u);
}

/* Chains that lead astray end the walk; none of them faults. */
static void broken_chains(struct kunit *test)
{
	unsigned long stack[4] = {(unsigned long)stack, TEXT(1)};
	static const unsigned long nowhere[] = {
		0,          1,          0x1000,     PAGE_OFFSET - 4,
		0xfffff000, 0xfffffffc, 0xffffffff, FIX_TO_VIRT(FIX_HOLE)};

	KUNIT_EXPECT_EQ(test, walk(stack), 1u); /* points at itself */
	stack[2] = (unsigned long)stack;
	stack[3] = TEXT(2);
	stack[0] = (unsigned long)&stack[2];
	KUNIT_EXPECT_EQ(test, walk(stack), 2u); /* points back */
	stack[0] = (unsigned long)stack + 9;
	KUNIT_EXPECT_EQ(test, walk(stack), 1u); /* not aligned */
	stack[1] = 0;
	KUNIT_EXPECT_EQ(test, walk(stack), 0u); /* no return address */
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		KUNIT_EXPECT_EQ(test, walk((void *)nowhere[i]), 0u);
		stack[0] = nowhere[i];
		stack[1] = TEXT(1);
		KUNIT_EXPECT_EQ(test, walk(stack), 1u);
	}
	KUNIT_EXPECT_EQ(test, walk(boot_stack_guard), 0u);
	KUNIT_EXPECT_EQ(test, walk((void *)((unsigned long)boot_stack_top - 4)), 0u);
}

static void own_stack_leads_to_the_entry(struct kunit *test)
{
	const char *name = NULL;

	KUNIT_ASSERT_GT(test, walk(__builtin_frame_address(0)), 4u);
	for (unsigned int i = 0; i < count && (!name || strcmp(name, "kernel_main")); i++) {
		name = symbol_lookup(seen[i] - 1, NULL, NULL);
		KUNIT_ASSERT_NOT_NULL(test, name);
	}
	KUNIT_EXPECT_STREQ(test, name, "kernel_main");
}

static void symbols(struct kunit *test)
{
	unsigned long at = (unsigned long)symbol_lookup, offset, size;
	char text[64], wanted[64];

	KUNIT_EXPECT_STREQ(test, symbol_lookup(at, &offset, &size), "symbol_lookup");
	KUNIT_EXPECT_EQ(test, offset, 0ul);
	KUNIT_EXPECT_GT(test, size, 16ul);
	KUNIT_EXPECT_STREQ(test, symbol_lookup(at + size - 1, &offset, NULL), "symbol_lookup");
	KUNIT_EXPECT_EQ(test, offset, size - 1);
	/* Where a call that is a function's last instruction returns to, another one begins. */
	scnprintf(wanted, sizeof(wanted), "symbol_lookup+0x%lx/0x%lx", size, size);
	scnprintf(text, sizeof(text), "%pB", (void *)(at + size));
	KUNIT_EXPECT_STREQ(test, text, wanted);
	KUNIT_EXPECT_STRNEQ(test, symbol_lookup(at + size, &offset, NULL), "symbol_lookup");
	KUNIT_EXPECT_EQ(test, offset, 0ul);
	KUNIT_EXPECT_NULL(test, symbol_lookup(0, &offset, &size));
	KUNIT_EXPECT_NULL(test, symbol_lookup((unsigned long)__text_end, &offset, &size));
	KUNIT_EXPECT_NULL(test, symbol_lookup(~0ul, &offset, &size));
	KUNIT_EXPECT_EQ(test, symbol_address("symbol_lookup"), at);
	KUNIT_EXPECT_EQ(test, symbol_address("no such symbol"), 0ul);
	snprintf(text, sizeof(text), "%pS %ps", (void *)(at + 1), (void *)at);
	KUNIT_EXPECT_EQ(test, strncmp(text, "symbol_lookup+0x1/0x", 20), 0);
	KUNIT_EXPECT_STREQ(test, strchr(text, ' '), " symbol_lookup");
}

static void texts(struct kunit *test)
{
	KUNIT_EXPECT_PANIC(test, "reason 7", panic("reason %d", 7));
	KUNIT_EXPECT_BUG(test, "BUG at tests/console_panic_test.c:* in texts(): test",
			 BUG_ON(test));
	KUNIT_EXPECT_WARN(test, "careful 8", WARN(true, "careful %d", 8));
	KUNIT_EXPECT_EQ(test, panic_depth, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(good_chain), KUNIT_CASE(broken_chains), KUNIT_CASE(own_stack_leads_to_the_entry),
	KUNIT_CASE(symbols),    KUNIT_CASE(texts),         {},
};

static struct kunit_suite suite = {
	.name = "console_panic",
	.quick = true,
	.test_cases = cases,
};
kunit_test_suite(suite);
