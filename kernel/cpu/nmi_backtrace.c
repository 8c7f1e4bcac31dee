/* SPDX-License-Identifier: MIT */
/*
 * Asking CPUs by NMI where they are, and stopping them.
 *
 * The handler on the other CPU prints nothing: it may have interrupted the very holder of the
 * console. It walks its own stack, notes the addresses, and says that it is done; whoever asked
 * prints what was noted. So questions work whatever the other CPU holds, and the answers never
 * mix.
 *
 * Stopping is the same with no way back: the handler halts with interrupts off. A CPU in an NMI
 * that does not end takes no further one; INIT holds any CPU, except that the boot CPU would begin
 * at the firmware instead of waiting [SDM3 8.4.2], so that one is left alone.
 */
#include "kernel/cpu/nmi_backtrace.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/power.h"
#include "kernel/sync/sched.h"
#include "lib/atomic.h"
#include "lib/control.h"
#include "lib/string.h"

#define TRACE_MAX   24
#define LOOKS_IN_MS 100

unsigned int nmi_answer_ms = 1000;

/* A CPU's answer; written by itself. */
struct cpu_trace {
	unsigned long eip;
	unsigned long address[TRACE_MAX];
	unsigned int nr;
	bool more; /* the walk was not at its end */
	bool irqs_on;
	int pid;
	char comm[TASK_COMM_LEN];
};

static DEFINE_PER_CPU(struct cpu_trace, trace);
static struct cpumask asked;   /* are to answer, and have not yet */
static struct cpumask late;    /* did not answer in time: an NMI may still be on its way */
static struct cpumask to_stop; /* are to answer and stop */
static struct cpumask stopped, forced, deaf;
static atomic_t asking;

static bool note_address(unsigned long address, void *arg)
{
	struct cpu_trace *t = arg;

	t->more = t->nr == TRACE_MAX;
	if (t->more)
		return false;
	t->address[t->nr++] = address;
	return true;
}

static void note(struct cpu_trace *t, unsigned long eip, unsigned long ebp, bool irqs_on)
{
	t->eip = eip;
	t->nr = 0;
	t->more = false;
	t->irqs_on = irqs_on;
	t->pid = current->pid;
	strscpy(t->comm, current->comm, sizeof(t->comm));
	walk_stack(ebp, note_address, t);
}

static void __noreturn stop_here(void)
{
	cpumask_set_cpu(smp_processor_id(), &stopped);
	machine_halt();
}

bool nmi_asked(struct pt_regs *regs)
{
	unsigned int cpu = smp_processor_id();
	bool stop = cpumask_test_cpu(cpu, &to_stop);

	if (!stop && !cpumask_test_cpu(cpu, &asked))
		return cpumask_test_and_clear_cpu(cpu, &late) && !control(nmi_late_unknown);
	if (control(nmi_unanswered))
		return true;
	note(this_cpu_ptr(&trace), regs->eip, regs->ebp, regs->eflags & EFLAGS_IF);
	if (stop)
		stop_here();
	__atomic_thread_fence(__ATOMIC_RELEASE);
	if (!cpumask_test_and_clear_cpu(cpu, &asked))
		cpumask_clear_cpu(cpu, &late); /* given up just now: this was the late answer */
	return true;
}

void smp_stop_self(void)
{
	local_irq_disable();
	note(this_cpu_ptr(&trace), current_ip(), (unsigned long)__builtin_frame_address(0), false);
	stop_here();
}

/*
 * After the wait: has @cpu not answered? Then its NMI is marked as late before it is no longer
 * asked for, so that it is never taken for somebody else's. A mark stays if two NMIs have become
 * one; at worst one NMI without a reason is not reported.
 */
static bool give_up_on(unsigned int cpu)
{
	cpumask_set_cpu(cpu, &late);
	if (cpumask_test_and_clear_cpu(cpu, &asked))
		return true;
	cpumask_clear_cpu(cpu, &late);
	return false;
}

/* Until no CPU of *@waiting_for is left, or time is up. Without a clock that runs: some time. */
static bool wait_until_empty(const struct cpumask *waiting_for)
{
	for (unsigned int i = 0; i < nmi_answer_ms * LOOKS_IN_MS; i++) {
		if (cpumask_empty(waiting_for))
			return true;
		udelay(1000 / LOOKS_IN_MS);
	}
	return cpumask_empty(waiting_for);
}

static void print_trace(unsigned int cpu, const struct cpu_trace *t)
{
	pr_emerg("CPU %u, pid %d (%s), interrupts %s, at %pS\n", cpu, t->pid, t->comm,
		 t->irqs_on ? "on" : "off", (void *)t->eip);
	for (unsigned int i = 0; i < t->nr; i++)
		pr_emerg(" [<%08lx>] %pB\n", t->address[i], (void *)t->address[i]);
	if (t->more)
		pr_emerg(" ... and further up\n");
}

static void print_self(unsigned int cpu)
{
	pr_emerg("CPU %u, pid %d (%s), is asking\n", cpu, current->pid, current->comm);
	dump_stack();
}

bool trigger_cpumask_backtrace(const struct cpumask *mask)
{
	struct cpumask others, print;
	struct console_hold hold;
	unsigned int cpu, self;

	if (atomic_xchg(&asking, 1))
		return false;
	preempt_disable();
	self = smp_processor_id();
	cpumask_and(&print, mask, cpu_online_mask);
	cpumask_copy(&others, &print);
	__cpumask_clear_cpu(self, &others);
	if (apic_present()) {
		cpumask_copy(&asked, &others);
		for_each_cpu(cpu, &others) apic_send_nmi(cpu);
		wait_until_empty(&asked);
	}
	console_lock(&hold);
	for_each_cpu(cpu, &print)
	{
		if (cpu == self)
			print_self(cpu);
		else if (!apic_present() || (cpumask_test_cpu(cpu, &asked) && give_up_on(cpu)))
			pr_emerg("CPU %u does not answer to an NMI\n", cpu);
		else
			print_trace(cpu, per_cpu_ptr(&trace, cpu));
	}
	console_unlock(&hold);
	preempt_enable();
	atomic_set(&asking, 0);
	return true;
}

bool trigger_all_cpu_backtrace(void)
{
	return trigger_cpumask_backtrace(cpu_online_mask);
}

bool trigger_allbutself_cpu_backtrace(void)
{
	struct cpumask others;

	cpumask_copy(&others, cpu_online_mask);
	__cpumask_clear_cpu(smp_processor_id(), &others);
	return trigger_cpumask_backtrace(&others);
}

bool trigger_single_cpu_backtrace(unsigned int cpu)
{
	return trigger_cpumask_backtrace(cpumask_of(cpu));
}

/* Waits until @others have stopped; those that have not are left in it. */
static void wait_for_stop(struct cpumask *others)
{
	for (unsigned int i = 0; i < nmi_answer_ms * LOOKS_IN_MS; i++) {
		if (!cpumask_andnot(others, others, &stopped))
			return;
		udelay(1000 / LOOKS_IN_MS);
	}
}

void smp_stop_others(void)
{
	struct cpumask others;
	unsigned int cpu;

	cpumask_copy(&others, cpu_online_mask);
	__cpumask_clear_cpu(smp_processor_id(), &others);
	if (cpumask_empty(&others) || !apic_present())
		return;
	cpumask_copy(&to_stop, &others);
	for_each_cpu(cpu, &others) apic_send_nmi(cpu);
	wait_for_stop(&others);
	for_each_cpu(cpu, &others)
	{
		if (cpu != 0 && apic_send_init(cpu_apic_id[cpu]))
			cpumask_set_cpu(cpu, &forced);
		else
			cpumask_set_cpu(cpu, &deaf);
	}
	for_each_cpu(cpu, &to_stop) set_cpu_online(cpu, false);
}

void smp_print_stopped(void)
{
	unsigned int cpu;

	for_each_cpu(cpu, &to_stop)
	{
		if (cpumask_test_cpu(cpu, &forced))
			pr_emerg("CPU %u did not answer to an NMI; it is held by INIT\n", cpu);
		else if (cpumask_test_cpu(cpu, &deaf))
			pr_emerg("CPU %u did not answer to an NMI; it may still run\n", cpu);
		else
			print_trace(cpu, per_cpu_ptr(&trace, cpu));
	}
}
