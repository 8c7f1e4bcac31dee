/* SPDX-License-Identifier: MIT */
/*
 * Who owns which interrupt vector.
 *
 *   0x00 .. 0x1f  exceptions; 2 is the NMI
 *   0x20 .. 0x5f  device lines 0 .. 63: one vector a line, whichever controller it hangs on
 *   0x80          system calls
 *   0xec .. 0xff  the local APIC's own: timer, messages between CPUs, errors
 *
 * The upper digit of a vector is its priority at the local APIC [SDM3 10.8.3]: messages between
 * CPUs come before devices. The lower digit of the spurious vector must be 15, since older APICs
 * wire it so [SDM3 10.9].
 */
#ifndef KERNEL_CPU_VECTORS_H
#define KERNEL_CPU_VECTORS_H

#define FIRST_IRQ_VECTOR 0x20
#define NR_IRQS          64

#define SYSCALL_VECTOR 0x80

#define LOCAL_TIMER_VECTOR   0xec
#define CALL_FUNCTION_VECTOR 0xfb /* look into your queue of calls: kernel/cpu/smp.c */
#define RESCHEDULE_VECTOR    0xfd /* pick a task anew when this interrupt ends */
#define ERROR_APIC_VECTOR    0xfe
#define SPURIOUS_APIC_VECTOR 0xff

#endif
