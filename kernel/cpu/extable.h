/* SPDX-License-Identifier: MIT */
/*
 * The exception table: instructions that may fault, and where to go on if they do. Also the
 * kernel's careful copies, which stand on it. See extable.c.
 */
#ifndef KERNEL_CPU_EXTABLE_H
#define KERNEL_CPU_EXTABLE_H

#ifdef __ASSEMBLER__

/* A fault at @insn resumes at @fixup, with all other registers as they were. */
/* clang-format off */
#define EX_TABLE(insn, fixup)                                                                      \
	.pushsection .ex_table, "aw", @progbits;                                                    \
	.balign 4;                                                                                 \
	.long insn, fixup;                                                                         \
	.popsection
/* clang-format on */

#else
#include "lib/types.h"
#include "kernel/cpu/ptrace.h"

struct ex_entry {
	u32 insn;
	u32 fixup;
};

/*
 * extable_init() - sort the table; two entries for one instruction are a BUG.
 * Once, at boot, while .data is writable.
 */
void extable_init(void);

/*
 * extable_fixup() - if regs->eip is a listed instruction, move it to the fixup and return true.
 * Any context. The trap handler's tool; kernel mode only.
 */
bool extable_fixup(struct pt_regs *regs);

/* extable_sorted() - true if the table is strictly ascending. For tests and boot. */
bool extable_sorted(void);

/*
 * copy_from_kernel_nofault() - read @size bytes at kernel address @src that may not be mapped.
 * Returns 0; -ERANGE if @src lies below PAGE_OFFSET (nothing was touched); -EFAULT at a fault:
 * then the bytes before the first unreadable one are in @dst and the rest of @dst is untouched.
 * If @dst, @src and @size allow it, memory is accessed in aligned words, as device registers want.
 * Any context; never sleeps. @dst must be good memory.
 */
long copy_from_kernel_nofault(void *dst, const void *src, size_t size);

/*
 * copy_to_kernel_nofault() - write @size bytes to kernel address @dst that may be unmapped or
 * read-only. Same results and rules with the sides exchanged.
 */
long copy_to_kernel_nofault(void *dst, const void *src, size_t size);
#endif

#endif
