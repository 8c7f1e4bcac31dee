/* SPDX-License-Identifier: MIT */
/*
 * The tick: what each CPU does HZ times a second. See tick.c.
 */
#ifndef KERNEL_SYNC_TICK_H
#define KERNEL_SYNC_TICK_H

#include "lib/types.h"

/*
 * tick_init() - start the tick of the boot CPU, and with it timers, softirqs and RCU. Once, after
 * irq_init(), interrupts off.
 */
void tick_init(void);

/*
 * tick_use_apic() - from the PIT's tick to the local APIC's timer, where there is one and it works;
 * where it does not (or with nolapic_timer) the PIT's tick is passed on to all CPUs that are
 * online. Once, on the boot CPU, interrupts on, before other CPUs start. tick_cpu_start() - each
 * other CPU, on itself, interrupts off: start its own timer, if the boot CPU's works. If not, its
 * tick comes by itself once it is online. Without APICs there is one CPU.
 */
void tick_use_apic(void);
void tick_cpu_start(void);

/* tick_interrupt() - one tick of this CPU; from the handler of whatever timer rings here. */
void tick_interrupt(void);

/*
 * tick_time_ns() - the clock's value at which tick @j of jiffies began, or will: what jiffies mean.
 * Any context.
 */
u64 tick_time_ns(unsigned long j);

/* tick_count() - ticks that @cpu has handled. Time itself is `jiffies`. */
unsigned long tick_count(unsigned int cpu);

#endif
