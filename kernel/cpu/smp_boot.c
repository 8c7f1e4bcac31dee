/* SPDX-License-Identifier: MIT */
/*
 * Finding the CPUs, and starting them.
 *
 * A CPU is started by two messages to its local APIC: INIT, which resets it and makes it wait, and
 * STARTUP, which names the page where it begins, in real mode [SDM3 8.4]. What lies there leads it
 * into the kernel (boot/trampoline.h), where it makes itself like the boot CPU: the same control
 * registers and page attributes, its own descriptor tables and per-CPU data. Then it is online,
 * and its idle task's loop is all that it does until it is given work.
 *
 * They come one by one, and each step of the way has a time limit: a CPU that does not come is
 * named and done without. If it comes after all, the gate is shut, and it stops there; its stacks
 * are never given to another.
 */
#define pr_fmt(fmt) "smp: " fmt
#include "kernel/cpu/smp_boot.h"
#include "boot/cmdline.h"
#include "boot/phys_window.h"
#include "boot/trampoline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/console/say.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/idt.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/smp_config.h"
#include "kernel/cpu/stacks.h"
#include "kernel/cpu/tlbflush.h"
#include "kernel/cpu/tsc_sync.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/tick.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/sizes.h"
#include "lib/string.h"

#define MSR_PAT       0x277
#define INIT_MS       10
#define STARTUP_LOOKS 10 /* of 20 us */

struct smp_config smp_config;
bool cpu_start_flushed[NR_CPUS];
static unsigned int come_ms = 10000; /* how long a CPU may take for each half of its way */

/* What this CPU, and so every other, runs with. */
static struct {
	u32 cr4;
	u64 pat, efer;
} boot_settings;

static unsigned int max_cpus = NR_CPUS; /* maxcpus= */
static bool acpi_ignored;

static int set_nosmp(const char *value)
{
	max_cpus = 1;
	return 0;
}
BOOT_PARAM("nosmp", set_nosmp, "start no CPU but the first");

static int set_maxcpus(const char *value)
{
	unsigned int n;

	if (!value || kstrtouint(value, 0, &n))
		return -EINVAL;
	max_cpus = n ? min(n, (unsigned int)NR_CPUS) : 1;
	return 0;
}
BOOT_PARAM("maxcpus", set_maxcpus, "run so many CPUs at most; 0 is as nosmp");

static int set_cpu_come_ms(const char *value)
{
	return value ? kstrtouint(value, 0, &come_ms) : -EINVAL;
}
BOOT_PARAM("cpu_come_ms", set_cpu_come_ms,
	   "wait so many ms for each half of a CPU's way into the kernel (default 10000)");

static int set_acpi(const char *value)
{
	acpi_ignored = value && strcmp(value, "off") == 0;
	return acpi_ignored ? 0 : -EINVAL;
}
BOOT_PARAM("acpi", set_acpi, "off: what CPUs there are is asked of the MP table, not of ACPI");

/* ACPI first: where both exist, it is the newer truth. */
static void ask_firmware(const void *rsdp, size_t rsdp_length)
{
	if (!acpi_ignored && smp_config_from_acpi(&smp_config, rsdp, rsdp_length, &physical_memory,
						  &say_warnings) == 0)
		return;
	if (smp_config_from_mptable(&smp_config, &physical_memory, &say_warnings) == 0)
		return;
	smp_config_clear(&smp_config, NULL);
}

/* The boot CPU becomes number 0, wherever the table has it; the others keep their order. */
static void number_cpus(void)
{
	unsigned int i, n = 1, lost = smp_config.cpus_lost;

	if (control(percpu_shared))
		percpu_offset[NR_CPUS - 1] = percpu_offset[NR_CPUS - 2];
	for (i = 0; i < smp_config.nr_cpus; i++) {
		if (smp_config.apic_id[i] == cpu_apic_id[0])
			continue;
		if (n == NR_CPUS)
			lost++;
		else
			cpu_apic_id[n++] = smp_config.apic_id[i];
	}
	set_nr_cpus(n);
	for (i = 1; i < min(n, max_cpus); i++)
		set_cpu_present(i, true);
	if (lost)
		pr_warn("%u CPUs more than this kernel can run (%d) are left alone\n", lost,
			NR_CPUS);
	if (n > max_cpus)
		pr_info("%u of %u CPUs are left alone (maxcpus=, nosmp)\n", n - max_cpus, n);
}

void smp_detect(const void *rsdp, size_t rsdp_length)
{
	ask_firmware(rsdp, rsdp_length);
	if (!apic_init(smp_config.source ? smp_config.lapic_address : APIC_DEFAULT_BASE)) {
		set_nr_cpus(1);
		return;
	}
	pr_info("%s: %u CPUs, %u I/O APICs; boot CPU has APIC ID %u\n",
		smp_config.source ? smp_config.source : "no table of CPUs",
		max(smp_config.nr_cpus, 1u), smp_config.nr_ioapics, cpu_apic_id[0]);
	number_cpus();
}

/* --- the side of the new CPU --- */

/* Who is being started, for ap_main(). One at a time: the gate lets nobody else in. */
static struct {
	unsigned long df_stack_top;
	bool refused; /* it has come, but cannot be used */
} starting;

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

void ap_main(unsigned int cpu)
{
	gdt_init(cpu, starting.df_stack_top);
	idt_load();
	cpu_identify_other(cpu);
	if (!suitable(cpu)) {
		WRITE_ONCE(starting.refused, true);
		machine_halt();
	}
	adopt_settings();
	apic_setup();
	tsc_sync_ap();
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
	tsc_sync_boot(); /* on its way it wants to compare clocks */
	return cpu_online(cpu) || READ_ONCE(starting.refused);
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
	pr_err("CPU %u (APIC ID %u) does not come: %s within %u ms; going on without it\n", cpu,
	       cpu_apic_id[cpu], how_far, come_ms);
	return -ETIMEDOUT;
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
	if (!trampoline_page) {
		pr_err("no page below 1 MiB is free for the start of other CPUs\n");
		return -EINVAL;
	}
	note_boot_settings();
	/* Global pages and machine checks are for later: the first wants paging, the second an IDT.
	 */
	trampoline_prepare(read_cr0(), boot_settings.cr4 & ~(CR4_PGE | CR4_MCE),
			   (u32)boot_settings.efer);
	starting.df_stack_top = df_stack->top;
	starting.refused = false;
	trampoline_open(cpu_apic_id[cpu], cpu, idle->stack.top);
	kick(cpu_apic_id[cpu]);
	if (!wait_until(has_entered, cpu, come_ms) && trampoline_shut())
		return not_come(cpu, "no answer to INIT and STARTUP");
	/* The comparison of clocks may have taken the time; what comes behind it is short. */
	if (!wait_until(has_ended_start, cpu, come_ms) &&
	    !wait_until(has_ended_start, cpu, come_ms))
		return not_come(cpu, "it has entered the kernel, but is not online");
	return READ_ONCE(starting.refused) ? -EINVAL : 0;
}

void smp_start_end(void)
{
	if (!control(trampoline_kept))
		trampoline_retire();
}

void smp_report(void)
{
	unsigned int n = num_online_cpus();

	pr_info("%u CPU%s%s\n", n, n == 1 ? "" : "s", apic_present() ? "" : ", no local APIC");
}
