/* SPDX-License-Identifier: MIT */
/*
 * One time for all CPUs, though each has a time-stamp counter of its own. See tsc_sync.c.
 */
#ifndef KERNEL_CPU_TSC_SYNC_H
#define KERNEL_CPU_TSC_SYNC_H

#include "lib/types.h"

/*
 * tsc_sync_ap() - on a CPU that starts, interrupts off, before anything there asks for the time:
 * compares its counter with the boot CPU's, which must call tsc_sync_boot() meanwhile, until it
 * returns; which it also does when the CPU is given up. Without a calibrated TSC both do nothing.
 * tsc_sync_boot() - on the boot CPU: if @cpu waits for the comparison, do it. If it falls silent
 * in between, returns after a second, and a later call begins anew.
 */
void tsc_sync_ap(void);
void tsc_sync_boot(unsigned int cpu);

/* tsc_synced() - this CPU's counter, as the boot CPU would read it now. Any context. */
u64 tsc_synced(void);

/*
 * tsc_unsynced() - this CPU's counter as it stands: to be compared with nothing but itself. Adds
 * what tsc_skew= pretends; where tsc_pretends() says that this is nothing, tsc_read() does as well.
 * The caller stays on its CPU.
 */
u64 tsc_unsynced(void);
bool tsc_pretends(void);

/* tsc_offset() - what is added on @cpu, in cycles; 0: its counter was in step. */
s64 tsc_offset(unsigned int cpu);

#endif
