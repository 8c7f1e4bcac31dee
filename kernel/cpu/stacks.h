/* SPDX-License-Identifier: MIT */
/*
 * The kernel stacks that exist from the first instruction on, each above a guard page.
 *
 * kernel/cpu/stacks.S reserves them. mm unmaps every guard page once it can change page tables
 * (for_each_kernel_stack); a push below `base` then faults, the fault cannot be pushed either, and
 * the double-fault task reports the overflow by the stack's name.
 */
#ifndef KERNEL_CPU_STACKS_H
#define KERNEL_CPU_STACKS_H

#define BOOT_STACK_SIZE 16384
#define DF_STACK_SIZE   8192
#define IDLE_STACK_SIZE 8192

#ifndef __ASSEMBLER__
#include "boot/layout.h"

extern char boot_stack_guard[], boot_stack[], boot_stack_top[];
extern char df_stack_guard[], df_stack[], df_stack_top[];
extern char idle_stack_guard[], idle_stack[], idle_stack_top[];

struct kernel_stack {
	const char *name;
	unsigned long guard; /* one unmapped page, ends where the stack begins */
	unsigned long base;  /* lowest usable byte */
	unsigned long top;   /* first byte above */
};

#define NR_BOOT_STACKS 3
#define IDLE_STACK     2 /* index of the boot CPU's idle stack */
extern const struct kernel_stack boot_stacks[NR_BOOT_STACKS];

#define for_each_kernel_stack(s) for ((s) = boot_stacks; (s) < boot_stacks + NR_BOOT_STACKS; (s)++)

/*
 * stack_by_guard() - the stack, of the boot or of the running task, whose guard page holds @addr,
 * or NULL. Any context.
 */
const struct kernel_stack *stack_by_guard(unsigned long addr);

/* stack_holding() - the same for the usable bytes. Any context. */
const struct kernel_stack *stack_holding(unsigned long addr);
#endif

#endif
