/* SPDX-License-Identifier: MIT */
/*
 * The double fault: an exception that could not be delivered.
 *
 * Almost always the kernel ran off its stack: the push hit the guard page, and the page fault
 * about that could not be pushed either. So this code runs as a task of its own, on df_stack; the
 * CPU has saved the registers of the broken task in its main_tss, and CR2 still holds the address
 * that could not be written [SDM3 6.15 "Interrupt 8"].
 *
 * A test may expect the overflow. Jumping out of this task is not possible, so the recovery is
 * written into main_tss and the task switch back does the jump.
 */
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/traps.h"
#include "lib/compiler.h"
#include "lib/control.h"
#include "lib/printf.h"

static void regs_from_tss(struct pt_regs *regs, const struct tss *tss)
{
	*regs = (struct pt_regs){
		.ebx = tss->ebx,
		.ecx = tss->ecx,
		.edx = tss->edx,
		.esi = tss->esi,
		.edi = tss->edi,
		.ebp = tss->ebp,
		.eax = tss->eax,
		.ds = tss->ds,
		.es = tss->es,
		.fs = tss->fs,
		.gs = tss->gs,
		.vector = X86_TRAP_DF,
		.eip = tss->eip,
		.cs = tss->cs,
		.eflags = tss->eflags,
		.esp = tss->esp,
		.ss = tss->ss,
	};
}

/* The stack whose guard page was hit: CR2 tells, or, if something changed CR2, where ESP points. */
static const struct kernel_stack *overflown(unsigned long cr2, unsigned long esp)
{
	const struct kernel_stack *s = stack_by_guard(cr2);

	return s ? s : stack_by_guard(esp - 4);
}

/* In trap_entry.S: recover_jump(@context in EDX), with CR0.TS, which the task switch sets, cleared.
 */
void double_fault_resume(void);

/* Make the IRET of the double-fault task go on at @context; the stack below its ESP is dead. */
static void resume_main_task(const struct recover_context *context)
{
	struct tss *tss = this_cpu_ptr(&main_tss);

	tss->edx = (u32)(uintptr_t)context;
	tss->esp = context->esp;
	tss->eip = (u32)(uintptr_t)double_fault_resume;
	tss->eflags = EFLAGS_FIXED;
	tss->cr3 = read_cr3();
}

/* Reports keep pointers to it. */
static DEFINE_PER_CPU(struct pt_regs, df_regs);

void double_fault(void)
{
	struct pt_regs *regs = this_cpu_ptr(&df_regs);
	const struct recover_context *context;
	const struct kernel_stack *stack;
	char text[96];

	regs_from_tss(regs, this_cpu_ptr(&main_tss));
	stack = control(overflow_unnamed) ? NULL : overflown(read_cr2(), regs->esp);
	if (stack)
		snprintf(text, sizeof(text),
			 "kernel stack overflow: %s (0x%08lx-0x%08lx), esp 0x%08lx", stack->name,
			 stack->base, stack->top, regs->esp);
	else
		snprintf(text, sizeof(text), "double fault, esp 0x%08lx", regs->esp);

	context = recover_claim(RECOVERED_FAULT, regs, text);
	if (!context)
		die(regs, text);
	resume_main_task(context);
}
