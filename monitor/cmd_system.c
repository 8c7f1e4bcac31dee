/* SPDX-License-Identifier: MIT */
/*
 * Small commands about the machine and the log: dmesg, loglevel, cpuinfo, interrupts, echo,
 * reboot, poweroff.
 */
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/cpuinfo.h"
#include "kernel/cpu/irq.h"
#include "kernel/cpu/nmi_backtrace.h"
#include "kernel/cpu/power.h"
#include "lib/kstrtox.h"
#include "lib/string.h"
#include "monitor/command.h"
#include "monitor/complete.h"

static const char *const level_names[] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
};

static int parse_level(const char *text, unsigned int *level)
{
	int i = match_string(level_names, ARRAY_SIZE(level_names), text);

	if (i >= 0)
		*level = (unsigned int)i;
	else if (kstrtouint(text, 0, level) || *level > LOGLEVEL_DEBUG)
		return 1;
	return 0;
}

static void complete_level(const char *prefix, monitor_add_t add, void *arg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(level_names); i++)
		monitor_complete_word(level_names[i], prefix, add, arg);
}

static int cmd_backtrace(int argc, char **argv)
{
	unsigned int cpu;

	if (argc > 2)
		return monitor_usage("backtrace");
	if (argc == 1)
		return !trigger_all_cpu_backtrace();
	if (kstrtouint(argv[1], 0, &cpu) || cpu >= NR_CPUS || !cpu_online(cpu)) {
		console_line("backtrace: '%s' is no CPU that runs", argv[1]);
		return 1;
	}
	return !trigger_single_cpu_backtrace(cpu);
}
MONITOR_COMMAND(backtrace, cmd_backtrace, "[CPU]",
		"where the CPUs are and how they got there, asked by NMI");

static int cmd_dmesg(int argc, char **argv)
{
	static char text[LOG_TEXT_MAX + 1];
	unsigned int level = LOGLEVEL_DEBUG;
	struct log_cursor cursor = {0};
	struct log_record record;
	char stamp[32];

	if (argc > 2)
		return monitor_usage("dmesg");
	if (argc == 2 && parse_level(argv[1], &level)) {
		console_line("dmesg: '%s' is no level: 0 to 7 or emerg to debug", argv[1]);
		return 1;
	}
	printk_flush();
	if (printk_ring.first_seq)
		console_line("(%llu older lines are gone)", printk_ring.first_seq);
	while (printk_read(&cursor, &record, text, sizeof(text))) {
		if (record.level > level)
			continue;
		printk_time(stamp, sizeof(stamp), record.time_ns);
		console_line("%s%s", stamp, text);
	}
	return 0;
}
MONITOR_COMMAND_COMPLETE(
	dmesg, cmd_dmesg, "[LEVEL]",
	"shows the kernel's messages\n"
	"With LEVEL (0 to 7, or emerg, alert, crit, err, warn, notice, info, debug)\n"
	"only those of this level or a graver one.",
	complete_level);

static int cmd_loglevel(int argc, char **argv)
{
	unsigned int level;

	if (argc > 2)
		return monitor_usage("loglevel");
	if (argc == 2) {
		if (kstrtouint(argv[1], 0, &level) || level > LOGLEVEL_DEBUG + 1) {
			console_line("loglevel: '%s' is not 0 to 8", argv[1]);
			return 1;
		}
		console_loglevel = (int)level;
	}
	console_line("messages below level %d are shown", console_loglevel);
	return 0;
}
MONITOR_COMMAND(loglevel, cmd_loglevel, "[LEVEL]",
		"shows or sets which messages reach the console\n"
		"Those of a level below LEVEL do: 0 none, 8 all, debug messages included.");

static int cmd_cpuinfo(int argc, char **argv)
{
	cpu_report(console_line);
	return 0;
}
MONITOR_COMMAND(cpuinfo, cmd_cpuinfo, "", "what CPU this is, as /proc/cpuinfo says it");

static int cmd_interrupts(int argc, char **argv)
{
	irq_report(console_line);
	return 0;
}
MONITOR_COMMAND(interrupts, cmd_interrupts, "",
		"how often each interrupt came, as /proc/interrupts");

static int cmd_echo(int argc, char **argv)
{
	int i;

	printk_flush();
	for (i = 1; i < argc; i++) {
		console_write(argv[i], strlen(argv[i]));
		if (i + 1 < argc)
			console_write(" ", 1);
	}
	console_write("\n", 1);
	return 0;
}
MONITOR_COMMAND(echo, cmd_echo, "[WORD...]", "prints its arguments");

static int cmd_reboot(int argc, char **argv)
{
	monitor_report_failures();
	machine_reboot();
}
MONITOR_COMMAND(reboot, cmd_reboot, "", "starts the machine anew");

static int cmd_poweroff(int argc, char **argv)
{
	monitor_report_failures();
	machine_poweroff();
}
MONITOR_COMMAND(poweroff, cmd_poweroff, "", "switches the machine off");
