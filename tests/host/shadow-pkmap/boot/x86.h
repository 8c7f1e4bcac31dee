/* SPDX-License-Identifier: MIT */
/*
 * In the place of boot/x86.h where PKMAP is compiled on the host: what mm/tlb.h and the flush name.
 */
#ifndef TESTS_HOST_SHADOW_PKMAP_X86_H
#define TESTS_HOST_SHADOW_PKMAP_X86_H

#include "lib/types.h"

#define CR4_PGE                  0x80ul
#define local_irq_save(flags)    ((void)((flags) = 0))
#define local_irq_restore(flags) ((void)(flags))

static inline bool irqs_disabled(void)
{
	return false;
}

static inline void rep_stosl(void *to, u32 value, size_t words)
{
	for (u32 *word = to; words > 0; words--)
		*word++ = value;
}

#define keep_value(variable) ((void)(variable))

static inline bool set_bit_of(u32 *word, u32 n)
{
	bool was = *word >> n % 32 & 1;

	*word |= 1u << n % 32;
	return was;
}

static inline void cpu_relax(void)
{
}
static inline void invlpg(void *va)
{
}
static inline unsigned long read_cr3(void)
{
	return 0;
}
static inline void write_cr3(unsigned long value)
{
}
static inline unsigned long read_cr4(void)
{
	return 0;
}
static inline void write_cr4(unsigned long value)
{
}

#endif /* TESTS_HOST_SHADOW_PKMAP_X86_H */
