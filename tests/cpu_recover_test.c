/* SPDX-License-Identifier: MIT */
/*
 * Expected failures come back as results, and leave no trace: flags, stack pointer and nesting are
 * as before, ten thousand times over. A stack overflow is such a result, too, and a function can be
 * run instruction by instruction.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "lib/bug.h"
#include "lib/glob.h"
#include "lib/string.h"
#include "proc/kthread.h"
#include "tests/cpu_raise.h"
#include "tests/held_thread.h"
#include "tests/kunit.h"

#define TEST_IRQ      5 /* nothing on a PC without a second parallel port or sound card */
#define MANY          10000
#define OVERFLOWS     3
#define STACK_PATTERN 0x5a5a5a5a

static void nothing(void *arg)
{
}

static void fail_bug(void *arg)
{
	BUG_ON(arg != NULL);
}

static void fail_panic(void *arg)
{
	panic("on purpose: %d", 42);
}

static void fail_fault(void *arg)
{
	raise_undefined();
}

static void kinds(struct kunit *test)
{
	struct recover_info info;

	KUNIT_EXPECT_EQ(test, recover_try(nothing, NULL, &info), RECOVERED_NONE);
	KUNIT_EXPECT_EQ(test, recover_try(fail_bug, NULL, &info), RECOVERED_NONE);
	KUNIT_EXPECT_EQ(test, recover_try(fail_bug, test, &info), RECOVERED_BUG);
	KUNIT_EXPECT_TRUE(test, glob_match("*cpu_recover_test.c*fail_bug*arg != *", info.text));
	KUNIT_EXPECT_EQ(test, recover_try(fail_panic, NULL, &info), RECOVERED_PANIC);
	KUNIT_EXPECT_STREQ(test, info.text, "on purpose: 42");
	KUNIT_EXPECT_EQ(test, recover_try(fail_fault, NULL, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, info.vector, X86_TRAP_UD);
	KUNIT_EXPECT_EQ(test, info.eip, (unsigned long)raise_undefined_insn);
	KUNIT_EXPECT_EQ(test, recover_try(fail_fault, NULL, NULL), RECOVERED_FAULT);
}

static void fail_with_irqs(void *arg)
{
	if (arg)
		local_irq_enable();
	else
		local_irq_disable();
	raise_undefined();
}

static void flags_are_restored(struct kunit *test)
{
	unsigned long flags;
	bool off_after_on, on_after_off;

	local_irq_save(flags);
	recover_try(fail_with_irqs, test, NULL);
	off_after_on = irqs_disabled();
	local_irq_enable();
	recover_try(fail_with_irqs, NULL, NULL);
	on_after_off = !irqs_disabled();
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, off_after_on);
	KUNIT_EXPECT_TRUE(test, on_after_off);
}

struct nest {
	enum recovered inner, innermost;
};

static void inner_then_fail(void *arg)
{
	struct nest *n = arg;

	n->innermost = recover_try(fail_fault, NULL, NULL);
	n->inner = recover_try(nothing, NULL, NULL);
	panic("outer");
}

static void nests(struct kunit *test)
{
	struct nest n = {0};

	KUNIT_EXPECT_EQ(test, recover_try(inner_then_fail, &n, NULL), RECOVERED_PANIC);
	KUNIT_EXPECT_EQ(test, n.innermost, RECOVERED_FAULT);
	KUNIT_EXPECT_EQ(test, n.inner, RECOVERED_NONE);
}

/* A failure of an interrupt handler is not what the interrupted code expects. */
static enum recovered in_handler;
static bool taken_from_handler;

static void failing_handler(unsigned int irq, void *arg)
{
	in_handler = recover_try(fail_fault, NULL, NULL);
	taken_from_handler = recover_claim(RECOVERED_BUG, NULL, "in between") != NULL;
}

static void interrupted(void *arg)
{
	raise_vector(FIRST_IRQ_VECTOR + TEST_IRQ);
}

static void interrupts_are_separate(struct kunit *test)
{
	taken_from_handler = true;
	KUNIT_ASSERT_EQ(test, request_irq(TEST_IRQ, failing_handler, "test", NULL), 0);
	KUNIT_EXPECT_EQ(test, recover_try(interrupted, NULL, NULL), RECOVERED_NONE);
	free_irq(TEST_IRQ);
	KUNIT_EXPECT_EQ(test, in_handler, RECOVERED_FAULT);
	KUNIT_EXPECT_FALSE(test, taken_from_handler);
	KUNIT_EXPECT_EQ(test, irq_depth(), 0);
}

/* Each round's locals must stay what they are, and none of the faults may get lost. */
static void many_faults(struct kunit *test)
{
	volatile u32 before = STACK_PATTERN, after = STACK_PATTERN;
	unsigned int i, recovered = 0;

	for (i = 0; i < MANY; i++)
		recovered += recover_try(fail_fault, NULL, NULL) == RECOVERED_FAULT;
	KUNIT_EXPECT_EQ(test, recovered, MANY);
	KUNIT_EXPECT_EQ(test, before, STACK_PATTERN);
	KUNIT_EXPECT_EQ(test, after, STACK_PATTERN);
}

static void read_byte(void *arg)
{
	(void)*(volatile u8 *)arg;
}

static void stack_overflow_is_reported(struct kunit *test)
{
	const struct kernel_stack *stack = stack_holding((unsigned long)__builtin_frame_address(0));
	struct recover_info info;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, stack);
	if (recover_try(read_byte, (void *)stack->guard, NULL) != RECOVERED_FAULT)
		kunit_error(test, "the guard page is mapped: the stack would run into other data");
	for (i = 0; i < OVERFLOWS; i++) {
		KUNIT_ASSERT_EQ(test, recover_try(raise_stack_overflow, NULL, &info),
				RECOVERED_FAULT);
		KUNIT_EXPECT_EQ(test, info.vector, X86_TRAP_DF);
		KUNIT_EXPECT_PTR_EQ(test, stack_by_guard(info.address), stack);
		KUNIT_EXPECT_TRUE_MSG(test,
				      glob_match("kernel stack overflow: boot_stack *", info.text),
				      "%s", info.text);
	}
}

static void guards_are_unmapped(struct kunit *test)
{
	const struct kernel_stack *s;

	for_each_kernel_stack(s)
	{
		KUNIT_EXPECT_EQ(test, s->base - s->guard, PAGE_SIZE);
		KUNIT_EXPECT_FAULT_READ(test, s->guard);
		KUNIT_EXPECT_FAULT_READ(test, s->base - 1);
		KUNIT_EXPECT_PTR_EQ(test, stack_by_guard(s->base - 1), s);
		KUNIT_EXPECT_NULL(test, stack_by_guard(s->base));
		KUNIT_EXPECT_PTR_EQ(test, stack_holding(s->top - 1), s);
		KUNIT_EXPECT_NULL(test, stack_holding(s->top));
	}
}

/* Memory and EIP after each instruction of step_stores(). */
static volatile u32 words[3];
static struct step {
	unsigned long eip;
	u32 words[3];
} steps[16];
static unsigned int nr_steps;

static void note_step(struct pt_regs *regs)
{
	struct step *s = &steps[nr_steps++ % ARRAY_SIZE(steps)];

	s->eip = regs->eip;
	memcpy(s->words, (const void *)words, sizeof(s->words));
}

static const struct step *step_at(const char *insn)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		if (steps[i].eip == (unsigned long)insn)
			return &steps[i];
	return NULL;
}

static void single_steps(struct kunit *test)
{
	const char *const at[] = {step_store_1, step_store_2, step_store_3, step_stores_end};
	unsigned int i, w;

	nr_steps = 0;
	memset((void *)words, 0, sizeof(words));
	trap_step(step_stores, (void *)words, note_step);
	KUNIT_EXPECT_LE(test, nr_steps, ARRAY_SIZE(steps));
	KUNIT_EXPECT_FALSE(test, read_eflags() & EFLAGS_TF);
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		const struct step *s = step_at(at[i]);

		KUNIT_ASSERT_NOT_NULL(test, s);
		for (w = 0; w < ARRAY_SIZE(s->words); w++)
			KUNIT_EXPECT_EQ_MSG(test, s->words[w], w < i ? w + 1 : 0,
					    "word %u after %u stores", w, i);
	}
}

#define STEPS 50u /* fewer than three yield()s take */

/* Another task comes to run while this one is stepped, and is not. */
static struct {
	struct task_struct *task;
	unsigned int steps, others, stop_at;
} alone;

static void note_task(struct pt_regs *regs)
{
	alone.others += current != alone.task;
	if (++alone.steps == alone.stop_at)
		trap_step_stop(regs);
}

static void yield_often(void *unused)
{
	for (unsigned int i = 0; i < 3; i++)
		yield();
}

static int spin_and_yield(void *unused)
{
	while (!kthread_should_stop())
		yield();
	return 0;
}

static void stepping_stays_with_its_task(struct kunit *test)
{
	struct task_struct *other;
	unsigned int all;

	migrate_disable();
	other = thread_go(
		test, kthread_create_on_cpu(spin_and_yield, NULL, smp_processor_id(), "other/%u"));
	alone.task = current;
	alone.steps = alone.others = alone.stop_at = 0;
	trap_step(yield_often, NULL, note_task);
	all = alone.steps;
	KUNIT_EXPECT_EQ(test, alone.others, 0u);
	alone.steps = 0;
	alone.stop_at = STEPS;
	trap_step(yield_often, NULL, note_task);
	KUNIT_EXPECT_EQ(test, alone.steps, STEPS);
	KUNIT_EXPECT_FALSE(test, read_eflags() & EFLAGS_TF);
	thread_end(other);
	migrate_enable();
	KUNIT_EXPECT_GT(test, all, STEPS);
}

static void step_into_fault(void *arg)
{
	trap_step(fail_fault, NULL, note_step);
}

static void a_fault_ends_stepping(struct kunit *test)
{
	unsigned int stepped;

	KUNIT_EXPECT_EQ(test, recover_try(step_into_fault, NULL, NULL), RECOVERED_FAULT);
	KUNIT_EXPECT_FALSE(test, read_eflags() & EFLAGS_TF);
	stepped = nr_steps;
	nothing(NULL);
	KUNIT_EXPECT_EQ(test, nr_steps, stepped);
}

/* A large array on the stack steps over its guard: then the guard is no help, but the words are. */
static void fault_on_no_stack(void *top)
{
	local_irq_disable();
	asm volatile("movl %0, %%esp\n\tud2" : : "r"(top) : "memory");
}

static void stacks_that_are_left_are_named(struct kunit *test)
{
	static u8 elsewhere[2048] __aligned(16);
	struct recover_info info = {.text = ""};

	KUNIT_EXPECT_EQ(test, recover_try(fault_on_no_stack, elsewhere + sizeof(elsewhere), &info),
			RECOVERED_FAULT);
	KUNIT_EXPECT_STREQ(test, info.text,
			   "invalid opcode; ESP is on no stack: is a local variable too large?");
	KUNIT_EXPECT_EQ(test, recover_try(read_byte, boot_stack_guard, &info), RECOVERED_FAULT);
	KUNIT_EXPECT_TRUE_MSG(test,
			      glob_match("*not present): the guard below boot_stack", info.text),
			      "%s", info.text);
}

static struct kunit_case recover_cases[] = {
	KUNIT_CASE(kinds),
	KUNIT_CASE(flags_are_restored),
	KUNIT_CASE(nests),
	KUNIT_CASE(interrupts_are_separate),
	KUNIT_CASE_SLOW(many_faults),
	KUNIT_CASE(stack_overflow_is_reported),
	KUNIT_CASE(guards_are_unmapped),
	KUNIT_CASE(single_steps),
	KUNIT_CASE(stepping_stays_with_its_task),
	KUNIT_CASE(a_fault_ends_stepping),
	KUNIT_CASE(stacks_that_are_left_are_named),
	{},
};

static struct kunit_suite recover_suite = {
	.name = "cpu_recover",
	.test_cases = recover_cases,
	.quick = true,
};
kunit_test_suite(recover_suite);
