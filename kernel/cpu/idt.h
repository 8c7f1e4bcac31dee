/* SPDX-License-Identifier: MIT */
/*
 * The interrupt descriptor table. See idt.c.
 */
#ifndef KERNEL_CPU_IDT_H
#define KERNEL_CPU_IDT_H

/*
 * idt_init() - fill and load the table: all 256 vectors lead to trap_dispatch(), the double fault
 * to its own task. Interrupts off; needs gdt_init().
 */
void idt_init(void);

/* idt_load() - the same table for another CPU: the calling one. Interrupts off; needs gdt_init().
 */
void idt_load(void);

/*
 * idt_allow_user() - let user mode raise @vector (0..255) by INT n, as for system calls.
 * Without this INT n from user mode is a general protection fault [SDM3 6.12.1.2].
 */
void idt_allow_user(unsigned int vector);

#endif
