/* SPDX-License-Identifier: MIT */
/*
 * Nothing to do: the idle tasks, and how run queues come to life.
 *
 * Idle is an ordinary task that is picked last, and it is preempted like any other: the interrupt
 * that makes somebody runnable switches to him on its way out, so idle never has to look around
 * after HLT. It does look before: interrupts off, is somebody to run? and STI; HLT, of which the
 * CPU makes one step [SDM2 STI]: what arrives between the look and the sleep ends the sleep.
 */
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/switch.h"
#include "kernel/cpu/tsc_sync.h"
#include "kernel/sync/rcupdate.h"
#include "kernel/sync/rq.h"
#include "kernel/sync/softirq.h"
#include "lib/control.h"
#include "lib/printf.h"
#include "lib/string.h"

static struct task_struct idle_task_0;

void (*idle_test_hook)(void);

/* What the control idle_halts_late makes of the last steps: a classic. */
static void halt_late(void)
{
	preempt_disable();
	if (!need_resched()) {
		if (idle_test_hook)
			idle_test_hook();
		local_irq_enable();
		udelay(2); /* what arrives now has come and gone when we sleep */
		halt();
	}
	preempt_enable();
}

void cpu_idle_loop(void)
{
	for (;;) {
		local_irq_disable();
		rcu_note_quiescent();
		if (local_softirq_pending()) {
			local_irq_enable();
			do_softirq();
		} else if (need_resched()) {
			local_irq_enable();
			preempt_check_resched();
		} else if (control(idle_halts_late)) {
			halt_late();
		} else {
			if (unlikely(idle_test_hook))
				idle_test_hook();
			safe_halt();
		}
	}
}

static void idle_main(void *arg)
{
	cpu_idle_loop();
}

static void rq_init(struct rq *rq, unsigned int cpu)
{
	rq->cpu = cpu;
	rq->clock = sched_clock();
	rq->balance_in = cpu;
	for (unsigned int i = 0; i < MAX_RT_PRIO; i++)
		INIT_LIST_HEAD(&rq->fifo[i]);
}

void init_idle(struct task_struct *task, unsigned int cpu)
{
	struct rq *rq = cpu_rq(cpu);
	char name[TASK_COMM_LEN];

	snprintf(name, sizeof(name), "swapper/%u", cpu);
	sched_init_task(task, name);
	task->pid = 0;
	task->flags |= PF_IDLE | PF_KTHREAD | PF_NO_SETAFFINITY;
	task->cpu = cpu;
	cpumask_copy(&task->cpus_mask, cpumask_of(cpu));
	task->__state = TASK_RUNNING;
	rq->idle = task;
	sched_register_task(task);
	if (cpu == 0)
		return;
	rq->curr = task;
	per_cpu(current_task, cpu) = task;
}

void sched_cpu_online(unsigned int cpu)
{
	cpu_rq(cpu)->clock = sched_clock();
	set_bit(cpu, &sched_idle_cpus);
	set_bit(cpu, &sched_cpus);
}

void sched_init(void)
{
	struct rq *rq = cpu_rq(0);

	if (tsc_khz)
		sched_clock_ms = tsc_khz;
	sched_clock_is_tsc = tsc_khz && !tsc_pretends();
	/* All of them: a thread may be bound to a CPU that never starts, and its queue is locked.
	 */
	for (unsigned int cpu = 0; cpu < NR_CPUS; cpu++)
		rq_init(cpu_rq(cpu), cpu);
	rq->curr = &init_task;
	rq->nr_running = 1;
	rq->load = init_task.weight;
	idle_task_0.stack = boot_stacks[IDLE_STACK];
	idle_task_0.esp = task_stack_init(idle_task_0.stack.top, idle_main, NULL);
	init_idle(&idle_task_0, 0);
}
