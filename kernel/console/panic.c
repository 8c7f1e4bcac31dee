/* SPDX-License-Identifier: MIT */
/*
 * panic: one report, whatever happens.
 *
 * A panic may find anything broken, itself included. So its steps go from surely useful to nice
 * to have, each entry counts panic_depth, and every level does less than the one before:
 *
 *   1  the whole report
 *   2  something in the report failed: one line about that, and out
 *   3  not even that worked: out, without a word
 *
 * One CPU panics; another that wants to at the same time stops and is shown with the others. The
 * first thing is to stop them all (kernel/cpu/nmi_backtrace.c), the last of the report is where
 * they were. Output that was under way when the panic came belongs to code that will never go on;
 * its claims are broken (console_break) and the report starts on a line of its own.
 *
 * BUG and WARN arrive here through the hooks of lib/bug.h.
 */
#include "kernel/console/panic.h"

#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/printk.h"
#include "kernel/console/taint.h"
#include "kernel/console/text.h"
#include "kernel/cpu/clock.h"
#include "kernel/cpu/nmi_backtrace.h"
#include "kernel/cpu/percpu.h"
#include "kernel/cpu/power.h"
#include "kernel/cpu/recover.h"
#include "kernel/sync/sched.h"
#include "lib/bug.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"

#define REASON_MAX 256
#define CUT_HERE   "------------[ cut here ]------------"

unsigned int panic_depth;
unsigned long warnings_printed;
static int panic_cpu = -1;
static unsigned int reboot_seconds; /* panic=: 0 halts */
static LIST_HEAD(notifiers);

void panic_notifier_register(struct panic_notifier *notifier)
{
	list_add_tail(&notifier->list, &notifiers);
}

/* The way out when the report is done, or cannot be. */
static void __noreturn leave(void)
{
	unsigned int i;

	machine_exit_try(EXIT_PANIC);
	if (!reboot_seconds)
		machine_halt();
	for (i = 0; i < reboot_seconds; i++)
		mdelay(1000);
	machine_reboot();
}

/* Who panics, for the backtrace: the frame of REGS, or a frame pointer. */
struct origin {
	struct pt_regs *regs;
	unsigned long ebp;
};

/* Only the first CPU gets through, as often as it panics. */
static void claim(void)
{
	int nobody = -1, me = (int)smp_processor_id();

	if (!__atomic_compare_exchange_n(&panic_cpu, &nobody, me, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST) &&
	    nobody != me)
		smp_stop_self();
}

static void print_who(void)
{
	pr_emerg("CPU: %u PID: %d Comm: %s\n", smp_processor_id(), current->pid, current->comm);
}

static void __noreturn report(const char *reason, const struct origin *origin)
{
	struct panic_notifier *notifier;

	pr_emerg("Kernel panic: %s\n", reason);
	print_who();
	if (test_taint(TAINT_BAD_PAGE))
		pr_emerg("%s\n", print_tainted());
	if (origin->regs)
		backtrace_regs(origin->regs);
	else
		backtrace(origin->ebp);
	smp_print_stopped();
	list_for_each_entry(notifier, &notifiers, list)
		notifier->call(reason);
	if (reboot_seconds)
		pr_emerg("Rebooting in %u seconds unless an exit code is taken\n", reboot_seconds);
	pr_emerg("---[ end of kernel panic: %s ]---\n", reason);
	leave();
}

/* HEADING, if any, comes before the report of the first panic. */
static void __noreturn panic_for(const char *heading, const char *reason,
				 const struct origin *origin)
{
	claim();
	panic_depth++;
	if (panic_depth > 2)
		leave();
	if (panic_depth == 1)
		smp_stop_others();
	console_break();
	printk_hold(false);
	if (panic_depth == 2) {
		if (origin->regs)
			console_line("panic inside panic: %s at %pS", reason,
				     (void *)origin->regs->eip);
		else
			console_line("panic inside panic: %s", reason);
		leave();
	}
	if (heading)
		pr_emerg("%s\n", heading);
	if (origin->regs)
		show_regs(origin->regs);
	report(reason, origin);
}

/*
 * What is said of a panic, each CPU's own: not in the console's buffers (all may be in use), nor on
 * the stack (it may be full).
 */
struct panic_words {
	char reason[2][REASON_MAX];
	char heading[REASON_MAX];
};
static DEFINE_PER_CPU(struct panic_words, words);

void panic(const char *fmt, ...)
{
	struct origin here = {.ebp = (unsigned long)__builtin_frame_address(0)};
	char *reason = this_cpu_ptr(&words)->reason[min(panic_depth, 1u)];
	va_list args;

	local_irq_disable();
	va_start(args, fmt);
	vscnprintf(reason, REASON_MAX, fmt, args);
	va_end(args);
	if (!panic_depth)
		recover_take(RECOVERED_PANIC, NULL, reason);
	panic_for(NULL, reason, &here);
}

void die(struct pt_regs *regs, const char *what)
{
	char *heading = this_cpu_ptr(&words)->heading;
	struct origin there = {.regs = regs};

	local_irq_disable();
	if (!panic_depth)
		scnprintf(heading, REASON_MAX, "BUG: %s", what);
	panic_for(heading, what, &there);
}

static void report_bug(const char *file, int line, const char *func, const char *cond)
{
	/* This frame belongs to bug_at(), the one below it to who failed the check. */
	unsigned long *frame = __builtin_frame_address(0);
	struct origin caller = {.ebp = frame[0]};
	char text[160];

	local_irq_disable();
	scnprintf(text, sizeof(text), "BUG at %s:%d in %s(): %s", file, line, func, cond);
	if (!panic_depth)
		recover_take(RECOVERED_BUG, NULL, text);
	panic_for(CUT_HERE, text, &caller);
}

static void report_warning(const char *file, int line, const char *func, const char *fmt,
			   va_list args)
{
	unsigned long *frame = __builtin_frame_address(0); /* as in report_bug() */
	struct console_hold hold;
	char text[512];

	warnings_printed++;
	add_taint(TAINT_WARN);
	vscnprintf(text, sizeof(text), fmt, args);
	console_lock(&hold);
	pr_warn(CUT_HERE "\n");
	pr_warn("WARNING: %s:%d in %s(): %s\n", file, line, func, text);
	pr_warn("CPU: %u PID: %d Comm: %s\n", smp_processor_id(), current->pid, current->comm);
	backtrace(frame[0]);
	pr_warn("---[ end of warning ]---\n");
	console_unlock(&hold);
}

void panic_init(void)
{
	bug_hook = report_bug;
	warn_hook = report_warning;
	exit_hook = console_finish;
}

static int set_panic(const char *value)
{
	return value ? kstrtouint(value, 0, &reboot_seconds) : -EINVAL;
}
BOOT_PARAM("panic", set_panic,
	   "seconds until a panic reboots where nothing takes its exit code; 0 halts");
