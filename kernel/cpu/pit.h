/* SPDX-License-Identifier: MIT */
/*
 * The 8254 interval timer: a free-running count and the tick. See pit.c.
 */
#ifndef KERNEL_CPU_PIT_H
#define KERNEL_CPU_PIT_H

#include "lib/types.h"

#define PIT_HZ 1193182 /* input clock of all channels: 14.31818 MHz / 12 */

/*
 * pit_count() - PIT clocks so far, counted upwards, 16 bits, wrapping: differences mod 65536 are
 * elapsed clocks of 1/PIT_HZ s. It must be called at least every 54.9 ms (where only channel 0
 * works: at every tick), or clocks are lost. Starts the counter at its first call. Any context.
 */
u16 pit_count(void);

/* pit_start_tick() - channel 0 rings IRQ 0 about @hz times a second (19..PIT_HZ), for ever. */
void pit_start_tick(unsigned int hz);

/* pit_stop_tick() - no more of that, if the count does without; otherwise nothing happens. */
void pit_stop_tick(void);

/* pit_ticked() - to be called at each tick, before anything looks at the count. Interrupts off. */
void pit_ticked(void);

#endif
