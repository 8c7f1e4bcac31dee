/* SPDX-License-Identifier: MIT */
/*
 * Interrupt lines: who may have one, what its handler sees, what is counted, and what the report
 * looks like. Interrupts are raised by INT n on the lines' vectors, the timer's come by themselves.
 */
#include "boot/bootinfo.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/apic.h"
#include "kernel/cpu/apic_timer.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/i8259.h"
#include "kernel/cpu/ioapic.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/traps.h"
#include "kernel/sync/tick.h"
#include "kernel/cpu/smp_config.h"
#include "lib/errno.h"
#include "lib/glob.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"
#include "tests/wait_until.h"

#define FREE_IRQ  5
#define STEPS_MAX 400 /* softirqs may follow */

static struct {
	unsigned int calls, irq, depth;
	void *arg;
	bool irqs_off;
} seen;

static void handler(unsigned int irq, void *arg)
{
	seen.calls++;
	seen.irq = irq;
	seen.arg = arg;
	seen.depth = irq_depth();
	seen.irqs_off = irqs_disabled();
}

static void ring(unsigned int irq)
{
	raise_vector(FIRST_IRQ_VECTOR + irq);
}

static void handlers_are_called(struct kunit *test)
{
	unsigned long before = irq_count(FREE_IRQ);

	memset(&seen, 0, sizeof(seen));
	KUNIT_ASSERT_EQ(test, request_irq(FREE_IRQ, handler, "test", test), 0);
	KUNIT_EXPECT_FALSE(test, irq_masked(FREE_IRQ));
	ring(FREE_IRQ);
	ring(FREE_IRQ);
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_TRUE(test, irq_masked(FREE_IRQ));
	KUNIT_EXPECT_EQ(test, seen.calls, 2);
	KUNIT_EXPECT_EQ(test, seen.irq, FREE_IRQ);
	KUNIT_EXPECT_PTR_EQ(test, seen.arg, test);
	KUNIT_EXPECT_EQ(test, seen.depth, 1);
	KUNIT_EXPECT_TRUE(test, seen.irqs_off);
	KUNIT_EXPECT_FALSE(test, in_irq());
	KUNIT_EXPECT_EQ(test, irq_count(FREE_IRQ), before + 2);
}

static void bad_requests(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, request_irq(NR_IRQS, handler, "test", NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(FREE_IRQ, NULL, "test", NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, request_irq(I8259_CASCADE, handler, "test", NULL), -EBUSY);
	KUNIT_EXPECT_EQ(test, request_irq(0, handler, "test", NULL), -EBUSY);
	KUNIT_EXPECT_WARN(test, "*", free_irq(FREE_IRQ));
	KUNIT_EXPECT_EQ(test, irq_count(NR_IRQS), 0);
}

/* --- a line that gets its handler in the midst of an interrupt --- */

static unsigned int step, request_at;

static void request_in_between(struct pt_regs *regs)
{
	/* With a lock held it is another CPU that would have to wait. */
	if (++step >= request_at && request_at && !(preempt_count() & PREEMPT_MASK)) {
		request_irq(FREE_IRQ, handler, "late", NULL);
		request_at = 0;
	}
}

static void dispatch(void *vector)
{
	struct pt_regs regs = {.vector = (unsigned long)vector};

	local_irq_disable();
	trap_get_handler(regs.vector)(&regs);
	local_irq_enable();
}

/* Whatever the interrupt has seen of it: it does not mask the line any more. */
static void late_handlers_keep_their_line(struct kunit *test)
{
	int shown = console_loglevel;
	unsigned int at, masked = 0;

	console_loglevel = min(shown, LOGLEVEL_WARNING);
	ring(FREE_IRQ); /* what is to be said of it is said */
	console_loglevel = shown;
	for (at = 1; at < STEPS_MAX; at++) {
		step = 0;
		request_at = at;
		trap_step(dispatch, (void *)(FIRST_IRQ_VECTOR + FREE_IRQ), request_in_between);
		if (request_at)
			break; /* it was over before */
		masked += irq_masked(FREE_IRQ);
		free_irq(FREE_IRQ);
	}
	KUNIT_EXPECT_GT(test, at, 20u);
	KUNIT_EXPECT_EQ(test, masked, 0u);
}

static bool by_io_apic(void)
{
	return strcmp(irq_controller(), "IO-APIC") == 0;
}

/*
 * INT 0x27 looks to the 8259s just like the real thing: the in-service bit of line 7 is not set.
 * The local APIC has a vector of its own for it.
 */
static void spurious_are_counted(struct kunit *test)
{
	unsigned long before = irq_spurious_count();
	unsigned long count7 = irq_count(7), count15 = irq_count(15);

	if (by_io_apic()) {
		raise_vector(SPURIOUS_APIC_VECTOR);
		KUNIT_EXPECT_EQ(test, irq_spurious_count(), before + 1);
		return;
	}
	ring(7);
	KUNIT_EXPECT_EQ(test, irq_spurious_count(), before + 1);
	ring(15);
	KUNIT_EXPECT_EQ(test, irq_spurious_count(), before + 2);
	KUNIT_EXPECT_EQ(test, irq_count(7), count7);
	KUNIT_EXPECT_EQ(test, irq_count(15), count15);
}

#define FREE_VECTOR 0x70

/*
 * Sent by the local APIC itself, so that a lost end of interrupt would block the timer below. What
 * is said of it goes to the log only: it is no warning to whoever boots loft.
 */
static void unexpected_are_counted(struct kunit *test)
{
	unsigned long before = irq_unexpected_count();
	int shown = console_loglevel;
	unsigned long start;

	console_loglevel = min(shown, LOGLEVEL_WARNING);
	raise_vector(FREE_VECTOR);
	console_loglevel = shown;
	KUNIT_EXPECT_EQ(test, irq_unexpected_count(), before + 1);
	if (!apic_present())
		return;
	preempt_disable();
	apic_send_ipi(smp_processor_id(), FREE_VECTOR);
	for (start = jiffies; irq_unexpected_count() == before + 1 && jiffies - start < HZ;)
		cpu_relax();
	for (start = jiffies; irq_unexpected_count() == before + 2 && jiffies - start < 2;)
		cpu_relax();
	preempt_enable();
	KUNIT_EXPECT_EQ(test, irq_unexpected_count(), before + 2);
}

/*
 * Machines with I/O APICs use them, unless told not to. Wherever the firmware has wired the timer,
 * it is line 0; and the cascade's input is taken.
 */
static void lines_go_through_the_io_apic(struct kunit *test)
{
	bool expected = apic_present() && smp_config.nr_ioapics != 0 &&
			!strstr(boot_info.cmdline, "noapic");
	char row[24];

	KUNIT_ASSERT_STREQ(test, irq_controller(), expected ? "IO-APIC" : "XT-PIC");
	if (!expected || !smp_config.isa_irq[0].given)
		return;
	ioapic_chip.describe(0, row, sizeof(row));
	KUNIT_EXPECT_EQ(test, simple_strtoul(skip_spaces(row), NULL, 10),
			smp_config.isa_irq[0].gsi);
	KUNIT_EXPECT_FALSE(test, ioapic_chip.has(I8259_CASCADE));
}

/* The tick must go on after spurious interrupts: an EOI too many would hide a lost one. */
static void the_timer_ticks(struct kunit *test)
{
	unsigned long start = jiffies, count = tick_count(0);
	u64 limit = clock_ns() + 2000000000ull;

	while ((jiffies - start < 5 || tick_count(0) - count < 5) && clock_ns() < limit)
		cpu_relax();
	KUNIT_EXPECT_GE(test, jiffies - start, 5);
	KUNIT_EXPECT_GE(test, tick_count(0) - count, 5);
}

/* The boot CPU's timer rings wherever there is one; so the PIT's tick is for machines without. */
static void the_local_timer_ticks(struct kunit *test)
{
	bool expected = apic_present() && !strstr(boot_info.cmdline, "nolapic_timer");
	unsigned long ticks = tick_count(0), rings = apic_timer_count(0);

	KUNIT_ASSERT_TRUE(test, wait_until(tick_count(0) - ticks >= 5));
	KUNIT_EXPECT_EQ(test, apic_timer_count(0) != rings, expected);
}

/* Wherever it comes from, no CPU goes without: timers, RCU and the scheduler live by it. */
static void every_cpu_ticks(struct kunit *test)
{
	unsigned long before;
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		before = tick_count(cpu);
		KUNIT_EXPECT_TRUE_MSG(test, wait_until(tick_count(cpu) - before >= 2), "CPU %u",
				      cpu);
	}
}

#define REPORT_LINES 32
static char report[REPORT_LINES][64 + 11 * NR_CPUS];
static unsigned int nr_lines;

static void __printf(1, 2) keep_line(const char *fmt, ...)
{
	va_list args;

	if (nr_lines == REPORT_LINES)
		return;
	va_start(args, fmt);
	vsnprintf(report[nr_lines++], sizeof(report[0]), fmt, args);
	va_end(args);
}

static const char *find_line(const char *glob)
{
	unsigned int i;

	for (i = 0; i < nr_lines; i++)
		if (glob_match(glob, report[i]))
			return report[i];
	return NULL;
}

/* Byte for byte what Linux prints. */
static void report_format(struct kunit *test)
{
	char header[16 + 11 * NR_CPUS];
	unsigned int cpu;
	int at;

	nr_lines = 0;
	irq_report(keep_line);
	at = scnprintf(header, sizeof(header), "           ");
	for_each_online_cpu(cpu) at +=
		scnprintf(header + at, sizeof(header) - (size_t)at, "CPU%-8u", cpu);
	KUNIT_EXPECT_STREQ(test, report[0], header);
	if (by_io_apic()) {
		KUNIT_EXPECT_NOT_NULL(test, find_line("  0: *   IO-APIC *[0-9]-edge      timer"));
		KUNIT_EXPECT_NOT_NULL(test, find_line("  4: *   IO-APIC   4-edge      *"));
	} else {
		KUNIT_EXPECT_NOT_NULL(test, find_line("  0: *    XT-PIC      timer"));
		KUNIT_EXPECT_NOT_NULL(test, find_line("  2:          0*    XT-PIC      cascade"));
	}
	KUNIT_EXPECT_NOT_NULL(test, find_line("NMI: *   Non-maskable interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("LOC: *   Local timer interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("SPU: *   Spurious interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("RES: *   Rescheduling interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("CAL: *   Function call interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("TLB: *   TLB shootdowns"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("MCE: *   Machine check exceptions"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("ERR: ??????????"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("MIS:          0"));
	KUNIT_EXPECT_NULL(test, find_line("*test*"));
}

static struct kunit_case irq_cases[] = {
	KUNIT_CASE(handlers_are_called),
	KUNIT_CASE(bad_requests),
	KUNIT_CASE_SLOW(late_handlers_keep_their_line),
	KUNIT_CASE(spurious_are_counted),
	KUNIT_CASE(unexpected_are_counted),
	KUNIT_CASE(lines_go_through_the_io_apic),
	KUNIT_CASE_SLOW(the_timer_ticks),
	KUNIT_CASE_SLOW(the_local_timer_ticks),
	KUNIT_CASE_SLOW(every_cpu_ticks),
	KUNIT_CASE(report_format),
	{},
};

static struct kunit_suite irq_suite = {
	.name = "cpu_irq",
	.test_cases = irq_cases,
	.quick = true,
};
kunit_test_suite(irq_suite);
