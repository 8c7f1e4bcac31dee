/* SPDX-License-Identifier: MIT */
/*
 * The trampoline itself; see trampoline.h. The part between trampoline_code and
 * trampoline_code_end runs as a copy, at the start of some page: in it, everything is addressed
 * relative to that page (16 bits: by DS; 32 bits: by EBX), and only trampoline_prepare() knows
 * where it is. The part behind it runs in the kernel's own text.
 */
#include "boot/layout.h"
#include "boot/trampoline.h"
#include "boot/x86_bits.h"

#define APIC_ID_REGISTER (FIX_TO_VIRT(FIX_APIC_BASE) + 0x20)
#define OFFSET(symbol)   ((symbol) - trampoline_code)

	.section .rodata
	.balign 16
	.globl trampoline_code
trampoline_code:
	.code16
	cli
	cld
	movw %cs, %ax
	movw %ax, %ds
	xorl %ebx, %ebx
	movw %ax, %bx
	shll $4, %ebx			/* the page */
	lgdtl OFFSET(gdt_register)
	movl %cr0, %eax
	orl $1, %eax			/* CR0.PE */
	movl %eax, %cr0
	ljmpl *OFFSET(trampoline_far)

	.code32
protected:
	movl $KERNEL_DS, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %fs
	movl %eax, %gs
	movl %eax, %ss
	movl OFFSET(trampoline_cr4)(%ebx), %eax
	movl %eax, %cr4
	movl OFFSET(trampoline_cr3)(%ebx), %eax
	movl %eax, %cr3
	movl OFFSET(trampoline_efer)(%ebx), %esi
	testl %esi, %esi
	jz 1f
	movl $MSR_EFER, %ecx
	rdmsr
	orl %esi, %eax
	wrmsr
1:	movl OFFSET(trampoline_kernel_cr3)(%ebx), %esi
	movl OFFSET(trampoline_cr0)(%ebx), %eax
	movl %eax, %cr0			/* paging; the next instruction is at the same address */
	movl $trampoline_arrived, %eax
	jmp *%eax

	.balign 8
gdt:	.quad 0
	.quad 0x00cf9b000000ffff	/* KERNEL_CS: flat code */
	.quad 0x00cf93000000ffff	/* KERNEL_DS: flat data */
gdt_register:
	.word . - gdt - 1
	.globl trampoline_gdt_base, trampoline_far, trampoline_cr0, trampoline_cr3, trampoline_cr4
	.globl trampoline_efer, trampoline_kernel_cr3
trampoline_gdt_base:
	.long OFFSET(gdt)		/* plus the page, when prepared; so the next one */
trampoline_far:
	.long OFFSET(protected)
	.word KERNEL_CS
	.balign 4
trampoline_cr0:
	.long 0
trampoline_cr3:
	.long 0
trampoline_cr4:
	.long 0
trampoline_efer:
	.long 0
trampoline_kernel_cr3:
	.long 0
	.globl trampoline_code_end
trampoline_code_end:

/* What the page holds when no CPU is to come: stop, whatever may wake it. */
	.code16
	.globl trampoline_stop, trampoline_stop_end
trampoline_stop:
	cli
1:	hlt
	jmp 1b
trampoline_stop_end:
	.code32

	.text
	.type trampoline_arrived, @function
trampoline_arrived:
	movl %esi, %cr3			/* the kernel's own tables: the low page is gone */
	movl APIC_ID_REGISTER, %edx
	shrl $24, %edx
	orl $GATE_OPEN, %edx
	movl trampoline_gate, %eax
	cmpw %dx, %ax			/* open for this CPU? */
	jne 1f
	movl $GATE_SHUT, %ecx
	lock cmpxchgl %ecx, trampoline_gate
	jne 1f
	shrl $GATE_CPU, %eax
	movl trampoline_stack_top(, %eax, 4), %esp
	xorl %ebp, %ebp			/* the end of every backtrace */
	pushl %ebp
	pushl %ebp
	pushl %ebp			/* with the argument, 16 bytes: the ABI's alignment */
	pushl %eax
	call ap_main
/* Too late, or never asked for: another CPU's turn, or nobody's. */
1:	cli
	hlt
	jmp 1b
	.size trampoline_arrived, . - trampoline_arrived

	.section .note.GNU-stack, "", @progbits
