/* SPDX-License-Identifier: MIT */
/*
 * Segment descriptors: flat segments and the task states. See gdt.c.
 */
#ifndef KERNEL_CPU_GDT_H
#define KERNEL_CPU_GDT_H

#include "lib/types.h"
#include "boot/layout.h"
#include "kernel/cpu/percpu.h"

/* The table [SDM3 3.5.1]; KERNEL_CS and KERNEL_DS are in boot/layout.h, since entry.S and all need
 * them. */
#define GDT_ENTRIES  8 /* the last one: PERCPU_SEL */
#define USER_CS      (0x18 | 3)
#define USER_DS      (0x20 | 3)
#define TSS_SELECTOR 0x28
#define DF_SELECTOR  0x30

/* A 32-bit task-state segment [SDM3 7.2.1]. 16-bit fields have their unused other half after them.
 */
struct tss {
	u16 link, link_pad;
	u32 esp0;
	u16 ss0, ss0_pad;
	u32 esp1, ss1, esp2, ss2;
	u32 cr3;
	u32 eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs;
	u32 ldt;
	u16 debug_trap, io_bitmap;
};

/* The task that everything but the double-fault handler runs in; the CPU saves it there on #DF. */
DECLARE_PER_CPU(struct tss, main_tss);
DECLARE_PER_CPU(struct tss, df_tss);

/*
 * gdt_init() - load the GDT of @cpu, which is the calling one, reload every segment register (from
 * here on it has its per-CPU data), load the task register. Its double faults are reported on the
 * stack that ends at @df_stack_top. Interrupts off. Once a CPU: LTR of a busy task faults.
 */
void gdt_init(unsigned int cpu, unsigned long df_stack_top);

/*
 * df_use_page_tables() - name the page directory (a CR3 value) that a double fault switches to, on
 * every CPU. A task switch loads CR3 from the TSS [SDM3 7.3], so it must always be one that maps
 * the kernel: gdt_init() takes the current one; call this again before that one is given up.
 */
void df_use_page_tables(u32 cr3);

#endif
