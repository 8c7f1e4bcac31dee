/* SPDX-License-Identifier: MIT */
/*
 * Segmentation, made to do nothing, and the two tasks.
 *
 * All code and data segments are flat (base 0, limit 4 GiB): protection is the page tables' work.
 * The GDT exists since the CPU insists on one. Two task-state segments stand behind it: main_tss,
 * in which everything runs (its esp0 will say where traps from user mode put their stack), and
 * df_tss, which a double fault switches to through a task gate [SDM3 6.14.2, 7.2]. A task switch
 * is the one way to get a fresh stack on a fault in kernel mode, and a double fault in kernel mode
 * mostly means that the stack is what is broken.
 *
 * Both live in .data for good: the CPU writes the busy bits in the GDT and registers in the TSS.
 * Boot CPU only, interrupts off; other CPUs will need tables of their own.
 */
#include "boot/x86.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/stacks.h"

/* Access byte and flags of a descriptor [SDM3 3.4.5]. */
#define SEG_PRESENT 0x80
#define SEG_DPL3    0x60
#define SEG_CODE_RX 0x1b /* code, readable, with the accessed bit: the CPU need not write it */
#define SEG_DATA_RW 0x13
#define SEG_TSS32   0x09 /* available 32-bit TSS */
#define SEG_FLAT_4G 0xcf /* 32-bit, limit in pages, limit bits 19:16 all ones */
#define SEG_BYTES   0x00

static_assert(sizeof(struct tss) == 104, "[SDM3 7.2.1]");

struct tss main_tss;
struct tss df_tss;

static u64 gdt[GDT_ENTRIES] __aligned(8);

/* In trap_entry.S. */
void gdt_reload_segments(void);
void double_fault_entry(void);

static u64 descriptor(u32 base, u32 limit, u8 access, u8 flags)
{
	u32 low = (base << 16) | (limit & 0xffff);
	u32 high = (base & 0xff000000) | ((u32)flags << 16) | ((u32)access << 8) |
		   ((base >> 16) & 0xff) | (limit & 0xf0000);

	return ((u64)high << 32) | low;
}

static u64 tss_descriptor(struct tss *tss)
{
	return descriptor((u32)(uintptr_t)tss, sizeof(*tss) - 1, SEG_PRESENT | SEG_TSS32,
			  SEG_BYTES);
}

void df_use_page_tables(u32 cr3)
{
	df_tss.cr3 = cr3;
}

static void tss_init(void)
{
	main_tss.ss0 = KERNEL_DS;
	main_tss.io_bitmap = sizeof(main_tss);

	df_tss.eip = (u32)(uintptr_t)double_fault_entry;
	df_tss.esp = (u32)(uintptr_t)df_stack_top;
	df_tss.eflags = EFLAGS_FIXED;
	df_tss.cs = KERNEL_CS;
	df_tss.ss = df_tss.ds = df_tss.es = df_tss.gs = KERNEL_DS;
	df_tss.fs = PERCPU_SEL;
	df_tss.io_bitmap = sizeof(df_tss);
	df_use_page_tables(read_cr3());
}

void gdt_init(void)
{
	struct table_register gdtr = {sizeof(gdt) - 1, (u32)(uintptr_t)gdt};

	gdt[KERNEL_CS / 8] = descriptor(0, 0xfffff, SEG_PRESENT | SEG_CODE_RX, SEG_FLAT_4G);
	gdt[KERNEL_DS / 8] = descriptor(0, 0xfffff, SEG_PRESENT | SEG_DATA_RW, SEG_FLAT_4G);
	gdt[USER_CS / 8] =
		descriptor(0, 0xfffff, SEG_PRESENT | SEG_DPL3 | SEG_CODE_RX, SEG_FLAT_4G);
	gdt[USER_DS / 8] =
		descriptor(0, 0xfffff, SEG_PRESENT | SEG_DPL3 | SEG_DATA_RW, SEG_FLAT_4G);
	gdt[PERCPU_SEL / 8] =
		descriptor((u32)percpu_offset[0], 0xfffff, SEG_PRESENT | SEG_DATA_RW, SEG_FLAT_4G);
	gdt[TSS_SELECTOR / 8] = tss_descriptor(&main_tss);
	gdt[DF_SELECTOR / 8] = tss_descriptor(&df_tss);
	tss_init();

	lgdt(&gdtr);
	gdt_reload_segments();
	ltr(TSS_SELECTOR);
}
