/* SPDX-License-Identifier: MIT */
/*
 * What the hardware reports when it is in trouble: NMI and machine check. See nmi.c and mce.c.
 */
#ifndef KERNEL_CPU_NMI_H
#define KERNEL_CPU_NMI_H

#include "kernel/cpu/ptrace.h"
#include "lib/types.h"

/* nmi_reason() - what port 0x61, reading @status, says about an NMI. */
const char *nmi_reason(u8 status);

/* nmi_handler() - handler of vector 2: answers another CPU, or reports the reason, and goes on. */
void nmi_handler(struct pt_regs *regs);

/* Called first in each NMI, on whichever CPU; true: it was meant for it. For tests. */
extern bool (*nmi_hook)(struct pt_regs *regs);

/*
 * mce_init() - turn machine-check exceptions on where the CPU has them; without CR4.MCE such an
 * event shuts the CPU down in silence [SDM3 15.3]. After cpu_identify(); called by it.
 */
void mce_init(void);

/* mce_handler() - handler of vector 18: prints the banks and dies. */
void mce_handler(struct pt_regs *regs);

#endif
