/* SPDX-License-Identifier: MIT */
/*
 * The local APIC: each CPU's own interrupt controller, through which CPUs talk to each other
 * [SDM3 10]. See apic.c.
 *
 * All CPUs see their own one at the same address, behind FIX_APIC_BASE. Nothing here may be called
 * before apic_present() is true, unless it says so.
 */
#ifndef KERNEL_CPU_APIC_H
#define KERNEL_CPU_APIC_H

#include "boot/layout.h"
#include "kernel/cpu/cpumask.h"
#include "lib/compiler.h"
#include "lib/types.h"

/* Registers, as offsets [SDM3 table 10-1]. */
#define APIC_ID        0x020 /* in bits 31:24 */
#define APIC_VERSION   0x030
#define APIC_TPR       0x080
#define APIC_EOI       0x0b0
#define APIC_LDR       0x0d0
#define APIC_DFR       0x0e0
#define APIC_SVR       0x0f0
#define APIC_ISR       0x100 /* eight words, 16 bytes apart; so the next two */
#define APIC_TMR       0x180
#define APIC_IRR       0x200
#define APIC_ESR       0x280
#define APIC_ICR       0x300
#define APIC_ICR_HIGH  0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_THERM 0x330
#define APIC_LVT_PERF  0x340
#define APIC_LVT_LINT0 0x350
#define APIC_LVT_LINT1 0x360
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_ICR 0x380 /* initial count */
#define APIC_TIMER_CCR 0x390 /* current count */
#define APIC_TIMER_DCR 0x3e0 /* divide configuration */

#define APIC_SVR_ENABLE   0x00000100
#define APIC_LVT_MASKED   0x00010000
#define APIC_LVT_PERIODIC 0x00020000
#define APIC_LVT_LEVEL    0x00008000
#define APIC_LVT_LOW      0x00002000 /* active low */

/* Delivery modes, for the ICR and the LVT. */
#define APIC_DM_FIXED   0x000
#define APIC_DM_NMI     0x400
#define APIC_DM_INIT    0x500
#define APIC_DM_STARTUP 0x600
#define APIC_DM_EXTINT  0x700

#define APIC_ICR_BUSY   0x00001000
#define APIC_ICR_ASSERT 0x00004000
#define APIC_ICR_LEVEL  0x00008000
#define APIC_ICR_SELF   0x00040000 /* destination shorthand */

#define APIC_DEFAULT_BASE 0xfee00000
#define BAD_APIC_ID       0xffffffffu

static inline u32 apic_read(unsigned int reg)
{
	return *(volatile u32 *)(FIX_TO_VIRT(FIX_APIC_BASE) + reg);
}

static inline void apic_write(unsigned int reg, u32 value)
{
	*(volatile u32 *)(FIX_TO_VIRT(FIX_APIC_BASE) + reg) = value;
}

/* The interrupt that this CPU handles is done. Never for NMIs and spurious interrupts. */
static inline void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

/* apic_present() - whether this machine has local APICs that loft uses. Any context, any time. */
extern bool apic_is_present;
static inline bool apic_present(void)
{
	return READ_ONCE(apic_is_present);
}

/*
 * apic_init() - map the local APICs' page at @base and make the boot CPU's work. Once, at boot,
 * interrupts off. Returns false, with a line that says why, on a machine without (or with
 * nolapic); then apic_present() stays false and interrupts come by the 8259s alone.
 *
 * While the 8259s are in use their interrupts go through the boot CPU's LINT0 as ExtINT ("virtual
 * wire" [MPS 3.6.2.2]) and need no EOI of the APIC's.
 */
bool apic_init(phys_addr_t base);

/*
 * apic_setup() - make this CPU's APIC accept everything and be quiet: every local source masked
 * but, on the boot CPU, LINT0 for the 8259s, and LINT1 (or what the firmware says) for NMIs.
 * Interrupts off. apic_init() calls it for the boot CPU.
 */
void apic_setup(void);

/* apic_virtual_wire() - let the 8259s' interrupts through to the boot CPU, or not. Boot CPU only.
 */
void apic_virtual_wire(bool on);

/* apic_id() - this CPU's APIC ID. */
static inline u32 apic_id(void)
{
	return apic_read(APIC_ID) >> 24;
}

/* The APIC ID of each possible CPU; BAD_APIC_ID where there is none. */
extern u32 cpu_apic_id[NR_CPUS];

/*
 * apic_send_ipi() - have @vector (32..254) happen on @cpu, which may be this one.
 * apic_send_ipi_mask() - on each CPU of @mask.
 * apic_send_nmi() - an NMI for @cpu, which accepts it whatever it is doing (within an NMI: after
 * it).
 * Any context, NMI included. Waits until the APIC has sent the message before this one; on return
 * this one is the APIC's to send, and nobody has looked whether it did. Memory written before is
 * visible to the handler.
 */
void apic_send_ipi(unsigned int cpu, unsigned int vector);
void apic_send_ipi_mask(const struct cpumask *mask, unsigned int vector);
void apic_send_nmi(unsigned int cpu);

/*
 * apic_send_init(), apic_send_startup() - the two steps that start the CPU with APIC ID @id: INIT,
 * and "begin in real mode at physical address @page" (a page below 1 MiB). Each returns false if
 * the message could not be delivered.
 */
bool apic_send_init(u32 id);
bool apic_send_startup(u32 id, phys_addr_t page);

/* apic_esr() - what has gone wrong since the last call [SDM3 10.5.3], as the register's bits. */
u32 apic_esr(void);

#endif
