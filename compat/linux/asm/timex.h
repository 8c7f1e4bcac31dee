/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/timex.h> for foreign sources: the counter of cycles.
 */
#ifndef COMPAT_ASM_TIMEX_H
#define COMPAT_ASM_TIMEX_H

#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/tsc.h"

typedef unsigned long long cycles_t;

/* The CPU's time-stamp counter; 0 on one that has none. Any context. */
static inline cycles_t get_cycles(void)
{
	return cpu_has(X86_FEATURE_TSC) ? tsc_read() : 0;
}

#endif /* COMPAT_ASM_TIMEX_H */
