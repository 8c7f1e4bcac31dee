/* SPDX-License-Identifier: MIT */
/*
 * The time-stamp counter and its calibration. See tsc.c.
 */
#ifndef KERNEL_CPU_TSC_H
#define KERNEL_CPU_TSC_H

#include "lib/types.h"

/* tsc_read() - the counter. Only where cpu_has(X86_FEATURE_TSC), else #UD. Any context. */
u64 tsc_read(void);

/*
 * tsc_calibrate() - measure the TSC's rate against the PIT and set up tsc_to_ns().
 * Returns kHz, or 0: no TSC, or its rounds do not agree. About 10 ms; interrupts off.
 */
u32 tsc_calibrate(void);

/* tsc_to_ns() - convert a span of the TSC. Good for 2^64 ns; needs a calibration that succeeded. */
u64 tsc_to_ns(u64 cycles);

#endif
