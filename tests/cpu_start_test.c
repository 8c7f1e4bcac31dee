/* SPDX-License-Identifier: MIT */
/*
 * The other CPUs, after they have been started: all there, each with descriptors and data of its
 * own, and all alike in everything that must be the same.
 *
 * A case that looks at a CPU goes there: the test's own thread moves from CPU to CPU.
 */
#include "boot/trampoline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/extable.h"
#include "kernel/cpu/gdt.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi_backtrace.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/recover.h"
#include "kernel/cpu/smp.h"
#include "kernel/cpu/smp_boot.h"
#include "kernel/cpu/smp_config.h"
#include "kernel/cpu/stacks.h"
#include "kernel/sync/sched.h"
#include "lib/errno.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

#define MSR_PAT          0x277
#define COME_MS_SENSIBLE 100 /* of cpu_come_ms=; less is for tests of who is late */

static void need_two_cpus(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "one CPU");
}

/*
 * Unless they were left alone on purpose, all CPUs of the firmware's list run; or they had no time
 * to come.
 */
static void all_present_cpus_run(struct kunit *test)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
	{
		bool hurried = cpu_come_ms < COME_MS_SENSIBLE && cpu_given_up(cpu);

		KUNIT_EXPECT_TRUE_MSG(test, cpu_online(cpu) || hurried, "CPU %u", cpu);
	}
	KUNIT_EXPECT_TRUE(test, cpumask_subset(cpu_online_mask, cpu_present_mask));
	KUNIT_EXPECT_TRUE(test, cpumask_subset(cpu_present_mask, cpu_possible_mask));
	KUNIT_EXPECT_EQ(test, num_possible_cpus(), nr_cpu_ids);
	KUNIT_EXPECT_TRUE(test, cpu_online(0));
}

/* What was done without is not there, however late it comes. */
static void given_up_cpus_stay_out(struct kunit *test)
{
	unsigned int cpu;

	for_each_present_cpu(cpu)
		KUNIT_EXPECT_FALSE_MSG(test, cpu_given_up(cpu) && cpu_online(cpu), "CPU %u", cpu);
}

/*
 * Shootdowns leave out who is not online yet, so what a CPU may have cached until then it must
 * forget once it is.
 */
static void what_was_seen_on_the_way_is_forgotten(struct kunit *test)
{
	unsigned int cpu;

	need_two_cpus(test);
	for_each_online_cpu(cpu) if (cpu != 0)
		KUNIT_EXPECT_TRUE_MSG(test, cpu_start_flushed[cpu], "CPU %u", cpu);
}

/* Each CPU knows its number, and the number's APIC ID is its own. */
static void numbers_are_apic_ids(struct kunit *test)
{
	unsigned int cpu, other;

	if (!apic_present())
		kunit_skip(test, "no local APIC");
	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_EQ(test, smp_processor_id(), cpu);
		KUNIT_EXPECT_EQ(test, apic_id(), cpu_apic_id[cpu]);
		KUNIT_EXPECT_EQ(test, cpu_info_of(cpu)->initial_apic_id, cpu_apic_id[cpu]);
		for (other = 0; other < cpu; other++)
			KUNIT_EXPECT_NE(test, cpu_apic_id[other], cpu_apic_id[cpu]);
	}
}

static DEFINE_PER_CPU(unsigned int, mark);

/* Of all NR_CPUS areas, those of CPUs that do not run included. */
static void areas_are_separate(struct kunit *test)
{
	unsigned long size = (unsigned long)(__percpu_end - __percpu_start);
	unsigned int cpu, other;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		per_cpu(mark, cpu) = cpu + 1;
	for (cpu = 0; cpu < NR_CPUS; cpu++) {
		KUNIT_EXPECT_EQ(test, per_cpu(mark, cpu), cpu + 1);
		for (other = 0; other < cpu; other++) {
			unsigned long a = percpu_offset[cpu], b = percpu_offset[other];

			KUNIT_EXPECT_GE_MSG(test, max(a, b) - min(a, b), size, "CPUs %u and %u",
					    cpu, other);
		}
	}
	/* What a CPU reaches by its segment is its copy. */
	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_EQ(test, this_cpu_read(mark), cpu + 1);
		this_cpu_write(mark, 100 + cpu);
	}
	for_each_online_cpu(cpu) KUNIT_EXPECT_EQ(test, per_cpu(mark, cpu), 100 + cpu);
}

struct settings {
	u32 cr0, cr3, cr4;
	u64 efer, pat;
	struct table_register idt;
};

static void read_settings(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->cr0 = read_cr0() & ~CR0_TS; /* the double-fault task's switch sets it */
	s->cr3 = read_cr3();
	s->cr4 = cpu_has(X86_FEATURE_PSE) ? read_cr4() : 0;
	s->efer = cpu_has(X86_FEATURE_NX) ? rdmsr(MSR_EFER) & EFER_NX : 0;
	s->pat = cpu_has(X86_FEATURE_PAT) ? rdmsr(MSR_PAT) : 0;
	__asm__ volatile("sidt %0" : "=m"(s->idt));
}

/* CR3 above all: all CPUs use the same page tables. */
static void settings_are_equal(struct kunit *test)
{
	struct settings mine, boot;
	unsigned int cpu;

	need_two_cpus(test);
	KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(0)), 0);
	read_settings(&boot);
	KUNIT_EXPECT_TRUE(test, boot.cr0 & CR0_WP);
	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		read_settings(&mine);
		KUNIT_EXPECT_EQ_MSG(test, mine.cr0, boot.cr0, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.cr3, boot.cr3, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.cr4, boot.cr4, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.efer, boot.efer, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.pat, boot.pat, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.idt.base, boot.idt.base, "CPU %u", cpu);
		KUNIT_EXPECT_EQ_MSG(test, mine.idt.limit, boot.idt.limit, "CPU %u", cpu);
	}
}

static void descriptors_are_its_own(struct kunit *test)
{
	struct table_register gdt;
	u32 bases[NR_CPUS];
	unsigned int cpu, other;
	u16 task;

	for_each_online_cpu(cpu)
	{
		unsigned long area = (unsigned long)per_cpu_ptr(&__percpu_start[0], cpu);
		unsigned long size = (unsigned long)(__percpu_end - __percpu_start);

		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		__asm__ volatile("sgdt %0; str %1" : "=m"(gdt), "=r"(task));
		bases[cpu] = gdt.base;
		KUNIT_EXPECT_EQ(test, task, TSS_SELECTOR);
		KUNIT_EXPECT_TRUE_MSG(test, gdt.base >= area && gdt.base < area + size, "CPU %u",
				      cpu);
		for (other = 0; other < cpu; other++)
			KUNIT_EXPECT_NE(test, bases[other], gdt.base);
		KUNIT_EXPECT_EQ(test, per_cpu(df_tss, cpu).cr3, read_cr3());
	}
}

/* Each CPU has a task for its double faults that names the stack and comes back. */
static void overflows_are_named_everywhere(struct kunit *test)
{
	struct recover_info info;
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		for (int i = 0; i < 2; i++) {
			KUNIT_ASSERT_EQ(test, recover_try(raise_stack_overflow, NULL, &info),
					RECOVERED_FAULT);
			KUNIT_EXPECT_EQ(test, info.vector, (unsigned int)X86_TRAP_DF);
			KUNIT_EXPECT_NOT_NULL(test, strstr(info.text, "kernel stack overflow"));
		}
		KUNIT_EXPECT_EQ(test, smp_processor_id(), cpu);
	}
}

/* The way in is closed: low memory is not mapped on any CPU, and a CPU that came would stop. */
static void the_way_in_is_closed(struct kunit *test)
{
	static const u8 stop[] = {0xfa, 0xf4, 0xeb, 0xfd}; /* cli; 1: hlt; jmp 1b */
	unsigned int cpu;
	u8 byte;

	if (!trampoline_page)
		kunit_skip(test, "no page below 1 MiB");
	KUNIT_EXPECT_LT(test, trampoline_page, 0xa0000ull);
	KUNIT_EXPECT_EQ(test, memcmp(__va(trampoline_page), stop, sizeof(stop)), 0);
	KUNIT_EXPECT_TRUE(test, trampoline_entered());
	for_each_online_cpu(cpu)
	{
		KUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(cpu)), 0);
		KUNIT_EXPECT_NE(
			test,
			copy_from_kernel_nofault(&byte, (void *)(unsigned long)trampoline_page, 1),
			0);
	}
}

static void what_runs_is_not_started_again(struct kunit *test)
{
	const struct kernel_stack none = {.top = 0};

	KUNIT_EXPECT_EQ(test, cpu_up(0, current, &none), -EINVAL);
	KUNIT_EXPECT_EQ(test, cpu_up(NR_CPUS, current, &none), -EINVAL);
	if (nr_cpu_ids < NR_CPUS)
		KUNIT_EXPECT_EQ(test, cpu_up(nr_cpu_ids, current, &none), -EINVAL);
}

/* Every online CPU appears in cpuinfo, once, in order. */
static unsigned int processors;

static void __printf(1, 2) count_processors(const char *fmt, ...)
{
	if (!strncmp(fmt, "processor\t", 10))
		processors++;
}

static void cpuinfo_lists_them_all(struct kunit *test)
{
	processors = 0;
	cpu_report(count_processors);
	KUNIT_EXPECT_EQ(test, processors, num_online_cpus());
}

/* --- NMIs ------------------------------------------------------------------------------------- */

static bool find_line(struct log_cursor *cursor, const char *start)
{
	static char text[LOG_TEXT_MAX + 1];
	struct log_record record;

	while (printk_read(cursor, &record, text, sizeof(text)))
		if (!strncmp(text, start, strlen(start)))
			return true;
	return false;
}

static unsigned int spinning; /* CPUs that do */
static bool go_on;

static void spin_irqs_off(void *info)
{
	__atomic_fetch_add(&spinning, 1, __ATOMIC_SEQ_CST);
	while (!READ_ONCE(go_on))
		cpu_relax();
	__atomic_fetch_sub(&spinning, 1, __ATOMIC_SEQ_CST);
}

/* Also those that have interrupts off and take no other message. */
static void every_cpu_answers_an_nmi(struct kunit *test)
{
	struct log_cursor cursor = {0};
	unsigned int cpu, others;
	struct log_record record;
	unsigned long nmis[NR_CPUS];
	char start[24], text[8];

	need_two_cpus(test);
	preempt_disable();
	others = num_online_cpus() - 1;
	while (printk_read(&cursor, &record, text, sizeof(text)))
		;
	for_each_online_cpu(cpu) nmis[cpu] = per_cpu(irq_stat, cpu).nmis;
	WRITE_ONCE(go_on, false);
	smp_call_function(spin_irqs_off, NULL, 0);
	while (READ_ONCE(spinning) != others)
		cpu_relax();
	KUNIT_EXPECT_TRUE(test, trigger_all_cpu_backtrace());
	WRITE_ONCE(go_on, true);
	while (READ_ONCE(spinning))
		cpu_relax();
	for_each_online_cpu(cpu)
	{
		snprintf(start, sizeof(start), "CPU %u, pid ", cpu);
		KUNIT_EXPECT_TRUE_MSG(test, find_line(&cursor, start), "CPU %u", cpu);
		if (cpu != smp_processor_id())
			KUNIT_EXPECT_EQ(test, per_cpu(irq_stat, cpu).nmis, nmis[cpu] + 1);
	}
	preempt_enable();
}

static void start_exit(struct kunit *test)
{
	set_cpus_allowed_ptr(current, cpu_all_mask);
}

static struct kunit_case start_cases[] = {
	KUNIT_CASE(all_present_cpus_run),
	KUNIT_CASE(given_up_cpus_stay_out),
	KUNIT_CASE(what_was_seen_on_the_way_is_forgotten),
	KUNIT_CASE(numbers_are_apic_ids),
	KUNIT_CASE(areas_are_separate),
	KUNIT_CASE(settings_are_equal),
	KUNIT_CASE(descriptors_are_its_own),
	KUNIT_CASE(overflows_are_named_everywhere),
	KUNIT_CASE(the_way_in_is_closed),
	KUNIT_CASE(what_runs_is_not_started_again),
	KUNIT_CASE(cpuinfo_lists_them_all),
	KUNIT_CASE_SLOW(every_cpu_answers_an_nmi),
	{},
};

static struct kunit_suite start_suite = {
	.name = "cpu_start",
	.exit = start_exit,
	.test_cases = start_cases,
};
kunit_test_suite(start_suite);
