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
 * Each CPU has all three of its own, in its per-CPU data: it writes the busy bits in the GDT and
 * registers in the TSS, and its %fs descriptor is the one that leads to that data.
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

DEFINE_PER_CPU(struct tss, main_tss) __aligned(8);
DEFINE_PER_CPU(struct tss, df_tss) __aligned(8);

static u64 __section(".percpu") gdt[GDT_ENTRIES] __aligned(8);

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
	unsigned int cpu;

	for_each_possible_cpu(cpu) per_cpu(df_tss, cpu).cr3 = cr3;
}

static void tss_init(struct tss *main, struct tss *df, unsigned long df_stack_top)
{
	main->ss0 = KERNEL_DS;
	main->io_bitmap = sizeof(*main);

	df->eip = (u32)(uintptr_t)double_fault_entry;
	df->esp = (u32)df_stack_top;
	df->eflags = EFLAGS_FIXED;
	df->cs = KERNEL_CS;
	df->ss = df->ds = df->es = df->gs = KERNEL_DS;
	df->fs = PERCPU_SEL;
	df->io_bitmap = sizeof(*df);
	df->cr3 = read_cr3();
}

void gdt_init(unsigned int cpu, unsigned long df_stack_top)
{
	struct tss *main = per_cpu_ptr(&main_tss, cpu), *df = per_cpu_ptr(&df_tss, cpu);
	u64 *table = per_cpu_ptr(&gdt[0], cpu);
	struct table_register gdtr = {sizeof(gdt) - 1, (u32)(uintptr_t)table};

	table[KERNEL_CS / 8] = descriptor(0, 0xfffff, SEG_PRESENT | SEG_CODE_RX, SEG_FLAT_4G);
	table[KERNEL_DS / 8] = descriptor(0, 0xfffff, SEG_PRESENT | SEG_DATA_RW, SEG_FLAT_4G);
	table[USER_CS / 8] =
		descriptor(0, 0xfffff, SEG_PRESENT | SEG_DPL3 | SEG_CODE_RX, SEG_FLAT_4G);
	table[USER_DS / 8] =
		descriptor(0, 0xfffff, SEG_PRESENT | SEG_DPL3 | SEG_DATA_RW, SEG_FLAT_4G);
	table[PERCPU_SEL / 8] = descriptor((u32)percpu_offset[cpu], 0xfffff,
					   SEG_PRESENT | SEG_DATA_RW, SEG_FLAT_4G);
	table[TSS_SELECTOR / 8] = tss_descriptor(main);
	table[DF_SELECTOR / 8] = tss_descriptor(df);
	tss_init(main, df, df_stack_top);

	lgdt(&gdtr);
	gdt_reload_segments();
	ltr(TSS_SELECTOR);
}
