/* SPDX-License-Identifier: MIT */
/*
 * Room for the boot CPU's stacks: guard page, then stack, page aligned. See stacks.h.
 */
#include "boot/layout.h"
#include "kernel/cpu/stacks.h"

	.section .bss.page_aligned, "aw", @nobits
	.balign PAGE_SIZE
	.globl boot_stack_guard, boot_stack, boot_stack_top
boot_stack_guard:
	.skip PAGE_SIZE
boot_stack:
	.skip BOOT_STACK_SIZE
boot_stack_top:

	.globl df_stack_guard, df_stack, df_stack_top
df_stack_guard:
	.skip PAGE_SIZE
df_stack:
	.skip DF_STACK_SIZE
df_stack_top:

	.globl idle_stack_guard, idle_stack, idle_stack_top
idle_stack_guard:
	.skip PAGE_SIZE
idle_stack:
	.skip IDLE_STACK_SIZE
idle_stack_top:

	.section .note.GNU-stack, "", @progbits
