/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/barrier.h> for foreign sources: barriers between this CPU, devices and other CPUs.
 * Loads are not reordered with loads here, nor stores with stores, in memory of the usual kind.
 */
#ifndef COMPAT_ASM_BARRIER_H
#define COMPAT_ASM_BARRIER_H

#include "lib/atomic.h"

#define mb()  smp_mb()
#define rmb() smp_mb()
#define wmb() smp_mb()

#endif /* COMPAT_ASM_BARRIER_H */
