/* SPDX-License-Identifier: MIT */
/*
 * I/O APICs: device lines to the local APICs of any CPU. See ioapic.c.
 */
#ifndef KERNEL_CPU_IOAPIC_H
#define KERNEL_CPU_IOAPIC_H

#include "kernel/cpu/irq.h"

/*
 * ioapic_init() - map the I/O APICs that smp_config names, mask every input, and find each line its
 * input. False, with a line that says why, if there is none to use. Once, interrupts off, after
 * apic_init().
 */
bool ioapic_init(void);

/* What irq.c then drives the lines by. */
extern const struct irq_chip ioapic_chip;

#endif
