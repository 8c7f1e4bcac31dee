/* SPDX-License-Identifier: MIT */
/*
 * The switch itself. A call preserves EBX, ESI, EDI, EBP and the stack; everything else the
 * compiler has put away before. So these five are a task that does not run: four words and a return
 * address on its stack, and the stack pointer in its task_struct.
 *
 *	esp ->	edi  esi  ebx  ebp  return address		(task_stack_init() makes the same)
 */
#include "kernel/cpu/switch.h"

	.section .sched.text, "ax", @progbits
	.globl switch_stacks
	.type switch_stacks, @function
switch_stacks:
	movl 4(%esp), %eax
	movl 8(%esp), %edx
	pushl %ebp
	pushl %ebx
	pushl %esi
	pushl %edi
	movl %esp, TASK_ESP(%eax)
	movl TASK_ESP(%edx), %esp
	popl %edi
	popl %esi
	popl %ebx
	popl %ebp
	ret
	.size switch_stacks, . - switch_stacks

/* A task's first steps: EAX is who ran before, ESI what to call, EDI with what; EBP is 0, the end of
 * every backtrace. */
	.globl task_start
	.type task_start, @function
task_start:
	pushl %eax
	call task_started
	movl %edi, (%esp)
	call *%esi
	ud2
	.size task_start, . - task_start

	.section .note.GNU-stack, "", @progbits
