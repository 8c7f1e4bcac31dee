/* SPDX-License-Identifier: MIT */
/*
 * Interrupt lines: who may have one, what its handler sees, what is counted, and what the report
 * looks like. Interrupts are raised by INT n on the lines' vectors, the timer's come by themselves.
 */
#include "boot/x86.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/i8259.h"
#include "kernel/cpu/irq.h"
#include "kernel/sync/tick.h"
#include "lib/errno.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "lib/stdarg.h"
#include "lib/string.h"
#include "tests/cpu_raise.h"
#include "tests/kunit.h"

#define FREE_IRQ 5

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
	KUNIT_EXPECT_FALSE(test, i8259_masked(FREE_IRQ));
	ring(FREE_IRQ);
	ring(FREE_IRQ);
	free_irq(FREE_IRQ);
	KUNIT_EXPECT_TRUE(test, i8259_masked(FREE_IRQ));
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

/* INT 0x27 looks just like the real thing: the in-service bit of line 7 is not set. */
static void spurious_are_counted(struct kunit *test)
{
	unsigned long before = irq_spurious_count();
	unsigned long count7 = irq_count(7), count15 = irq_count(15);

	ring(7);
	KUNIT_EXPECT_EQ(test, irq_spurious_count(), before + 1);
	ring(15);
	KUNIT_EXPECT_EQ(test, irq_spurious_count(), before + 2);
	KUNIT_EXPECT_EQ(test, irq_count(7), count7);
	KUNIT_EXPECT_EQ(test, irq_count(15), count15);
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

#define REPORT_LINES 24
static char report[REPORT_LINES][80];
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

/* Byte for byte what Linux prints on one CPU with the 8259s. */
static void report_format(struct kunit *test)
{
	nr_lines = 0;
	irq_report(keep_line);
	KUNIT_EXPECT_STREQ(test, report[0], "           CPU0    ");
	KUNIT_EXPECT_NOT_NULL(test, find_line("  0: *    XT-PIC      timer"));
	KUNIT_EXPECT_STREQ(test, find_line("  2: *"), "  2:          0    XT-PIC      cascade");
	KUNIT_EXPECT_NOT_NULL(test, find_line("NMI: *   Non-maskable interrupts"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("MCE: *   Machine check exceptions"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("ERR: ??????????"));
	KUNIT_EXPECT_NOT_NULL(test, find_line("MIS:          0"));
	KUNIT_EXPECT_NULL(test, find_line("*test*"));
}

static struct kunit_case irq_cases[] = {
	KUNIT_CASE(handlers_are_called),  KUNIT_CASE(bad_requests),
	KUNIT_CASE(spurious_are_counted), KUNIT_CASE_SLOW(the_timer_ticks),
	KUNIT_CASE(report_format),        {},
};

static struct kunit_suite irq_suite = {
	.name = "cpu_irq",
	.test_cases = irq_cases,
	.quick = true,
};
kunit_test_suite(irq_suite);
