/* SPDX-License-Identifier: MIT */
/*
 * Finding the CPUs: what the firmware's tables say, and which number each CPU gets.
 */
#define pr_fmt(fmt) "smp: " fmt
#include "boot/cmdline.h"
#include "boot/phys_window.h"
#include "kernel/console/printk.h"
#include "kernel/console/say.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/smp_boot.h"
#include "kernel/cpu/smp_config.h"
#include "lib/control.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/string.h"

struct smp_config smp_config;
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
