/* SPDX-License-Identifier: MIT */
/*
 * Bringing the other CPUs to life. See smp_init.c.
 */
#ifndef PROC_SMP_INIT_H
#define PROC_SMP_INIT_H

/*
 * smp_init() - start all present CPUs, and say how many run. Once, in the boot's own thread, with
 * interrupts on: after vmalloc_init(), sched_init() and clock_init().
 */
void smp_init(void);

#endif
