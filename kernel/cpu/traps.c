/* SPDX-License-Identifier: MIT */
/*
 * Every exception and interrupt arrives here and finds its handler in one table.
 *
 * A fault in the kernel goes down a fixed ladder, each step cheaper to explain than the next:
 *   1. mm's page-fault hook (a page that only needs to be brought in);
 *   2. the exception table (an access that was written to survive a fault);
 *   3. a test that expects a failure (kernel/cpu/recover.h);
 *   4. the report, and the end: nothing is known about the state any more.
 *
 * Handlers run with interrupts off on the interrupted code's own stack; only the double fault has
 * a stack and a task of its own, see double_fault.c.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/idt.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/preempt.h"
#include "kernel/sync/sched.h"
#include "lib/bitmap.h"
#include "lib/bitops.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"

#define DR6_STEP    (1u << 14) /* single step [SDM3 17.2.3] */
#define DR6_NEUTRAL 0xffff0ff0 /* the value after reset: nothing happened */

static_assert(offsetof(struct pt_regs, ebp) == PT_REGS_EBP, "trap_entry.S");
static_assert(offsetof(struct pt_regs, eip) == PT_REGS_EIP, "trap_entry.S");

bool (*page_fault_hook)(struct pt_regs *regs, unsigned long cr2);
void (*page_fault_hint_hook)(char *buf, size_t n, unsigned long va, unsigned long error);
static void (*step_hook)(struct pt_regs *regs);
static const struct task_struct *stepped; /* NULL: nobody any more */
static trap_handler_t handlers[NR_VECTORS];

/* In trap_entry.S. */
void step_call(void (*fn)(void *arg), void *arg);

static const char *const names[] = {
	"divide error",
	"debug exception",
	"non-maskable interrupt",
	"breakpoint",
	"overflow",
	"bound range exceeded",
	"invalid opcode",
	"device not available (x87)",
	"double fault",
	"coprocessor segment overrun",
	"invalid TSS",
	"segment not present",
	"stack segment fault",
	"general protection fault",
	"page fault",
	"reserved exception 15",
	"x87 floating-point error",
	"alignment check",
	"machine check",
	"SIMD floating-point error",
	"virtualization exception",
	"control protection exception",
};

const char *trap_name(unsigned int vector)
{
	if (vector < ARRAY_SIZE(names))
		return names[vector];
	return vector < NR_EXCEPTIONS ? "reserved exception" : "interrupt";
}

/* The report's first line: what happened, in words. */
static void describe_page_fault(char *buf, size_t n, const struct pt_regs *regs, unsigned long cr2)
{
	/* Without NX a fetch is not marked as one; but what faulted was the instruction itself. */
	bool fetch = regs->error & PF_FETCH || (cr2 == regs->eip && !(regs->error & PF_WRITE));
	const char *access = fetch                    ? "execution of"
			     : regs->error & PF_WRITE ? "write to"
						      : "read of";
	const char *why = regs->error & PF_RESERVED  ? "page-table entry with reserved bits"
			  : regs->error & PF_PRESENT ? "page protection"
						     : "page not present";

	const struct kernel_stack *stack = stack_by_guard(cr2);
	char hint[80] = "";

	if (stack)
		snprintf(hint, sizeof(hint), "the guard below %s", stack->name);
	else if (page_fault_hint_hook)
		page_fault_hint_hook(hint, sizeof(hint), cr2, regs->error);
	snprintf(buf, n, "page fault: %s %s0x%08lx (%s)%s%s", access,
		 cr2 < PAGE_SIZE ? "null pointer, address " : "address ", cr2, why,
		 hint[0] ? ": " : "", hint);
}

static void describe_fault(char *buf, size_t n, const struct pt_regs *regs, unsigned long cr2)
{
	if (regs->vector == X86_TRAP_PF)
		describe_page_fault(buf, n, regs, cr2);
	else if (regs->error)
		snprintf(buf, n, "%s, error code 0x%04lx", trap_name(regs->vector), regs->error);
	else
		snprintf(buf, n, "%s", trap_name(regs->vector));
}

/* The frame lies where the stack pointer was: a large array may have jumped over the guard. */
static void describe_stack(char *buf, size_t n, const struct pt_regs *regs)
{
	size_t length = strlen(buf);

	if (!user_mode(regs) && !stack_holding((unsigned long)regs) && !control(stack_left_unnamed))
		snprintf(buf + length, n - length,
			 "; ESP is on no stack: is a local variable too large?");
}

static void fault(struct pt_regs *regs, unsigned long cr2)
{
	char text[200];

	if (!user_mode(regs) && extable_fixup(regs))
		return;
	describe_fault(text, sizeof(text), regs, cr2);
	describe_stack(text, sizeof(text), regs);
	recover_take(RECOVERED_FAULT, regs, text);
	die(regs, text);
}

static void exception_handler(struct pt_regs *regs)
{
	fault(regs, 0);
}

static void page_fault_handler(struct pt_regs *regs)
{
	unsigned long cr2 = read_cr2();

	if (page_fault_hook && page_fault_hook(regs, cr2))
		return;
	fault(regs, cr2);
}

static void debug_handler(struct pt_regs *regs)
{
	u32 dr6 = read_dr6();

	write_dr6(DR6_NEUTRAL);
	if (!(dr6 & DR6_STEP) || !step_hook) {
		regs->eflags &= ~(unsigned long)EFLAGS_TF;
		fault(regs, 0);
		return;
	}
	/* Preempted, the flag goes on to who runs instead; stopped, an old copy of it is restored.
	 */
	if (current == stepped || control(step_goes_on))
		step_hook(regs);
	else
		regs->eflags &= ~(unsigned long)EFLAGS_TF;
}

/* A vector that nobody registered, from 32 on: some device is set up wrong. It is no reason to die.
 */
static void unexpected_handler(struct pt_regs *regs)
{
	static DECLARE_BITMAP(reported, NR_VECTORS);

	irq_unexpected(regs->vector);
	if (test_and_set_bit(regs->vector, reported))
		return;
	pr_warn("trap: interrupt vector %lu has no handler (reported once)\n", regs->vector);
}

trap_handler_t trap_set_handler(unsigned int vector, trap_handler_t handler)
{
	trap_handler_t old = handlers[vector];

	if (!handler)
		handler = vector < NR_EXCEPTIONS ? exception_handler : unexpected_handler;
	handlers[vector] = handler;
	return old;
}

trap_handler_t trap_get_handler(unsigned int vector)
{
	return handlers[vector];
}

void trap_dispatch(struct pt_regs *regs)
{
	handlers[regs->vector](regs);
	/* An interrupt of preemptible code may have made somebody runnable who should run now. */
	if (regs->vector >= NR_EXCEPTIONS && !this_cpu_nonzero(__preempt_count) &&
	    regs->eflags & EFLAGS_IF)
		preempt_schedule_irq();
}

void trap_step(void (*fn)(void *arg), void *arg, void (*hook)(struct pt_regs *regs))
{
	step_hook = hook;
	stepped = current;
	step_call(fn, arg);
	step_hook = NULL;
}

void trap_step_stop(struct pt_regs *regs)
{
	stepped = NULL;
	regs->eflags &= ~(unsigned long)EFLAGS_TF;
}

void traps_init(void)
{
	unsigned int v;

	for (v = 0; v < NR_VECTORS; v++)
		trap_set_handler(v, NULL);
	trap_set_handler(X86_TRAP_DB, debug_handler);
	trap_set_handler(X86_TRAP_NMI, nmi_handler);
	trap_set_handler(X86_TRAP_PF, page_fault_handler);
	trap_set_handler(X86_TRAP_MC, mce_handler);
	extable_init();
	gdt_init(0, (unsigned long)df_stack_top);
	idt_init();
}
