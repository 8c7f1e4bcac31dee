/* SPDX-License-Identifier: MIT */
/*
 * In the place of boot/x86.h for what is compiled on the host: a process has no interrupt flag.
 */
#ifndef TESTS_HOST_SHADOW_BOOT_X86_H
#define TESTS_HOST_SHADOW_BOOT_X86_H

static inline unsigned long read_eflags(void)
{
	return 0;
}

static inline void write_eflags(unsigned long flags)
{
}

#define local_irq_save(flags)    ((flags) = 0)
#define local_irq_restore(flags) write_eflags(flags)

static inline void cpu_relax(void)
{
}

#endif /* TESTS_HOST_SHADOW_BOOT_X86_H */
