/* SPDX-License-Identifier: MIT */
/*
 * What a trap saves: the registers of the interrupted code, in the order in which
 * kernel/cpu/trap_entry.S pushes them (last pushed first).
 *
 * The CPU itself pushes the upper part: EFLAGS, CS, EIP, for some exceptions an error code, and,
 * only if the trap came from user mode, SS and ESP below those [SDM3 6.12.1, 6.13]. The stubs push
 * 0 where the CPU has no error code, so that the frame has one shape.
 */
#ifndef KERNEL_CPU_PTRACE_H
#define KERNEL_CPU_PTRACE_H

/* Byte offsets for the assembler; static-asserted in kernel/cpu/traps.c. */
#define PT_REGS_EBP 20
#define PT_REGS_EIP 52

#ifndef __ASSEMBLER__
#include "lib/types.h"

/*
 * Of the segment registers only the low 16 bits count: a push leaves the upper half of its word
 * undefined on some CPUs.
 */
struct pt_regs {
	unsigned long ebx;
	unsigned long ecx;
	unsigned long edx;
	unsigned long esi;
	unsigned long edi;
	unsigned long ebp;
	unsigned long eax;
	unsigned long ds;
	unsigned long es;
	unsigned long fs;
	unsigned long gs;
	unsigned long vector; /* 0..255 */
	unsigned long error;  /* 0 where the exception has none */
	unsigned long eip;
	unsigned long cs;
	unsigned long eflags;
	unsigned long esp; /* only from user mode, and of a double fault: regs_stack_pointer() */
	unsigned long ss;  /* likewise */
};

#define X86_TRAP_DE  0
#define X86_TRAP_DB  1
#define X86_TRAP_NMI 2
#define X86_TRAP_BP  3
#define X86_TRAP_OF  4
#define X86_TRAP_BR  5
#define X86_TRAP_UD  6
#define X86_TRAP_NM  7
#define X86_TRAP_DF  8
#define X86_TRAP_TS  10
#define X86_TRAP_NP  11
#define X86_TRAP_SS  12
#define X86_TRAP_GP  13
#define X86_TRAP_PF  14
#define X86_TRAP_MF  16
#define X86_TRAP_AC  17
#define X86_TRAP_MC  18
#define X86_TRAP_XF  19

/* True if the trap interrupted user mode (privilege level 3). */
static inline bool user_mode(const struct pt_regs *regs)
{
	return (regs->cs & 3) == 3;
}

/*
 * regs_stack_pointer() - ESP of the interrupted code.
 * A trap from kernel mode pushes no ESP: the stack simply goes on above EFLAGS. The registers of a
 * double fault come out of the faulting task's TSS and do have one.
 */
static inline unsigned long regs_stack_pointer(const struct pt_regs *regs)
{
	if (user_mode(regs) || regs->vector == X86_TRAP_DF)
		return regs->esp;
	return (unsigned long)&regs->esp;
}
#endif

#endif
