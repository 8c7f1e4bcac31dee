/* SPDX-License-Identifier: MIT */
/*
 * The last words of a machine that cannot run this image, said before paging and before C.
 *
 * early_refuse: ESI = physical address of a NUL-terminated line. Writes it to COM1 (115200 8N1,
 * polled, giving up on a port that never gets ready) and to the VGA text screen, then leaves QEMU
 * with "cannot run" and halts where there is no QEMU. Uses no stack; does not return.
 */
#include "boot/exit_codes.h"

#define COM1	     0x3f8
#define COM1_LCR     (COM1 + 3)
#define COM1_LSR     (COM1 + 5)
#define LSR_THR_FREE 0x20
#define VGA_TEXT     0xb8000
#define VGA_ATTR     0x4f	/* white on red */
#define POLL_LIMIT   100000

	.section .text.entry, "ax"
	.globl early_refuse
	.type early_refuse, @function
early_refuse:
	movw $COM1_LCR, %dx
	movb $0x80, %al		/* divisor latch open */
	outb %al, %dx
	movw $COM1, %dx
	movb $1, %al		/* 115200 baud */
	outb %al, %dx
	movw $(COM1 + 1), %dx
	xorb %al, %al
	outb %al, %dx
	movw $COM1_LCR, %dx
	movb $3, %al		/* 8N1 */
	outb %al, %dx

	movl $VGA_TEXT, %edi
	movb $VGA_ATTR, %bh
next:	movb (%esi), %bl
	incl %esi
	testb %bl, %bl
	jz leave
	movl $POLL_LIMIT, %ecx
1:	movw $COM1_LSR, %dx
	inb %dx, %al
	testb $LSR_THR_FREE, %al
	loopz 1b
	movb %bl, %al
	movw $COM1, %dx
	outb %al, %dx
	cmpb $' ', %bl
	jb next
	movw %bx, (%edi)
	addl $2, %edi
	jmp next

leave:	movb $EXIT_CODE_CANNOT_RUN, %al
	outb %al, $DEBUG_EXIT_PORT
1:	cli
	hlt
	jmp 1b
	.size early_refuse, . - early_refuse

	.section .note.GNU-stack, "", @progbits
