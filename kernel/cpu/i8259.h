/* SPDX-License-Identifier: MIT */
/*
 * The two 8259 interrupt controllers of a PC. See i8259.c. Callers hold interrupts off.
 */
#ifndef KERNEL_CPU_I8259_H
#define KERNEL_CPU_I8259_H

#include "kernel/cpu/irq.h"
#include "lib/types.h"

#define I8259_LINES   16
#define I8259_CASCADE 2 /* the second controller hangs on this line of the first */

/* i8259_init() - line n to vector @first_vector + n (a multiple of 8), all lines but the cascade
 * masked. */
void i8259_init(unsigned int first_vector);

void i8259_mask(unsigned int line);
void i8259_unmask(unsigned int line);

/* i8259_masked() - whether @line is masked, from our copy of the mask. */
bool i8259_masked(unsigned int line);

/*
 * i8259_spurious() - whether the interrupt that just arrived as @line was never really there.
 * If so it is also acknowledged as far as it must be, and i8259_eoi() must not be called.
 */
bool i8259_spurious(unsigned int line);

/* i8259_eoi() - the interrupt of @line has been handled. */
void i8259_eoi(unsigned int line);

/* What irq.c drives the lines by where there is no I/O APIC. */
extern const struct irq_chip i8259_chip;

#endif
