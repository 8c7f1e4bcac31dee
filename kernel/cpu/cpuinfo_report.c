/* SPDX-License-Identifier: MIT */
/*
 * /proc/cpuinfo as Linux prints it on i386. Fields that loft cannot know (caches of a model, bugs)
 * are left out rather than invented.
 */
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/printf.h"

#define FLAGS_TEXT 768

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static void report_flags(void (*print)(const char *fmt, ...))
{
	static char text[FLAGS_TEXT];
	unsigned int f;
	int n = 0;

	text[0] = '\0';
	for (f = 0; f < NR_CPUID_WORDS * 32; f++)
		if (cpu_feature_name(f) && cpu_has((enum cpu_feature)f))
			n += scnprintf(text + n, sizeof(text) - (size_t)n, " %s",
				       cpu_feature_name(f));
	print("flags\t\t:%s", text);
}

void cpu_report(void (*print)(const char *fmt, ...))
{
	const struct cpu_info *c = &boot_cpu;

	print("processor\t: %d", 0);
	print("vendor_id\t: %s", c->vendor);
	print("cpu family\t: %u", c->family);
	print("model\t\t: %u", c->model);
	print("model name\t: %s", c->name);
	print("stepping\t: %u", c->stepping);
	if (tsc_khz)
		print("cpu MHz\t\t: %u.%03u", tsc_khz / 1000, tsc_khz % 1000);
	print("fdiv_bug\t: no");
	print("f00f_bug\t: no");
	print("coma_bug\t: no");
	print("fpu\t\t: %s", yes_no(cpu_has(X86_FEATURE_FPU)));
	print("fpu_exception\t: %s", yes_no(cpu_has(X86_FEATURE_FPU)));
	print("cpuid level\t: %d", c->has_cpuid ? (int)c->max_leaf : -1);
	print("wp\t\t: yes");
	report_flags(print);
	if (tsc_khz)
		print("bogomips\t: %u.%02u", tsc_khz / 500, tsc_khz / 5 % 100);
	if (c->clflush_size) {
		print("clflush size\t: %u", c->clflush_size);
		print("cache_alignment\t: %u", c->clflush_size);
	}
	print("address sizes\t: %u bits physical, %u bits virtual", c->phys_bits, c->virt_bits);
	print("power management:");
}
