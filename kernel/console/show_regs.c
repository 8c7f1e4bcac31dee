/* SPDX-License-Identifier: MIT */
/*
 * The registers of a fatal trap and the code that it was at.
 *
 * The layout follows Linux's i386 oops, so that eyes and scripts that know it are at home.
 * Nothing here trusts the machine's state: memory is read by the read that survives faults, and
 * CR4 only where it exists.
 */
#include "boot/layout.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/extable.h"
#include "lib/printf.h"

/* Code bytes shown before EIP, and in all. */
#define CODE_BEFORE 16
#define CODE_BYTES  40

static void show_code(unsigned long eip)
{
	char text[CODE_BYTES * 4 + 1];
	unsigned long at;
	size_t n = 0;
	u8 byte;

	for (at = eip - CODE_BEFORE; at != eip - CODE_BEFORE + CODE_BYTES; at++) {
		if (copy_from_kernel_nofault(&byte, (const void *)at, 1)) {
			n += (size_t)scnprintf(text + n, sizeof(text) - n,
					       at == eip ? " <-->" : " --");
			continue;
		}
		n += (size_t)scnprintf(text + n, sizeof(text) - n, at == eip ? " <%02x>" : " %02x",
				       byte);
	}
	pr_emerg("Code:%s\n", text);
}

/* CR4 came with the first features that it switches on; reading it before that is a fault. */
static bool has_cr4(void)
{
	return cpu_has(X86_FEATURE_VME) || cpu_has(X86_FEATURE_DE) || cpu_has(X86_FEATURE_PSE) ||
	       cpu_has(X86_FEATURE_PAE);
}

void show_regs(struct pt_regs *regs)
{
	unsigned long esp = regs_stack_pointer(regs);
	unsigned long ss = user_mode(regs) || regs->vector == X86_TRAP_DF ? regs->ss : KERNEL_DS;

	pr_emerg("EIP: %04lx:[<%08lx>] %pS  EFLAGS: %08lx\n", regs->cs & 0xffff, regs->eip,
		 (void *)regs->eip, regs->eflags);
	pr_emerg("ESP: %04lx:%08lx EBP: %08lx  vector %lu, error code %04lx\n", ss & 0xffff, esp,
		 regs->ebp, regs->vector, regs->error);
	pr_emerg("EAX: %08lx EBX: %08lx ECX: %08lx EDX: %08lx\n", regs->eax, regs->ebx, regs->ecx,
		 regs->edx);
	pr_emerg("ESI: %08lx EDI: %08lx\n", regs->esi, regs->edi);
	pr_emerg("DS: %04lx ES: %04lx FS: %04lx GS: %04lx\n", regs->ds & 0xffff, regs->es & 0xffff,
		 regs->fs & 0xffff, regs->gs & 0xffff);
	pr_emerg("CR0: %08x CR2: %08x CR3: %08x CR4: %08x\n", read_cr0(), read_cr2(), read_cr3(),
		 has_cr4() ? read_cr4() : 0);
	show_code(regs->eip);
}
