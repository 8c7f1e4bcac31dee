/* SPDX-License-Identifier: MIT */
/*
 * The table of the boot-time stacks, and questions about it and about the stack of the running
 * task. No locking, any context.
 */
#include "kernel/cpu/stacks.h"
#include "kernel/sync/sched.h"

const struct kernel_stack boot_stacks[NR_BOOT_STACKS] = {
	{
		.name = "boot_stack",
		.guard = (unsigned long)boot_stack_guard,
		.base = (unsigned long)boot_stack,
		.top = (unsigned long)boot_stack_top,
	},
	{
		.name = "df_stack",
		.guard = (unsigned long)df_stack_guard,
		.base = (unsigned long)df_stack,
		.top = (unsigned long)df_stack_top,
	},
	{
		.name = "idle_stack",
		.guard = (unsigned long)idle_stack_guard,
		.base = (unsigned long)idle_stack,
		.top = (unsigned long)idle_stack_top,
	},
};

const struct kernel_stack *stack_by_guard(unsigned long addr)
{
	const struct kernel_stack *s;

	for_each_kernel_stack(s) if (addr >= s->guard && addr < s->base) return s;
	s = &current->stack;
	return addr >= s->guard && addr < s->base ? s : NULL;
}

const struct kernel_stack *stack_holding(unsigned long addr)
{
	const struct kernel_stack *s;

	for_each_kernel_stack(s) if (addr >= s->base && addr < s->top) return s;
	s = &current->stack;
	return addr >= s->base && addr < s->top ? s : NULL;
}
