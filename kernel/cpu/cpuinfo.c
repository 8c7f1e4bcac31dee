/* SPDX-License-Identifier: MIT */
/*
 * Asking the CPU who it is [SDM2 CPUID].
 *
 * A 486 may have no CPUID instruction; then its EFLAGS.ID bit cannot be changed, and the CPU has
 * none of the features that we ask about (the x87 unit aside, which we do not use). Everything else
 * in loft asks cpu_has() and never the instruction itself.
 *
 * The features are one bitmap of CPUID's own words, so a test costs one load and one AND.
 * Filled once at boot, read-only afterwards.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/nmi.h"
#include "kernel/cpu/percpu.h"
#include "lib/compiler.h"
#include "lib/printf.h"
#include "lib/string.h"

#define EXTENDED 0x80000000u

struct cpu_info boot_cpu;
static DEFINE_PER_CPU(struct cpu_info, other_cpu);

const struct cpu_info *cpu_info_of(unsigned int cpu)
{
	return cpu == 0 ? &boot_cpu : per_cpu_ptr(&other_cpu, cpu);
}

static const char *const feature_names[NR_CPUID_WORDS * 32] = {
#define CPU_FEATURE(feature, word, bit, text) [(word)*32 + (bit)] = text,
#include "kernel/cpu/cpu_features.h"
#undef CPU_FEATURE
};

struct cpuid_regs {
	u32 a, b, c, d;
};

const char *cpu_feature_name(unsigned int feature)
{
	return feature < ARRAY_SIZE(feature_names) ? feature_names[feature] : NULL;
}

bool cpu_has_cpuid(void)
{
	u32 before = read_eflags();
	u32 after;

	write_eflags(before ^ EFLAGS_ID);
	after = read_eflags();
	write_eflags(before);
	return (before ^ after) & EFLAGS_ID;
}

/* The one function that executes CPUID; called only if cpu_has_cpuid(). */
static noinline struct cpuid_regs cpuid_read(u32 leaf)
{
	struct cpuid_regs r;

	cpuid(leaf, 0, &r.a, &r.b, &r.c, &r.d);
	return r;
}

/* A leaf beyond the highest gives rubbish (that of the highest); to us it is all zero. */
static struct cpuid_regs leaf_or_zero(const struct cpu_info *c, u32 leaf)
{
	u32 max = leaf >= EXTENDED ? c->max_extended_leaf : c->max_leaf;

	return leaf <= max ? cpuid_read(leaf) : (struct cpuid_regs){0};
}

/* [SDM2 CPUID, "Version Information"]: extended fields count only for these base values. */
static void read_signature(struct cpu_info *c, u32 signature)
{
	c->stepping = signature & 0xf;
	c->model = signature >> 4 & 0xf;
	c->family = signature >> 8 & 0xf;
	if (c->family == 0xf || c->family == 6)
		c->model += (signature >> 16 & 0xf) << 4;
	if (c->family == 0xf)
		c->family += signature >> 20 & 0xff;
}

/* How many share the package: @logical is CPUID 1's word, which counts only with HTT. */
static void read_topology(struct cpu_info *c, unsigned int logical)
{
	bool htt = c->features[CPUID_1_EDX] >> (X86_FEATURE_HT % 32) & 1;

	c->threads = htt && logical ? logical : 1;
	c->cores = htt && c->max_leaf >= 4 ? (leaf_or_zero(c, 4).a >> 26) + 1 : 1;
	c->threads = max(c->threads, c->cores);
}

static void read_features(struct cpu_info *c)
{
	struct cpuid_regs r = leaf_or_zero(c, 1);

	read_signature(c, r.a);
	c->features[CPUID_1_EDX] = r.d;
	c->features[CPUID_1_ECX] = r.c;
	c->initial_apic_id = r.b >> 24;
	read_topology(c, r.b >> 16 & 0xff);
	if (r.d >> (X86_FEATURE_CLFLUSH % 32) & 1)
		c->clflush_size = (r.b >> 8 & 0xff) * 8;
	c->features[CPUID_7_EBX] = leaf_or_zero(c, 7).b;
	r = leaf_or_zero(c, EXTENDED + 1);
	c->features[CPUID_80000001_EDX] = r.d;
	c->features[CPUID_80000001_ECX] = r.c;
	c->features[CPUID_80000007_EDX] = leaf_or_zero(c, EXTENDED + 7).d;
}

static bool has_feature(const struct cpu_info *c, enum cpu_feature feature)
{
	return c->features[feature / 32] >> (feature % 32) & 1;
}

/*
 * Physical address lines of a CPU that does not say how many. With PAE these are 36 [SDM2 CPUID
 * 80000008H]; but emulators give an old CPU as many as PSE-36 needs, and without it only 32: an
 * entry above 4 GiB then faults with a reserved bit. Too few only costs RAM.
 */
static unsigned int guess_phys_bits(const struct cpu_info *c)
{
	if (has_feature(c, X86_FEATURE_PSE36))
		return 36;
	if (has_feature(c, X86_FEATURE_HYPERVISOR))
		return 32;
	return has_feature(c, X86_FEATURE_PAE) ? 36 : 32;
}

static void read_address_bits(struct cpu_info *c)
{
	u32 sizes = leaf_or_zero(c, EXTENDED + 8).a;

	c->phys_bits = sizes & 0xff ? sizes & 0xff : guess_phys_bits(c);
	c->virt_bits = sizes >> 8 & 0xff ? sizes >> 8 & 0xff : 32;
}

/* The brand string, 48 bytes in three leaves, some blanks in front. */
static void read_name(struct cpu_info *c)
{
	struct cpuid_regs text[3];
	size_t blanks = 0;
	u32 i;

	if (c->max_extended_leaf < EXTENDED + 4) {
		snprintf(c->name, sizeof(c->name), "%u86", min(c->family, 6u));
		return;
	}
	for (i = 0; i < ARRAY_SIZE(text); i++)
		text[i] = cpuid_read(EXTENDED + 2 + i);
	memcpy(c->name, text, sizeof(text));
	c->name[sizeof(text)] = '\0';
	while (c->name[blanks] == ' ')
		blanks++;
	memmove(c->name, c->name + blanks, sizeof(c->name) - blanks);
}

static void read_vendor(struct cpu_info *c)
{
	struct cpuid_regs r = cpuid_read(0);
	u32 text[3] = {r.b, r.d, r.c};

	c->max_leaf = r.a;
	memcpy(c->vendor, text, sizeof(text));
	c->vendor[sizeof(text)] = '\0';
	/* A CPU without extended leaves answers with those of its highest basic one. */
	r = cpuid_read(EXTENDED);
	c->max_extended_leaf = r.a >> 16 == EXTENDED >> 16 ? r.a : 0;
}

static void identify(struct cpu_info *c)
{
	memset(c, 0, sizeof(*c));
	c->threads = c->cores = 1;
	c->has_cpuid = cpu_has_cpuid();
	if (c->has_cpuid) {
		read_vendor(c);
		read_features(c);
		read_name(c);
		read_address_bits(c);
	} else {
		c->family = 4; /* boot/entry.S has turned a 386 away */
		c->phys_bits = c->virt_bits = 32;
		strscpy(c->vendor, "unknown", sizeof(c->vendor));
		strscpy(c->name, "486", sizeof(c->name));
	}
}

void cpu_identify(void)
{
	identify(&boot_cpu);
	mce_init();
	clock_ns(); /* the TSC is known now: the time since boot starts to count */
}

void cpu_identify_other(unsigned int cpu)
{
	identify(per_cpu_ptr(&other_cpu, cpu));
	mce_init();
}
