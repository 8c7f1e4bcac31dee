/* SPDX-License-Identifier: MIT */
/*
 * Runs benchmarks: each operation once to warm up, then REPEATS times, and prints the medians:
 *
 *	BENCH name operations ns/op tsc/op
 *
 * with one decimal. Interrupts stay on, as they would be; the median has no tick in it, since a
 * measurement is shorter than the time between two. Without a time-stamp counter the last column
 * is 0.0.
 */
#include "bench/bench.h"

#include "bench/smp2.h"
#include "boot/cmdline.h"
#include "kernel/console/console.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/cpumask.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/tsc.h"
#include "lib/div64.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "lib/sort.h"
#include "lib/string.h"
#include "mm/kmap.h"
#include "mm/tlb.h"
#include "monitor/command.h"

#define REPEATS 15

/* The time from the first C instruction to the prompt. */
static u64 boot_ns, boot_ticks;

static u64 ticks(void)
{
	return cpu_has(X86_FEATURE_TSC) ? tsc_read() : 0;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* The median of the measurements, in tenths for one of OPS operations. */
static u64 median(u64 *values, unsigned long ops)
{
	sort(values, REPEATS, sizeof(*values), compare, NULL);
	return div_u64(values[REPEATS / 2] * 10 + ops / 2, (u32)ops);
}

static void report(const char *name, unsigned long ops, u64 ns, u64 tsc)
{
	u32 ns_tenth, tsc_tenth;
	u64 ns_whole = div_u64_rem(ns, 10, &ns_tenth), tsc_whole = div_u64_rem(tsc, 10, &tsc_tenth);

	console_line("BENCH %s %lu %llu.%u %llu.%u", name, ops, ns_whole, ns_tenth, tsc_whole,
		     tsc_tenth);
}

static const struct bench_fixture *fixture_of(const struct bench_operation *op)
{
	const struct bench_fixture *fixture;

	for (fixture = bench_fixtures; fixture->name; fixture++)
		if (strcmp(fixture->name, op->name) == 0)
			return fixture;
	return NULL;
}

/* False: there is no memory for it. */
static bool measure(const struct bench_operation *op)
{
	const struct bench_fixture *fixture = fixture_of(op);
	struct bench_context *c = bench_begin(op->pages);
	u64 ns[REPEATS], tsc[REPEATS], ns_start, tsc_start;
	unsigned long ops = op->rounds * op->per_round;

	if (c && fixture && !fixture->begin()) {
		bench_end(c);
		c = NULL;
	}
	if (!c) {
		console_line("bench: not enough memory for %s", op->name);
		return false;
	}
	op->fn(c, op->rounds);
	for (int i = 0; i < REPEATS; i++) {
		ns_start = clock_ns();
		tsc_start = ticks();
		op->fn(c, op->rounds);
		tsc[i] = ticks() - tsc_start;
		ns[i] = clock_ns() - ns_start;
	}
	if (fixture)
		fixture->end();
	bench_end(c);
	report(op->name, ops, median(ns, ops), median(tsc, ops));
	return true;
}

/* Operations that are also measured on two CPUs at once, as smp2_NAME, with so many rounds. */
static const struct {
	const char *name;
	unsigned long rounds;
} two_cpus[] = {{"empty_loop", 8000000},    {"kmap_hot", 65536},     {"kmap_cold", 32768},
		{"kmap_cold_touch", 32768}, {"kmap_atomic", 65536},  {"page_order0", 65536},
		{"kmalloc_256", 65536},     {"page_frag_256", 65536}};

#define TWO_CPU_REPEATS 5

/* What cold maps cost the other CPUs, for 1000 of them, in tenths. */
static void report_shootdowns(const char *name, unsigned long ops, struct pkmap_counters *before,
			      unsigned long sent)
{
	struct pkmap_counters now = pkmap_counters_sum();
	unsigned int flushes = now.flushes - before->flushes;
	unsigned int shootdowns = now.shootdowns - before->shootdowns;
	u32 tenths[3] = {(u32)div_u64(flushes * 10000ull, (u32)ops),
			 (u32)div_u64(shootdowns * 10000ull, (u32)ops),
			 (u32)div_u64((tlb_counters_sum().sent - sent) * 10000ull, (u32)ops)};

	console_line("%s: for 1000 maps %u.%u flushes, %u.%u shootdowns, %u.%u CPUs interrupted",
		     name, tenths[0] / 10, tenths[0] % 10, tenths[1] / 10, tenths[1] % 10,
		     tenths[2] / 10, tenths[2] % 10);
}

/* Nanoseconds for an operation, in tenths: the median of the repeats, of OPS operations each. */
static u64 median_of(u64 *ns, unsigned long ops)
{
	sort(ns, TWO_CPU_REPEATS, sizeof(*ns), compare, NULL);
	return div_u64(ns[TWO_CPU_REPEATS / 2] * 10 + ops / 2, (u32)ops);
}

/* How much more two CPUs do than one of them alone did in the same run, in percent. */
static void report_ratio(const char *name, u64 alone, u64 together)
{
	console_line("%s: one CPU alone %u.%u ns an operation, both %u.%u: %u%% of its rate", name,
		     (u32)alone / 10, (u32)alone % 10, (u32)together / 10, (u32)together % 10,
		     (u32)div_u64(alone * 100, (u32)max(together, 1ull)));
}

static bool measure_two(const struct bench_operation *op, const char *name, unsigned long rounds)
{
	unsigned long ops = 2 * rounds * op->per_round, sent = tlb_counters_sum().sent;
	struct bench_context *one = bench_begin(op->pages);
	struct bench_context *two = one ? bench_begin_second(op->pages) : NULL;
	struct pkmap_counters before = pkmap_counters_sum();
	u64 ns[TWO_CPU_REPEATS], alone[TWO_CPU_REPEATS];
	bool good = two != NULL;

	for (int i = 0; i < TWO_CPU_REPEATS && good; i++) {
		bench_keep_busy();
		alone[i] = clock_ns();
		op->fn(one, rounds);
		alone[i] = clock_ns() - alone[i];
		good = bench_two_cpus(op, one, two, rounds, &ns[i]);
	}
	if (two)
		bench_end_second(two);
	if (one)
		bench_end(one);
	if (!good) {
		console_line("bench: not enough memory for %s", name);
		return false;
	}
	report_ratio(name, median_of(alone, ops / 2), median_of(ns, ops));
	report(name, ops, median_of(ns, ops), 0);
	if (strncmp(op->name, "kmap_cold", 9) == 0)
		report_shootdowns(
			name, TWO_CPU_REPEATS * (ops + ops / 2 + 2 * op->rounds * op->per_round),
			&before, sent);
	return true;
}

/* Those of the list above that match and that the machine can do. */
static bool run_two(const char *glob, bool *any)
{
	const struct bench_operation *op;
	char name[40];
	bool good = true;

	for (unsigned int i = 0; i < ARRAY_SIZE(two_cpus) && num_online_cpus() >= 2; i++) {
		snprintf(name, sizeof(name), "smp2_%s", two_cpus[i].name);
		for (op = bench_operations; op->name && glob_match(glob, name); op++)
			if (strcmp(op->name, two_cpus[i].name) == 0) {
				*any = true;
				good &= measure_two(op, name, two_cpus[i].rounds);
			}
	}
	return good;
}

/* Runs what matches. False, with a word, if nothing does or something could not be run. */
static bool run(const char *glob)
{
	const struct bench_operation *op;
	bool good = true, any = false;

	if (glob_match(glob, "boot")) {
		report("boot", 1, boot_ns * 10, boot_ticks * 10);
		any = true;
	}
	for (op = bench_operations; op->name; op++) {
		if (!glob_match(glob, op->name))
			continue;
		any = true;
		good &= measure(op);
	}
	good &= run_two(glob, &any);
	if (!any)
		console_line("bench: no benchmark matches \"%s\"", glob);
	return any && good;
}

static int cmd_bench(int argc, char **argv)
{
	const struct bench_operation *op;

	if (argc == 2 && (strcmp(argv[1], "-l") == 0 || strcmp(argv[1], "--list") == 0)) {
		for (op = bench_operations; op->name; op++)
			console_line("%s", op->name);
		return 0;
	}
	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return monitor_usage("bench");
	return run(argc == 2 ? argv[1] : "*") ? 0 : 1;
}
static void complete_name(const char *prefix, monitor_add_t add, void *arg)
{
	const struct bench_operation *op;

	for (op = bench_operations; op->name; op++)
		if (strncmp(op->name, prefix, strlen(prefix)) == 0)
			add(op->name, arg);
}
MONITOR_COMMAND_COMPLETE(
	bench, cmd_bench, "[-l|--list] [GLOB]",
	"measures how long operations take\n"
	"Prints BENCH name operations ns/op tsc/op, medians. GLOB chooses by name.\n"
	"Under ./run-qemu.sh --icount the last column is instructions.",
	complete_name);

static bool bench_given;
static const char *bench_glob;

static int set_bench(const char *value)
{
	bench_given = true;
	bench_glob = value;
	return 0;
}
BOOT_PARAM("bench", set_bench, "GLOB: the benchmarks to run at boot, all without a value");

void bench_run_at_boot(void)
{
	boot_ns = clock_ns();
	boot_ticks = ticks();
	if (bench_given && !run(bench_glob && *bench_glob ? bench_glob : "*"))
		verdict_fail();
}
