/* SPDX-License-Identifier: MIT */
/*
 * What lockdep says. A finding is written into a buffer while the graph's lock is held, and printed
 * after that, since printing takes locks of its own. The first line says it all to one who knows
 * the code; the chains below it show how each order came about.
 */
#include "kernel/console/printk.h"
#include "kernel/cpu/percpu.h"
#include "kernel/sync/debug/lockdep_internal.h"
#include "kernel/sync/sched.h"
#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"

#define REPORT_SIZE 3072
#define NR_REPORTS  4

struct report {
	bool used;
	size_t length;
	char text[REPORT_SIZE];
};

static struct report reports[NR_REPORTS];
static DEFINE_PER_CPU(struct report *, my_report);

static unsigned long lockdep_reports; /* since boot */
static char last_report[REPORT_SIZE];

const char *lockdep_report_text(void)
{
	return last_report;
}

static const char *const usage_names[NR_LOCK_USAGES] = {
	[USED_IN_HARDIRQ] = "taken in an interrupt handler",
	[USED_IN_HARDIRQ_READ] = "taken for reading in an interrupt handler",
	[HARDIRQ_ON] = "held with interrupts on",
	[HARDIRQ_ON_READ] = "held for reading with interrupts on",
	[USED_IN_SOFTIRQ] = "taken in a softirq",
	[USED_IN_SOFTIRQ_READ] = "taken for reading in a softirq",
	[SOFTIRQ_ON] = "held with softirqs on",
	[SOFTIRQ_ON_READ] = "held for reading with softirqs on",
	[IRQS_OFF] = "taken with interrupts off",
	[IPI_WAIT] = "held while waiting for other CPUs",
};

bool report_pending(void)
{
	return this_cpu_read(my_report) != NULL;
}

/* The CPU's report, a new one if it has none; NULL if others have all. */
static struct report *get_report(void)
{
	struct report *mine = this_cpu_read(my_report);

	lockdep_reports++;
	for (unsigned int i = 0; !mine && i < NR_REPORTS; i++)
		if (!reports[i].used)
			mine = &reports[i];
	if (!mine)
		return NULL;
	if (!mine->used) {
		mine->used = true;
		mine->length = 0;
		mine->text[0] = '\0';
		this_cpu_write(my_report, mine);
	}
	return mine;
}

static void __printf(2, 3) say(struct report *report, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report->length += (size_t)vscnprintf(report->text + report->length,
					     sizeof(report->text) - report->length, fmt, args);
	va_end(args);
}

/* A class's name; those of one key tell themselves apart by the subclass. */
static void say_class(struct report *report, unsigned int class)
{
	const struct lock_class *c = &lock_classes[class];

	if (c->name)
		say(report, "%s", c->name);
	else
		say(report, "lock 0x%08lx", (unsigned long)c->key);
	if (c->subclass)
		say(report, "/%u", c->subclass);
}

static void say_trace(struct report *report, const struct lock_trace *trace)
{
	for (unsigned int i = 0; i < TRACE_DEPTH && trace->ip[i]; i++)
		say(report, "      %pB\n", (void *)trace->ip[i]);
}

static void say_edge(struct report *report, unsigned int from, unsigned int to,
		     const struct lock_trace *now)
{
	const struct lock_trace *trace = now;

	for (unsigned int i = 0; !trace && i < nr_lock_edges; i++)
		if (lock_edges[i].from == from && lock_edges[i].to == to)
			trace = &lock_edges[i].trace;
	say(report, "   ");
	say_class(report, to);
	say(report, " was taken while ");
	say_class(report, from);
	say(report, now ? " is held, now at:\n" : " was held, first at:\n");
	if (trace)
		say_trace(report, trace);
}

static void say_path(struct report *report, const struct lock_path *path)
{
	for (unsigned int i = 0; i + 1 < path->length; i++)
		say_edge(report, path->class[i], path -> class[i + 1], NULL);
}

static void say_usage(struct report *report, unsigned int class, enum lock_usage usage)
{
	say(report, "   ");
	say_class(report, class);
	say(report, " was %s, first at:\n", usage_names[usage]);
	say_trace(report, &lock_classes[class].seen[usage]);
}

void report_recursion(unsigned int class, const struct held_lock *held, unsigned long site)
{
	struct report *report = get_report();

	if (!report)
		return;
	say(report, "lockdep: possible recursion: %s (pid %d) takes ", current->comm, current->pid);
	say_class(report, class);
	say(report, " at %pS while holding one of its class, taken at %pS\n", (void *)site,
	    (void *)held->site);
}

void report_circle(unsigned int held, unsigned int taken, const struct lock_trace *now,
		   const struct lock_path *path)
{
	struct report *report = get_report();

	if (!report)
		return;
	say(report, "lockdep: possible deadlock: %s (pid %d) takes ", current->comm, current->pid);
	say_class(report, taken);
	say(report, " while holding ");
	say_class(report, held);
	say(report, ", which elsewhere is taken after ");
	say_class(report, taken);
	say(report, "\n");
	say_edge(report, held, taken, now);
	say_path(report, path);
}

void report_usage(unsigned int class, enum lock_usage now, enum lock_usage before)
{
	struct report *report = get_report();

	if (!report)
		return;
	say(report, "lockdep: possible deadlock with an interrupt: ");
	say_class(report, class);
	say(report, " is %s, and was %s\n", usage_names[now], usage_names[before]);
	say_usage(report, class, now);
	say_usage(report, class, before);
}

void report_inversion(const struct lock_path *path, enum lock_usage first, enum lock_usage last)
{
	unsigned int from = path->class[0], to = path->class[path->length - 1];
	struct report *report = get_report();

	if (!report)
		return;
	say(report, "lockdep: possible deadlock with an interrupt: ");
	say_class(report, from);
	say(report, " is %s, and ", usage_names[first]);
	say_class(report, to);
	say(report, ", taken after it, is %s\n", usage_names[last]);
	say_usage(report, from, first);
	say_usage(report, to, last);
	say_path(report, path);
}

void report_ipi_wait(unsigned int class)
{
	struct report *report = get_report();

	if (!report)
		return;
	say(report, "lockdep: possible deadlock with an IPI: ");
	say_class(report, class);
	say(report, " is held while waiting for other CPUs, but taken with interrupts off\n");
	say_usage(report, class, IPI_WAIT);
	say_usage(report, class, IRQS_OFF);
}

void report_print(void)
{
	struct report *report = this_cpu_read(my_report);
	char *line = report->text, *end;

	this_cpu_write(my_report, NULL);
	strscpy(last_report, report->text, sizeof(last_report));
	end = strchr(line, '\n');
	if (end)
		*end++ = '\0';
	warn_at(__FILE__, __LINE__, __func__, "%s", line);
	while (!warn_expected && end && *end) {
		line = end;
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		pr_warn("%s\n", line);
	}
	smp_store_release(&report->used, false);
}

void lockdep_print_classes(void (*print)(const char *fmt, ...))
{
	unsigned int i, u;

	print("lockdep: %u classes, %u orders, %lu findings", nr_lock_classes, nr_lock_edges,
	      lockdep_reports);
	for (i = 0; i < nr_lock_classes; i++) {
		const struct lock_class *c = &lock_classes[i];
		char uses[NR_LOCK_USAGES + 1] = "..........";

		if (!c->key)
			continue;
		for (u = 0; u < NR_LOCK_USAGES; u++)
			if (c->usage & USAGE(u))
				uses[u] = "HhEeSsTtoI"[u];
		if (c->name)
			print("%s %10lu %s", uses, c->count, c->name);
		else
			print("%s %10lu at 0x%08lx", uses, c->count, (unsigned long)c->key);
	}
}
