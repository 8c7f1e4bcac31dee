/* SPDX-License-Identifier: MIT */
/*
 * Starting the other CPUs.
 *
 * A CPU is started by two messages to its local APIC: INIT, which resets it and makes it wait, and
 * STARTUP, which names the page where it begins, in real mode [SDM3 8.4]. What lies there leads it
 * into the kernel (boot/trampoline.h), where it makes itself like the boot CPU: the same control
 * registers and page attributes, its own descriptor tables and per-CPU data. Then it is online,
 * and its idle task's loop is all that it does until it is given work.
 *
 * They come one by one, and each half of the way has a time limit: a CPU that does not come is
 * named, given up and done without, and never tried again. It may just be slow, and still come:
 *
 *   at the gate         it finds it shut, or open for another one, and stops
 *   behind the gate     it touches nothing but what is its own, not even what it waits for while
 *                       the counters are compared; and it stops where it sees that it is given up
 *   at the last step    it and who waits for it swap the same word, `state`: whoever comes second
 *                       learns that he has lost. Only then it is online
 *
 * So what it needs on its way is never given to another, nor taken away: its stacks, its number,
 * and the trampoline's page tables.
 */
#define pr_fmt(fmt) "smp: " fmt
#include "kernel/cpu/smp_boot.h"
#include "boot/cmdline.h"
#include "boot/trampoline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/idt.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/tlbflush.h"
#include "kernel/cpu/tsc_sync.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/tick.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"

#define MSR_PAT       0x277
#define INIT_MS       10
#define STARTUP_LOOKS 10 /* of 20 us */

bool cpu_start_flushed[NR_CPUS];
unsigned int cpu_come_ms = 10000;

/* What this CPU, and so every other, runs with. */
static struct {
	u32 cr4;
	u64 pat, efer;
} boot_settings;

static int set_cpu_come_ms(const char *value)
{
	return value ? kstrtouint(value, 0, &cpu_come_ms) : -EINVAL;
}
BOOT_PARAM("cpu_come_ms", set_cpu_come_ms,
	   "wait so many ms for each half of a CPU's way into the kernel (default 10000)");

/* How far a CPU has come. From COMING there is one step, by the CPU or by who waits for it. */
enum start_state { NOT_ASKED, COMING, COME, REFUSED, GIVEN_UP };

static struct start {
	unsigned int state; /* enum start_state */
	unsigned long df_stack_top;
} starts[NR_CPUS];

static bool some_given_up;

static enum start_state start_state(unsigned int cpu)
{
	return (enum start_state)smp_load_acquire(&starts[cpu].state);
}

/* False: the other side has ended it already, in another way. */
static bool end_start(unsigned int cpu, enum start_state end)
{
	unsigned int coming = COMING;

	return __atomic_compare_exchange_n(&starts[cpu].state, &coming, (unsigned int)end, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

bool cpu_given_up(unsigned int cpu)
{
	return start_state(cpu) == GIVEN_UP;
}

/* --- the side of the new CPU --- */

/* The registers that are a CPU's own and shape what memory means: as the boot CPU has them. */
static void adopt_settings(void)
{
	if (control(ap_settings_kept))
		return;
	if (cpu_has(X86_FEATURE_PAT))
		wrmsr(MSR_PAT, boot_settings.pat);
	write_cr4(boot_settings.cr4);
}

/* Everything may run on any CPU, so each must have what the boot CPU was found to have. */
static bool suitable(unsigned int cpu)
{
	const struct cpu_info *c = cpu_info_of(cpu);
	unsigned int f;

	for (f = 0; f < NR_CPUID_WORDS * 32; f++) {
		if (!cpu_has((enum cpu_feature)f) || !cpu_feature_name(f) ||
		    c->features[f / 32] >> (f % 32) & 1)
			continue;
		pr_err("CPU %u lacks %s, which the boot CPU has; not used\n", cpu,
		       cpu_feature_name(f));
		return false;
	}
	return true;
}

/*
 * From when a CPU is in cpu_online_mask, it is told what to forget; what has changed between its
 * first translation and then, it forgets now, or shootdowns could not leave out who is not online.
 */
static void forget_translations(unsigned int cpu)
{
	smp_mb(); /* against the one in mm/tlb.c */
	if (control(ap_online_unflushed))
		return;
	local_flush_tlb_all();
	cpu_start_flushed[cpu] = cpu_online(cpu);
}

/* The last step before others see this CPU. False: nobody waits for it any more. */
static bool may_come_online(unsigned int cpu)
{
	if (control(late_cpu_comes)) {
		while (!cpu_given_up(cpu))
			cpu_relax();
		return true;
	}
	return end_start(cpu, COME);
}

void ap_main(unsigned int cpu)
{
	gdt_init(cpu, starts[cpu].df_stack_top);
	idt_load();
	if (cpu_given_up(cpu))
		machine_halt();
	cpu_identify_other(cpu);
	if (!suitable(cpu)) {
		end_start(cpu, REFUSED);
		machine_halt();
	}
	adopt_settings();
	apic_setup();
	tsc_sync_ap();
	if (!may_come_online(cpu))
		machine_halt();
	tick_cpu_start();
	if (control(cpu_online_before_scheduled)) {
		set_cpu_online(cpu, true);
		udelay(100000);
	}
	sched_cpu_online(cpu);
	set_cpu_online(cpu, true); /* last: whoever sees it may bind threads to this CPU */
	forget_translations(cpu);
	cpu_idle_loop();
}

/* --- the side of the CPU that starts it --- */

static bool wait_until(bool (*come)(unsigned int cpu), unsigned int cpu, unsigned int ms)
{
	u64 deadline = clock_ns() + (u64)ms * 1000000;

	while (!come(cpu)) {
		if (clock_ns() >= deadline)
			return come(cpu);
		cpu_relax();
	}
	return true;
}

static bool has_entered(unsigned int cpu)
{
	return trampoline_entered();
}

static bool has_ended_start(unsigned int cpu)
{
	tsc_sync_boot(cpu); /* on its way it wants to compare clocks */
	return start_state(cpu) != COMING;
}

/*
 * INIT, a pause, STARTUP, and STARTUP again if the first one had no effect [SDM3 8.4.4.1]. A CPU
 * that runs already ignores the second.
 */
static void kick(u32 id)
{
	if (!apic_send_init(id))
		pr_warn("APIC ID %u: INIT was not accepted\n", id);
	mdelay(INIT_MS);
	for (int tries = 0; tries < 2; tries++) {
		if (!control(startup_lost) && !apic_send_startup(id, trampoline_page))
			pr_warn("APIC ID %u: STARTUP was not accepted\n", id);
		for (int i = 0; i < STARTUP_LOOKS && !trampoline_entered(); i++)
			udelay(20);
		if (trampoline_entered())
			return;
	}
}

static int not_come(unsigned int cpu, const char *how_far)
{
	some_given_up = true;
	pr_err("CPU %u (APIC ID %u) does not come: %s within %u ms; going on without it\n", cpu,
	       cpu_apic_id[cpu], how_far, cpu_come_ms);
	return -ETIMEDOUT;
}

/*
 * Before the gate a CPU holds nothing, so it may be stopped wherever it is: after INIT it waits for
 * a STARTUP that is not sent. (But one that was sent may still reach it.) Behind the gate it may
 * hold the console's lock, and stops by itself.
 */
static int not_at_the_gate(unsigned int cpu)
{
	end_start(cpu, GIVEN_UP);
	apic_send_init(cpu_apic_id[cpu]);
	return not_come(cpu, "no answer to INIT and STARTUP");
}

static int not_online(unsigned int cpu)
{
	int err = not_come(cpu, "it has entered the kernel, but is not online");

	while (control(late_cpu_comes) && !cpu_online(cpu))
		cpu_relax();
	return err;
}

static void note_boot_settings(void)
{
	boot_settings.cr4 = read_cr4();
	boot_settings.pat = cpu_has(X86_FEATURE_PAT) ? rdmsr(MSR_PAT) : 0;
	boot_settings.efer =
		cpu_has(X86_FEATURE_NX) && PDPT_ENTRIES > 1 ? rdmsr(MSR_EFER) & EFER_NX : 0;
}

int cpu_up(unsigned int cpu, struct task_struct *idle, const struct kernel_stack *df_stack)
{
	if (cpu >= nr_cpu_ids || !cpu_present(cpu) || cpu_online(cpu) || !apic_present())
		return -EINVAL;
	if (start_state(cpu) != NOT_ASKED)
		return -EINVAL;
	if (!trampoline_page) {
		pr_err("no page below 1 MiB is free for the start of other CPUs\n");
		return -EINVAL;
	}
	note_boot_settings();
	/* Global pages and machine checks are for later: the first wants paging, the second an IDT.
	 */
	trampoline_prepare(read_cr0(), boot_settings.cr4 & ~(CR4_PGE | CR4_MCE),
			   (u32)boot_settings.efer);
	starts[cpu] = (struct start){COMING, df_stack->top};
	trampoline_open(cpu_apic_id[cpu], cpu, idle->stack.top);
	kick(cpu_apic_id[cpu]);
	if (!wait_until(has_entered, cpu, cpu_come_ms) && trampoline_shut())
		return not_at_the_gate(cpu);
	/* The comparison of clocks may have taken the time; what comes behind it is short. */
	if (!wait_until(has_ended_start, cpu, cpu_come_ms) &&
	    !wait_until(has_ended_start, cpu, cpu_come_ms) && end_start(cpu, GIVEN_UP))
		return not_online(cpu);
	if (start_state(cpu) == REFUSED)
		return -EINVAL;
	while (!cpu_online(cpu)) /* nothing can keep it any more */
		cpu_relax();
	return 0;
}

void smp_start_end(void)
{
	if (!control(trampoline_kept))
		trampoline_retire(some_given_up);
}

void smp_report(void)
{
	unsigned int n = num_online_cpus();

	pr_info("%u CPU%s%s\n", n, n == 1 ? "" : "s", apic_present() ? "" : ", no local APIC");
}
