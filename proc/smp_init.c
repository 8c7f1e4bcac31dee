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
#include "kernel/sync/sched.h"
#include "mm/kmalloc.h"
#include "mm/pcp.h"
#include "proc/kstack.h"

/* Starts @cpu, if there is memory for it. Other failures speak for themselves. */
static void start(unsigned int cpu)
{
	struct task_struct *idle = kzalloc(sizeof(*idle), GFP_KERNEL);
	struct kernel_stack df_stack;

	if (!idle || kstack_alloc(&idle->stack) || kstack_alloc(&df_stack)) {
		pr_err("no memory for the stacks of CPU %u; going on without it\n", cpu);
		return;
	}
	idle->stack.name = idle->comm;
	df_stack.name = "df_stack";
	init_idle(idle, cpu);
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
