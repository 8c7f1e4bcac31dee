/* SPDX-License-Identifier: MIT */
/*
 * Finding the CPUs, and starting them. See smp_detect.c and smp_boot.c.
 */
#ifndef KERNEL_CPU_SMP_BOOT_H
#define KERNEL_CPU_SMP_BOOT_H

#include "lib/compiler.h"
#include "lib/types.h"

struct kernel_stack;
struct task_struct;

/*
 * smp_detect() - ask the firmware what CPUs there are (ACPI, else the MP table), number them (the
 * boot CPU is 0, the others in the table's order), fill smp_config, cpu_apic_id and the masks of
 * possible and present CPUs, and make the boot CPU's local APIC work. Once, at boot, interrupts
 * off, after the page tables are loft's own. @rsdp: the loader's copy of the ACPI root pointer.
 */
void smp_detect(const void *rsdp, size_t rsdp_length);

/*
 * cpu_up() - start CPU @cpu, a present one that does not run, and wait until it does. It begins on
 * the stack of its idle task @idle, which init_idle() has prepared, and goes into that task's loop;
 * its double-fault task gets @df_stack. Both stay its own for ever, whatever this returns: a CPU
 * may come too late.
 * Returns 0; -EINVAL for a CPU that cannot be started, or was once; -ETIMEDOUT if it does not come,
 * and a line says so. Thread context, interrupts on; one at a time.
 */
int cpu_up(unsigned int cpu, struct task_struct *idle, const struct kernel_stack *df_stack);

/*
 * cpu_given_up() - whether @cpu was started and did not come in time: it is not online and never
 * will be, wherever it is by now. Any context.
 */
bool cpu_given_up(unsigned int cpu);

/* cpu_come_ms= - how long a CPU may take for each half of its way. */
extern unsigned int cpu_come_ms;

/* Which CPUs flushed everything when they were in cpu_online_mask already: for tests. */
extern bool cpu_start_flushed[];

/* smp_start_end() - no further CPU will be started: the way in is closed and its map taken away. */
void smp_start_end(void);

/* The line that names this machine's CPUs once they run: "smp: N CPUs ...". */
void smp_report(void);

#endif
