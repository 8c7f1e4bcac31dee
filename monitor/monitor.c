/* SPDX-License-Identifier: MIT */
/*
 * Where commands come from: exec= on the kernel command line, a pipe, or a person.
 *
 * exec="a; b" and a pipe (monitor.batch=1) are the same thing to whoever reads the output: each
 * command is shown as "loft> COMMAND", runs, and counts: one that is unknown or fails makes the
 * run's verdict "failed". When there are no more, a line says how many failed, and the machine is
 * switched off. A pipe ends with the byte 0x04, or when nothing comes for BATCH_PATIENCE_MS while a
 * command is waited for; time that a command itself takes does not count.
 *
 * A person gets the line editor, a history, and no verdicts.
 */
#include "monitor/monitor.h"

#include "boot/cmdline.h"
#include "kernel/console/console.h"
#include "kernel/cpu/power.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "monitor/command.h"
#include "monitor/complete.h"
#include "monitor/lineedit.h"

#define BATCH_PATIENCE_MS 5000
#define REDRAW_MS         100 /* how long a message may stay on top of the line */
#define END_OF_INPUT      0x04
#define COLUMNS           80
#define HISTORY_BYTES     (2 * (MONITOR_LINE_MAX + 1))

static const char *exec_line; /* exec=, or NULL */
static bool batch;

static char line[MONITOR_LINE_MAX + 1];

/*
 * Reads one line of a pipe. Returns false at the end of input; the line then holds what came after
 * the last line end.
 */
static bool read_batch_line(void)
{
	size_t n = 0;
	int c;

	for (;;) {
		c = console_getc(BATCH_PATIENCE_MS);
		if (c < 0 || c == END_OF_INPUT || c == '\n' || c == '\r')
			break;
		if (n <= MONITOR_LINE_MAX)
			line[n++] = c ? (char)c : '?';
	}
	if (n > MONITOR_LINE_MAX) {
		console_line("monitor: a line of more than %d bytes was not run", MONITOR_LINE_MAX);
		monitor_count_failure(line, MONITOR_LINE_MAX);
		n = 0;
	}
	line[n] = '\0';
	return c == '\n' || c == '\r';
}

static void run_batch(void)
{
	bool more;

	do {
		more = read_batch_line();
		monitor_execute_aloud(line);
	} while (more);
}

static void write_console(const char *s, size_t n)
{
	console_write(s, n);
}

/*
 * Reads one line from a person, with all that the editor offers. Kernel messages that appear
 * meanwhile push the line down: it is drawn again below them.
 */
static enum lineedit_event edit_line(struct lineedit *edit)
{
	enum lineedit_event event = LINEEDIT_MORE;
	unsigned int lines;
	int c;

	console_emit_line("", 0); /* column 0 */
	lineedit_begin(edit);
	lines = console_lines();
	while (event == LINEEDIT_MORE) {
		if (!console_input_pending())
			lineedit_flush(edit);
		c = console_getc(REDRAW_MS);
		if (c >= 0)
			event = lineedit_feed(edit, (u8)c);
		if (event == LINEEDIT_MORE && console_lines() != lines) {
			lines = console_lines();
			lineedit_redraw(edit);
		}
	}
	return event;
}

static void __noreturn run_interactive(void)
{
	static char saved[sizeof(line)], killed[sizeof(line)], past[HISTORY_BYTES];
	static struct history history = {.bytes = past, .size = sizeof(past)};
	static struct lineedit edit = {
		.line = line,
		.saved = saved,
		.killed = killed,
		.size = sizeof(line),
		.prompt = MONITOR_PROMPT,
		.columns = COLUMNS,
		.history = &history,
		.write = write_console,
		.complete = monitor_complete,
	};

	console_line("Type 'help' for the commands, Tab to complete; 'poweroff' leaves.");
	for (;;) {
		switch (edit_line(&edit)) {
		case LINEEDIT_LINE:
			history_add(&history, line);
			monitor_execute(line);
			break;
		case LINEEDIT_TOO_LONG:
			console_line("monitor: a line may have %d bytes", MONITOR_LINE_MAX);
			break;
		case LINEEDIT_EOF:
			console_line("'poweroff' switches the machine off");
			break;
		default:
			break;
		}
	}
}

void monitor_run(void)
{
	if (exec_line)
		monitor_execute_aloud(exec_line);
	else if (batch)
		run_batch();
	else
		run_interactive();
	monitor_report_failures();
	machine_poweroff();
}

static int set_exec(const char *value)
{
	exec_line = value ? value : "";
	return 0;
}
BOOT_PARAM("exec", set_exec, "commands to run instead of a prompt, separated by ';'");

static int set_batch(const char *value)
{
	return value ? kstrtobool(value, &batch) : -EINVAL;
}
BOOT_PARAM("monitor.batch", set_batch, "1: read commands from a pipe, not from a person");
