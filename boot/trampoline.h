/* SPDX-License-Identifier: MIT */
/*
 * The way from real mode into the kernel, for every CPU but the first.
 *
 * A CPU is started in real mode, at the first byte of a page below 1 MiB [SDM3 8.4]. trampoline.S
 * is what lies there: it goes to protected mode and paging, on page tables of its own that show
 * the kernel and, at its physical address, this one page; then it jumps into the kernel, drops
 * those tables, and asks at the gate whether it is the CPU that is wanted.
 */
#ifndef BOOT_TRAMPOLINE_H
#define BOOT_TRAMPOLINE_H

/*
 * The gate, one word: an APIC ID with GATE_OPEN, and from bit GATE_CPU on the number that it gets,
 * while that CPU may come in; else GATE_SHUT. So who comes in knows from the word that it has taken
 * who it is, whatever becomes of the gate behind it.
 */
#define GATE_SHUT 0
#define GATE_OPEN 0x100
#define GATE_CPU  16

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* The page that the code is copied to; 0: there is none. Found by memory_reserve(). */
extern phys_addr_t trampoline_page;

extern u32 trampoline_gate;

/*
 * trampoline_prepare() - copy the code and make its page tables, from the tables that this CPU
 * uses now; CPUs come up with @cr0, @cr4 and these bits of @efer. Before each start of a CPU; only
 * the first call does anything, since a CPU may be late and still be on its way through here.
 * trampoline_retire() - the end of that: a CPU that comes now stops at the first instruction, in
 * real mode; the page tables are emptied, unless @late: CPUs that were started may still need them.
 * Both: one CPU, interrupts as they are.
 */
void trampoline_prepare(u32 cr0, u32 cr4, u32 efer);
void trampoline_retire(bool late);

/*
 * trampoline_open() - let the CPU with APIC ID @id come in, as @cpu, on the stack @stack_top. Once
 * for each @cpu.
 */
void trampoline_open(u32 id, unsigned int cpu, unsigned long stack_top);

/* trampoline_entered() - it has come. trampoline_shut() - let it not: false if it came just now. */
bool trampoline_entered(void);
bool trampoline_shut(void);

/* Where a CPU goes: kernel/cpu/smp_boot.c. On its stack, with no per-CPU data yet. */
void ap_main(unsigned int cpu) __attribute__((__noreturn__));
#endif

#endif
