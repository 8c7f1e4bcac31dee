/* SPDX-License-Identifier: MIT */
/*
 * What CPU this is and what it can do. See cpuinfo.c.
 */
#ifndef KERNEL_CPU_CPUINFO_H
#define KERNEL_CPU_CPUINFO_H

#include "lib/types.h"

/* Where the feature bits come from: one word each, in the numbering of cpu_features.h. */
enum cpuid_word {
	CPUID_1_EDX,
	CPUID_80000001_EDX,
	CPUID_1_ECX,
	CPUID_80000001_ECX,
	CPUID_7_EBX,
	CPUID_80000007_EDX,
	NR_CPUID_WORDS,
};

/* X86_FEATURE_PSE and so on: word * 32 + bit. */
enum cpu_feature {
#define CPU_FEATURE(feature, word, bit, text) X86_FEATURE_##feature = (word)*32 + (bit),
#include "kernel/cpu/cpu_features.h"
#undef CPU_FEATURE
};

struct cpu_info {
	bool has_cpuid;
	u32 max_leaf;          /* highest basic CPUID leaf */
	u32 max_extended_leaf; /* 0 without extended leaves */
	char vendor[13];       /* "GenuineIntel"; "unknown" without CPUID */
	char name[49];         /* brand string, or a made-up one; leading blanks dropped */
	unsigned int family;   /* with the extended family and model already added */
	unsigned int model;
	unsigned int stepping;
	unsigned int phys_bits; /* width of a physical address */
	unsigned int virt_bits;
	unsigned int clflush_size; /* bytes; 0 without CLFLUSH */
	u32 initial_apic_id;       /* as the CPU itself says; 0 without an APIC */
	unsigned int threads;      /* logical CPUs in its package, as far as it says; at least 1 */
	unsigned int cores;        /* cores in its package, likewise */
	u32 features[NR_CPUID_WORDS];
};

/* The boot CPU. All zero before cpu_identify(). */
extern struct cpu_info boot_cpu;

/*
 * cpu_identify() - fill boot_cpu, and turn machine-check exceptions on if there are any.
 * Once, early: it needs nothing but the early map and traps_init().
 */
void cpu_identify(void);

/*
 * cpu_identify_other() - the same for @cpu, the calling one, when it has just been started.
 * cpu_info_of() - what was found out about @cpu; all zero if it has not been started.
 */
void cpu_identify_other(unsigned int cpu);
const struct cpu_info *cpu_info_of(unsigned int cpu);

/* cpu_has() - whether the boot CPU has @feature. False for all before cpu_identify(). Any context.
 */
static inline bool cpu_has(enum cpu_feature feature)
{
	return boot_cpu.features[feature / 32] >> (feature % 32) & 1;
}

/* cpu_feature_name() - its name as in /proc/cpuinfo, or NULL for a number that has none. */
const char *cpu_feature_name(unsigned int feature);

/*
 * cpu_report() - the text of /proc/cpuinfo for all CPUs that run, calling @print once a line,
 * without '\n'.
 */
void cpu_report(void (*print)(const char *fmt, ...));

/* cpu_has_cpuid() - whether there is a CPUID instruction [SDM1 20.1.2]: EFLAGS.ID can be changed.
 */
bool cpu_has_cpuid(void);

#endif
