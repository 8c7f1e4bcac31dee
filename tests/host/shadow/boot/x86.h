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

#endif /* TESTS_HOST_SHADOW_BOOT_X86_H */
