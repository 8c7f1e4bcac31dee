/* SPDX-License-Identifier: MIT */
/*
 * The local APIC's timer: the tick of each CPU. See apic_timer.c.
 */
#ifndef KERNEL_CPU_APIC_TIMER_H
#define KERNEL_CPU_APIC_TIMER_H

#include "lib/types.h"

/*
 * apic_timer_calibrate() - measure how fast the timers count, against clock_ns(). @hz: the rate
 * that is wanted later. Once, on the boot CPU, apic_present() and after clock_calibrate(); takes
 * some 10 ms. Returns kHz; 0, said in a line: no timer that could be used.
 */
u32 apic_timer_calibrate(unsigned int hz);

/*
 * apic_timer_handle() - @tick is what LOCAL_TIMER_VECTOR means from now on, on every CPU and
 * whoever sends it: called in an interrupt, between irq_enter() and irq_exit(). Once, before
 * anything can ring.
 */
void apic_timer_handle(void (*tick)(void));

/*
 * apic_timer_start() - this CPU's timer rings @hz times a second from now on. apic_timer_stop(): no
 * more. After a calibration that was not in vain.
 */
void apic_timer_start(void);
void apic_timer_stop(void);

/* apic_timer_count() - how often it rang on @cpu: the row LOC of `interrupts`. */
unsigned long apic_timer_count(unsigned int cpu);

#endif
