/* SPDX-License-Identifier: MIT */
/*
 * CPU identification: what cpu_has() says is what the running code shows, and the report is in the
 * form of /proc/cpuinfo.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "lib/ctype.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

static void identity(struct kunit *test)
{
	const struct cpu_info *c = &boot_cpu;

	KUNIT_EXPECT_EQ(test, c->has_cpuid, cpu_has_cpuid());
	if (c->has_cpuid && !c->vendor[0])
		kunit_skip(test, "the CPU does not say who it is (QEMU's base)");
	KUNIT_EXPECT_EQ(test, strlen(c->vendor), c->has_cpuid ? 12 : 7);
	KUNIT_EXPECT_GE(test, c->family, 4);
	KUNIT_EXPECT_GE(test, c->phys_bits, 32);
	KUNIT_EXPECT_GE(test, c->virt_bits, 32);
	KUNIT_EXPECT_GT(test, strlen(c->name), 0);
	KUNIT_EXPECT_LT(test, strlen(c->name), sizeof(c->name));
	KUNIT_EXPECT_NE(test, c->name[0], ' ');
}

/* Asking must not change the flags for good. */
static void detection_leaves_flags_alone(struct kunit *test)
{
	u32 before = read_eflags();

	cpu_has_cpuid();
	KUNIT_EXPECT_EQ(test, read_eflags() & EFLAGS_ID, before & EFLAGS_ID);
	KUNIT_EXPECT_EQ(test, read_eflags() & EFLAGS_IF, before & EFLAGS_IF);
}

static void features(struct kunit *test)
{
	unsigned int f;

	if (!boot_cpu.has_cpuid) {
		for (f = 0; f < NR_CPUID_WORDS; f++)
			KUNIT_EXPECT_EQ(test, boot_cpu.features[f], 0);
		return;
	}
	/* Switched on at boot only where present. */
	if (cpu_has(X86_FEATURE_MCE))
		KUNIT_EXPECT_TRUE(test, read_cr4() & CR4_MCE);
	if (cpu_has(X86_FEATURE_PGE))
		KUNIT_EXPECT_TRUE(test, read_cr4() & CR4_PGE);
	/* An emulator gives a CPU without PSE-36 as many address lines as it needs without PAE. */
	if (cpu_has(X86_FEATURE_PSE36))
		KUNIT_EXPECT_GE(test, boot_cpu.phys_bits, 36);
	else if (cpu_has(X86_FEATURE_HYPERVISOR) && !cpu_has(X86_FEATURE_LM))
		KUNIT_EXPECT_EQ(test, boot_cpu.phys_bits, 32);
	else if (cpu_has(X86_FEATURE_PAE))
		KUNIT_EXPECT_GE(test, boot_cpu.phys_bits, 36);
	/* A CPU with long mode has all that came before it. */
	if (cpu_has(X86_FEATURE_LM)) {
		KUNIT_EXPECT_TRUE(test, cpu_has(X86_FEATURE_PAE));
		KUNIT_EXPECT_TRUE(test, cpu_has(X86_FEATURE_XMM2));
	}
}

/* The numbers of the CPU manuals, spelled out: a wrong line in the table shows here. */
static void feature_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, X86_FEATURE_PSE, 3);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_TSC, 4);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_PAE, 6);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_CX8, 8);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_APIC, 9);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_PGE, 13);
	KUNIT_EXPECT_EQ(test, X86_FEATURE_NX, 32 + 20);
	KUNIT_EXPECT_STREQ(test, cpu_feature_name(X86_FEATURE_PSE36), "pse36");
	KUNIT_EXPECT_STREQ(test, cpu_feature_name(X86_FEATURE_XMM3), "pni");
	KUNIT_EXPECT_NULL(test, cpu_feature_name(10));
	KUNIT_EXPECT_NULL(test, cpu_feature_name(NR_CPUID_WORDS * 32));
}

static char report[32][1024];
static unsigned int nr_lines;

static void __printf(1, 2) keep_line(const char *fmt, ...)
{
	va_list args;

	if (nr_lines == ARRAY_SIZE(report))
		return;
	va_start(args, fmt);
	vsnprintf(report[nr_lines++], sizeof(report[0]), fmt, args);
	va_end(args);
}

static const char *value_of(const char *key)
{
	unsigned int i;

	for (i = 0; i < nr_lines; i++)
		if (strncmp(report[i], key, strlen(key)) == 0)
			return report[i] + strlen(key);
	return NULL;
}

static bool has_flag(const char *flags, const char *name)
{
	char word[32];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(flags, word) != NULL;
}

static void report_format(struct kunit *test)
{
	char flags[1100];
	unsigned int f;

	nr_lines = 0;
	cpu_report(keep_line);
	KUNIT_EXPECT_STREQ(test, value_of("processor\t: "), "0");
	KUNIT_EXPECT_STREQ(test, value_of("vendor_id\t: "), boot_cpu.vendor);
	KUNIT_EXPECT_STREQ(test, value_of("model name\t: "), boot_cpu.name);
	KUNIT_EXPECT_STREQ(test, value_of("wp\t\t: "), "yes");
	KUNIT_ASSERT_NOT_NULL(test, value_of("flags\t\t:"));
	snprintf(flags, sizeof(flags), "%s ", value_of("flags\t\t:"));
	for (f = 0; f < NR_CPUID_WORDS * 32; f++)
		if (cpu_feature_name(f))
			KUNIT_EXPECT_EQ_MSG(test, has_flag(flags, cpu_feature_name(f)),
					    cpu_has((enum cpu_feature)f), "%s",
					    cpu_feature_name(f));
}

static struct kunit_case info_cases[] = {
	KUNIT_CASE(identity),      KUNIT_CASE(detection_leaves_flags_alone),
	KUNIT_CASE(features),      KUNIT_CASE(feature_numbers),
	KUNIT_CASE(report_format), {},
};

static struct kunit_suite info_suite = {
	.name = "cpu_info",
	.test_cases = info_cases,
	.quick = true,
};
kunit_test_suite(info_suite);
