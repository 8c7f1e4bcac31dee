/* SPDX-License-Identifier: MIT */
/*
 * What rang, as Linux's /proc/interrupts says it: a column for each CPU that runs, a row for each
 * line with a handler or a past, and one for each kind of interrupt that has no line.
 */
#include "kernel/cpu/apic_timer.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/smp.h"
#include "lib/printf.h"

#define COLUMN    11
#define LINE_SIZE (8 + COLUMN * NR_CPUS + 64)

/* Reports are asked for by one thread at a time. */
static char line[LINE_SIZE];

static size_t columns(size_t at, unsigned long (*count)(unsigned int cpu, unsigned int which),
		      unsigned int which)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) at +=
		(size_t)scnprintf(line + at, sizeof(line) - at, "%10lu ", count(cpu, which));
	return at;
}

static unsigned long of_line(unsigned int cpu, unsigned int irq)
{
	return READ_ONCE(per_cpu(irq_stat, cpu).lines[irq]);
}

enum row { NMI, LOC, SPU, RES, CAL, TLB, MCE, NR_ROWS };

static const struct {
	const char *label, *text;
} rows[NR_ROWS] = {
	[NMI] = {"NMI", "Non-maskable interrupts"},  [LOC] = {"LOC", "Local timer interrupts"},
	[SPU] = {"SPU", "Spurious interrupts"},      [RES] = {"RES", "Rescheduling interrupts"},
	[CAL] = {"CAL", "Function call interrupts"}, [TLB] = {"TLB", "TLB shootdowns"},
	[MCE] = {"MCE", "Machine check exceptions"},
};

/* As in Linux a shootdown is not counted as a call besides. */
static unsigned long of_row(unsigned int cpu, unsigned int row)
{
	const struct irq_cpu_stat *stat = per_cpu_ptr(&irq_stat, cpu);
	const struct smp_counters *calls = per_cpu_ptr(&smp_counters, cpu);
	unsigned long shootdowns = READ_ONCE(stat->shootdowns);

	switch ((enum row)row) {
	case NMI:
		return READ_ONCE(stat->nmis);
	case LOC:
		return apic_timer_count(cpu);
	case SPU:
		return READ_ONCE(stat->spurious);
	case RES:
		return READ_ONCE(calls->reschedules);
	case CAL:
		return READ_ONCE(calls->run) - shootdowns;
	case TLB:
		return shootdowns;
	case MCE:
		return READ_ONCE(stat->machine_checks);
	case NR_ROWS:
		break;
	}
	return 0;
}

static void report_line(void (*print)(const char *fmt, ...), unsigned int irq,
			const struct irq_line_info *info)
{
	size_t at = (size_t)scnprintf(line, sizeof(line), "%3u: ", irq);

	at = columns(at, of_line, irq);
	scnprintf(line + at, sizeof(line) - at, " %8s %s  %s", irq_controller(), info->wiring,
		  info->name);
	print("%s", line);
}

void irq_report(void (*print)(const char *fmt, ...))
{
	struct irq_line_info info;
	unsigned int cpu, irq, row;
	size_t at;

	at = (size_t)scnprintf(line, sizeof(line), "%11s", "");
	for_each_online_cpu(cpu) at +=
		(size_t)scnprintf(line + at, sizeof(line) - at, "CPU%-8u", cpu);
	print("%s", line);
	for (irq = 0; irq < NR_IRQS; irq++)
		if (irq_line_info(irq, &info))
			report_line(print, irq, &info);
	for (row = 0; row < NR_ROWS; row++) {
		at = (size_t)scnprintf(line, sizeof(line), "%s: ", rows[row].label);
		at = columns(at, of_row, row);
		scnprintf(line + at, sizeof(line) - at, "  %s", rows[row].text);
		print("%s", line);
	}
	print("ERR: %10lu", irq_error_count());
	print("MIS: %10lu", 0ul);
}
