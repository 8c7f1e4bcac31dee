/* SPDX-License-Identifier: MIT */
/*
 * /proc/cpuinfo as Linux prints it on i386. Fields that loft cannot know (caches of a model, bugs)
 * are left out rather than invented.
 */
#include "kernel/cpu/apic.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/bitops.h"
#include "lib/printf.h"

#define FLAGS_TEXT 768

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static bool has(const struct cpu_info *c, enum cpu_feature f)
{
	return c->features[f / 32] >> (f % 32) & 1;
}

static void report_flags(const struct cpu_info *c, void (*print)(const char *fmt, ...))
{
	static char text[FLAGS_TEXT];
	unsigned int f;
	int n = 0;

	text[0] = '\0';
	for (f = 0; f < NR_CPUID_WORDS * 32; f++)
		if (cpu_feature_name(f) && has(c, (enum cpu_feature)f))
			n += scnprintf(text + n, sizeof(text) - (size_t)n, " %s",
				       cpu_feature_name(f));
	print("flags\t\t:%s", text);
}

/* The bits of an APIC ID that number @n things: it is divided at powers of two [SDM3 8.9.1]. */
static unsigned int id_bits(unsigned int n)
{
	return (unsigned int)fls(n - 1);
}

static unsigned int package_of(const struct cpu_info *c)
{
	return c->initial_apic_id >> id_bits(c->threads);
}

/* Where it sits: which package, which core of it, and how many of its siblings run. */
static void report_topology(const struct cpu_info *c, unsigned int cpu,
			    void (*print)(const char *fmt, ...))
{
	unsigned int other, siblings = 0, in_core = c->threads / c->cores;
	u32 in_package = c->initial_apic_id & ((1u << id_bits(c->threads)) - 1);

	for_each_online_cpu(other) siblings += package_of(cpu_info_of(other)) == package_of(c);
	print("physical id\t: %u", package_of(c));
	print("siblings\t: %u", siblings);
	print("core id\t\t: %u", in_package >> id_bits(max(in_core, 1u)));
	print("cpu cores\t: %u", max(siblings / max(in_core, 1u), 1u));
	print("apicid\t\t: %u", cpu_apic_id[cpu]);
	print("initial apicid\t: %u", c->initial_apic_id);
}

static void report_one(unsigned int cpu, void (*print)(const char *fmt, ...))
{
	const struct cpu_info *c = cpu_info_of(cpu);

	print("processor\t: %u", cpu);
	print("vendor_id\t: %s", c->vendor);
	print("cpu family\t: %u", c->family);
	print("model\t\t: %u", c->model);
	print("model name\t: %s", c->name);
	print("stepping\t: %u", c->stepping);
	if (tsc_khz)
		print("cpu MHz\t\t: %u.%03u", tsc_khz / 1000, tsc_khz % 1000);
	if (apic_present())
		report_topology(c, cpu, print);
	print("fdiv_bug\t: no");
	print("f00f_bug\t: no");
	print("coma_bug\t: no");
	print("fpu\t\t: %s", yes_no(has(c, X86_FEATURE_FPU)));
	print("fpu_exception\t: %s", yes_no(has(c, X86_FEATURE_FPU)));
	print("cpuid level\t: %d", c->has_cpuid ? (int)c->max_leaf : -1);
	print("wp\t\t: yes");
	report_flags(c, print);
	if (tsc_khz)
		print("bogomips\t: %u.%02u", tsc_khz / 500, tsc_khz / 5 % 100);
	if (c->clflush_size) {
		print("clflush size\t: %u", c->clflush_size);
		print("cache_alignment\t: %u", c->clflush_size);
	}
	print("address sizes\t: %u bits physical, %u bits virtual", c->phys_bits, c->virt_bits);
	print("power management:");
}

void cpu_report(void (*print)(const char *fmt, ...))
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		report_one(cpu, print);
		print("%s", "");
	}
}
