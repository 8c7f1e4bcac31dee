/* SPDX-License-Identifier: MIT */
/*
 * Where the CPU enters the kernel: one stub a vector, one common path, and the double-fault task.
 *
 * A stub completes what the CPU pushed to one shape (error code, vector number) and jumps to the
 * common path, which saves the rest as struct pt_regs and calls trap_dispatch(regs) with
 * interrupts off and the direction flag clear. What the handler changed in regs takes effect on
 * return: so a fixup moves EIP, and a step hook clears TF.
 *
 * Between the registers and the C frame lies a made-up frame {EBP, EIP} of the interrupted code:
 * a walk along the frame pointers then meets the interrupted function itself, not only its caller.
 */
#include "boot/layout.h"
#include "kernel/cpu/ptrace.h"

	.section .text
	.balign 16
	.globl trap_stubs
trap_stubs:
	.set vector, 0
	.rept 256
	.balign 16
	/* These push an error code themselves [SDM3 6.13; 21, 29, 30: control protection and SVM]. */
	.if (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
	.else
	pushl $0
	.endif
	pushl $vector
	jmp trap_common
	.set vector, vector + 1
	.endr
	.balign 16
	.globl trap_stubs_end
trap_stubs_end:

	.type trap_common, @function
trap_common:
	cld
	pushl %gs
	pushl %fs
	pushl %es
	pushl %ds
	pushl %eax
	pushl %ebp
	pushl %edi
	pushl %esi
	pushl %edx
	pushl %ecx
	pushl %ebx
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl $PERCPU_SEL, %eax
	movl %eax, %fs
	movl %esp, %eax
	pushl PT_REGS_EIP(%eax)
	pushl %ebp
	movl %esp, %ebp
	pushl %eax
	call trap_dispatch
	addl $12, %esp
	popl %ebx
	popl %ecx
	popl %edx
	popl %esi
	popl %edi
	popl %ebp
	popl %eax
	popl %ds
	popl %es
	popl %fs
	popl %gs
	addl $8, %esp		/* vector and error code */
	iret
	.size trap_common, . - trap_common

/*
 * The double-fault task. The task switch put us on df_stack and pushed the error code (always 0).
 * If the handler returns, it has set up main_tss to go on elsewhere; IRET with NT set switches
 * back to it [SDM3 7.3]. That IRET also saves our own state, with EIP behind itself: the next
 * double fault starts there, hence the loop.
 */
	.globl double_fault_entry
	.type double_fault_entry, @function
double_fault_entry:
	cld
	xorl %ebp, %ebp		/* the end of this task's backtrace */
	call double_fault
	addl $4, %esp		/* error code: ESP is df_stack_top again */
	iret
	jmp double_fault_entry
	.size double_fault_entry, . - double_fault_entry

/* Where the main task goes on after a recovery: see double_fault.c. */
	.globl double_fault_resume
	.type double_fault_resume, @function
double_fault_resume:
	clts
	pushl %edx
	call recover_jump
	.size double_fault_resume, . - double_fault_resume

/* gdt_reload_segments() - make the CPU read the new GDT: far return for CS, moves for the rest. */
	.globl gdt_reload_segments
	.type gdt_reload_segments, @function
gdt_reload_segments:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %gs
	movl %eax, %ss
	movl $PERCPU_SEL, %eax
	movl %eax, %fs
	popl %eax
	pushl $KERNEL_CS
	pushl %eax
	lret
	.size gdt_reload_segments, . - gdt_reload_segments

/* void step_call(void (*fn)(void *), void *arg) - call @fn with TF set; see traps.h. */
	.globl step_call
	.type step_call, @function
step_call:
	pushl %ebp
	movl %esp, %ebp
	movl 8(%ebp), %eax
	pushl 12(%ebp)
	pushfl
	orl $0x100, (%esp)	/* EFLAGS.TF: a #DB after each instruction, from the one after POPF */
	popfl
	call *%eax
	pushfl
	andl $~0x100, (%esp)
	popfl
	leave
	ret
	.size step_call, . - step_call

	.section .note.GNU-stack, "", @progbits
