/* SPDX-License-Identifier: MIT */
/*
 * 256 gates, one shape.
 *
 * Every vector gets an interrupt gate (interrupts are off on entry; who wants them on turns them
 * on) to its stub in trap_entry.S. The stubs are 16 bytes apart, so a gate's address is computed,
 * not listed. The one exception is the double fault: a task gate [SDM3 6.11, 6.14.2], since it
 * must not depend on the stack that broke.
 */
#include "boot/x86.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/idt.h"
#include "kernel/cpu/ptrace.h"
#include "lib/bug.h"

#define NR_VECTORS 256
#define STUB_BYTES 16

/* Type bytes [SDM3 6.11]. */
#define GATE_INTERRUPT 0x8e /* present, 32-bit interrupt gate, privilege level 0 */
#define GATE_TASK      0x85
#define GATE_DPL3      0x60

extern const char trap_stubs[], trap_stubs_end[]; /* in trap_entry.S */

static u64 idt[NR_VECTORS] __aligned(8);

static u64 gate(u32 offset, u16 selector, u8 type)
{
	u32 low = ((u32)selector << 16) | (offset & 0xffff);
	u32 high = (offset & 0xffff0000) | ((u32)type << 8);

	return ((u64)high << 32) | low;
}

void idt_allow_user(unsigned int vector)
{
	idt[vector] |= (u64)GATE_DPL3 << 40;
}

void idt_load(void)
{
	struct table_register idtr = {sizeof(idt) - 1, (u32)(uintptr_t)idt};

	lidt(&idtr);
}

void idt_init(void)
{
	unsigned int v;

	BUG_ON(trap_stubs_end - trap_stubs != NR_VECTORS * STUB_BYTES);
	for (v = 0; v < NR_VECTORS; v++)
		idt[v] = gate((u32)(uintptr_t)trap_stubs + v * STUB_BYTES, KERNEL_CS,
			      GATE_INTERRUPT);
	idt[X86_TRAP_DF] = gate(0, DF_SELECTOR, GATE_TASK);
	idt_load();
}
