/* SPDX-License-Identifier: MIT */
/*
 * Ways to raise each trap on purpose; see cpu_raise.h.
 */

	.section .text
	.balign 4
	.globl raise_stubs
raise_stubs:
	.set vector, 0
	.rept 256
	.balign 4
	.byte 0xcd, vector	/* not "int": the assembler makes INT 3 one byte long */
	ret
	.set vector, vector + 1
	.endr
	.balign 4

/* void raise_vector(unsigned int vector) */
	.globl raise_vector
	.type raise_vector, @function
raise_vector:
	movl 4(%esp), %eax
	leal raise_stubs(, %eax, 4), %eax
	jmp *%eax
	.size raise_vector, . - raise_vector

	.globl raise_divide, raise_divide_insn
	.type raise_divide, @function
raise_divide:
	xorl %edx, %edx
	xorl %ecx, %ecx
raise_divide_insn:
	divl %ecx
	ret
	.size raise_divide, . - raise_divide

	.globl raise_overflow
	.type raise_overflow, @function
raise_overflow:
	movb $127, %al
	addb $1, %al
	into
	ret
	.size raise_overflow, . - raise_overflow

	.globl raise_bound
	.type raise_bound, @function
raise_bound:
	pushl $2		/* upper and lower bound, at ESP + 4 and ESP */
	pushl $1
	movl $3, %eax
	.byte 0x62, 0x04, 0x24	/* bound %eax, (%esp): clang and gas disagree on how to write it */
	addl $8, %esp
	ret
	.size raise_bound, . - raise_bound

	.globl raise_undefined, raise_undefined_insn
	.type raise_undefined, @function
raise_undefined:
raise_undefined_insn:
	ud2
	ret
	.size raise_undefined, . - raise_undefined

/* void raise_protection(u16 selector) */
	.globl raise_protection
	.type raise_protection, @function
raise_protection:
	movw 4(%esp), %ax
	movw %ax, %es
	ret
	.size raise_protection, . - raise_protection

/* u32 raise_with_registers(struct raise_registers *r, unsigned int vector) */
	.globl raise_with_registers
	.type raise_with_registers, @function
raise_with_registers:
	pushl %ebp
	pushl %ebx
	pushl %esi
	pushl %edi
	movl 24(%esp), %eax
	leal raise_stubs(, %eax, 4), %eax
	pushl %eax		/* where to call */
	movl 24(%esp), %eax
	movl 0(%eax), %ebx
	movl 4(%eax), %ecx
	movl 8(%eax), %edx
	movl 12(%eax), %esi
	movl 16(%eax), %edi
	movl 20(%eax), %ebp
	movl 24(%eax), %eax
	std
	call *(%esp)
	pushfl
	cld
	pushl %eax
	movl 32(%esp), %eax
	movl %ebx, 0(%eax)
	movl %ecx, 4(%eax)
	movl %edx, 8(%eax)
	movl %esi, 12(%eax)
	movl %edi, 16(%eax)
	movl %ebp, 20(%eax)
	popl 24(%eax)
	popl %eax		/* the flags */
	addl $4, %esp
	popl %edi
	popl %esi
	popl %ebx
	popl %ebp
	ret
	.size raise_with_registers, . - raise_with_registers

/* void step_stores(void *words) */
	.globl step_stores, step_store_1, step_store_2, step_store_3, step_stores_end
	.type step_stores, @function
step_stores:
	movl 4(%esp), %eax
step_store_1:
	movl $1, 0(%eax)
step_store_2:
	movl $2, 4(%eax)
step_store_3:
	movl $3, 8(%eax)
step_stores_end:
	ret
	.size step_stores, . - step_stores

/*
 * void raise_stack_overflow(void *unused): frames as a compiler makes them, without an end. Interrupts
 * are off, so that it is not one of their handlers that finds the stack full: who expects this
 * overflow expects none in another context.
 */
	.globl raise_stack_overflow
	.type raise_stack_overflow, @function
raise_stack_overflow:
	cli
1:	pushl %ebp
	movl %esp, %ebp
	call 1b
	.size raise_stack_overflow, . - raise_stack_overflow

	.section .note.GNU-stack, "", @progbits
