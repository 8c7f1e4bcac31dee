/* SPDX-License-Identifier: MIT */
/*
 * From one stack to another: see switch.S.
 */
#ifndef KERNEL_CPU_SWITCH_H
#define KERNEL_CPU_SWITCH_H

#define TASK_ESP 8 /* offset of esp in struct task_struct */

#ifndef __ASSEMBLER__
struct task_struct;

/*
 * switch_stacks() - keep what a call preserves on this stack, note it in @prev, and go on where
 * @next was when it called this. Returns, there, the task that ran until now. Interrupts off.
 */
struct task_struct *switch_stacks(struct task_struct *prev, struct task_struct *next);

/*
 * task_stack_init() - make the stack that ends at @top look as if its task had called
 * switch_stacks(): on its first run it calls @fn(@arg), which must not return. Returns its esp.
 */
unsigned long task_stack_init(unsigned long top, void (*fn)(void *arg), void *arg);

/* Frame pointer of a task that does not run, from its esp. */
#define task_frame_pointer(esp) (((unsigned long *)(esp))[3])

/* In kernel/sync/sched.c. */
void task_started(struct task_struct *prev);
#endif

#endif
