/* SPDX-License-Identifier: MIT */
/*
 * The two halves of an unwind; see recover.c. Offsets are those of struct recover_context.
 */

	.section .text

/* int recover_call(struct recover_context *context, void (*fn)(void *arg), void *arg) */
	.globl recover_call
	.type recover_call, @function
recover_call:
	pushl %ebp
	movl %esp, %ebp
	movl 8(%ebp), %eax
	movl %ebx, 0(%eax)
	movl %esi, 4(%eax)
	movl %edi, 8(%eax)
	movl %ebp, 12(%eax)
	movl %esp, 16(%eax)
	movl $1f, 20(%eax)
	pushl 16(%ebp)
	call *12(%ebp)
	xorl %eax, %eax
1:	leave			/* EBP is ours on both ways */
	ret
	.size recover_call, . - recover_call

/* void recover_jump(const struct recover_context *context) __noreturn */
	.globl recover_jump
	.type recover_jump, @function
recover_jump:
	movl 4(%esp), %edx
	movl 0(%edx), %ebx
	movl 4(%edx), %esi
	movl 8(%edx), %edi
	movl 12(%edx), %ebp
	movl 16(%edx), %esp
	movl $1, %eax
	cld
	jmp *20(%edx)
	.size recover_jump, . - recover_jump

	.section .note.GNU-stack, "", @progbits
