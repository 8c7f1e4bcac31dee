/* SPDX-License-Identifier: MIT */
/*
 * Moves that may fault. A faulting string instruction leaves ECX at the units still to move
 * [SDM1 7.3.9.3], which is just what the caller wants to know; so the fixup is the normal exit.
 */
#include "kernel/cpu/extable.h"

	.section .text

/* size_t nofault_movsX(void *dst, const void *src, size_t n): units not moved. */
.macro NOFAULT_MOVE name, insn
	.globl \name
	.type \name, @function
\name:
	pushl %ebp
	movl %esp, %ebp
	pushl %esi
	pushl %edi
	movl 8(%ebp), %edi
	movl 12(%ebp), %esi
	movl 16(%ebp), %ecx
1:	rep \insn
2:	movl %ecx, %eax
	popl %edi
	popl %esi
	leave
	ret
	EX_TABLE(1b, 2b)
	.size \name, . - \name
.endm

	NOFAULT_MOVE nofault_movsb, movsb
	NOFAULT_MOVE nofault_movsw, movsw
	NOFAULT_MOVE nofault_movsl, movsl

	.section .note.GNU-stack, "", @progbits
