/* SPDX-License-Identifier: MIT */
/*
 * What a new CPU needs of memory, and the loop that starts them all.
 *
 * Each gets an idle task with a stack, on which it also begins, and a stack for its double faults;
 * both of the kind that threads have (proc/kstack.h). They are never given back: a CPU that did not
 * come in time may still come (kernel/cpu/smp_boot.c).
 */
#define pr_fmt(fmt) "smp: " fmt
#include "proc/smp_init.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/smp_boot.h"
#include "kernel/cpu/stacks.h"
#include "lib/err.h"
#include "mm/pcp.h"
#include "proc/kstack.h"
#include "proc/kthread.h"

/* Starts @cpu, if there is memory for it. Other failures speak for themselves. */
static void start(unsigned int cpu)
{
	struct kernel_stack df_stack = {.name = "df_stack"};
	struct task_struct *idle = idle_task_create(cpu);

	if (IS_ERR(idle) || kstack_alloc(&df_stack)) {
		pr_err("no memory for the stacks of CPU %u; going on without it\n", cpu);
		return;
	}
	cpu_up(cpu, idle, &df_stack);
}

void smp_init(void)
{
	unsigned int cpu;

	pcp_set_limits(); /* so many CPUs share what their page lists may hold */
	for_each_present_cpu(cpu) if (!cpu_online(cpu)) start(cpu);
	smp_start_end();
	smp_report();
}
