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
 * some 10 ms. Returns kHz; 0: no timer that could be used.
 */
u32 apic_timer_calibrate(unsigned int hz);

/*
 * apic_timer_start() - have @tick called on this CPU @hz times a second from now on, in an
 * interrupt, between irq_enter() and irq_exit(). apic_timer_stop(): no more.
 */
void apic_timer_start(void (*tick)(void));
void apic_timer_stop(void);

/* apic_timer_count() - interrupts of @cpu's timer: the row LOC of `interrupts`. */
unsigned long apic_timer_count(unsigned int cpu);

#endif
