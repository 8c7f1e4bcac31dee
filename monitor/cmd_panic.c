/* SPDX-License-Identifier: MIT */
/*
 * panic, and crash: every way in which a kernel dies, on purpose, to see that its report is good.
 * Nothing here comes back (but `crash warn`); the death tests run one boot each.
 */
#include "boot/layout.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/smp.h"
#include "lib/bug.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "monitor/complete.h"
#include "proc/kthread.h"

static int cmd_panic(int argc, char **argv)
{
	char reason[128] = "";
	int i;

	for (i = 1; i < argc; i++) {
		strlcat(reason, i > 1 ? " " : "", sizeof(reason));
		strlcat(reason, argv[i], sizeof(reason));
	}
	panic("%s", argc > 1 ? reason : "asked for");
}
MONITOR_COMMAND(panic, cmd_panic, "[MESSAGE]",
		"ends it all with a panic ('crash' knows more ways)");

/* Addresses that the compiler must not reason about. */
static void *volatile null_pointer;
static volatile int zero, one = 1;

static void crash_read(void)
{
	READ_ONCE(*(u32 *)null_pointer);
}

static void crash_write(void)
{
	WRITE_ONCE(*(u32 *)null_pointer, 1);
}

static void crash_jump(void)
{
	void (*volatile nowhere)(void) = (void (*)(void))null_pointer;

	nowhere();
}

static void crash_text(void)
{
	WRITE_ONCE(*(u32 *)(void *)__text_start, 0);
}

/* A function of one byte: RET. Where data may not be executed, it faults. */
static void crash_data(void)
{
	static u8 code[] = {0xc3};
	void (*volatile function)(void) = (void (*)(void))(void *)code;

	function();
	console_line("crash: data can be executed here (no NX)");
}

static unsigned long recurse(volatile unsigned long *outer)
{
	volatile unsigned long here = outer ? *outer + 1 : 0;

	return zero ? here : recurse(&here) + here; /* zero stays zero, but who knows */
}

static void crash_stack(void)
{
	recurse(NULL);
}

static int overflowing_thread(void *data)
{
	recurse(NULL);
	return 0;
}

static void crash_thread(void)
{
	struct task_struct *thread = kthread_run(overflowing_thread, NULL, "crasher");

	if (!IS_ERR(thread))
		schedule_timeout_uninterruptible(MAX_SCHEDULE_TIMEOUT);
}

static void crash_divide(void)
{
	one = one / zero;
}

static void crash_opcode(void)
{
	__builtin_trap();
}

static void crash_selector(void)
{
	ltr(0xfff8);
}

static void crash_bug(void)
{
	BUG_ON(!zero);
}

static void crash_warn(void)
{
	WARN(!zero, "crash warn was asked for");
}

static void panic_again(const char *reason)
{
	panic("a second one, inside \"%s\"", reason);
}

static void crash_nested(void)
{
	static struct panic_notifier notifier = {.call = panic_again};

	panic_notifier_register(&notifier);
	panic("the first of two");
}

static void fault_again(const char *reason)
{
	crash_read();
}

static void crash_fault(void)
{
	static struct panic_notifier notifier = {.call = fault_again};

	panic_notifier_register(&notifier);
	panic("a fault follows");
}

/* A fault while a message is being formatted, and so with the console in use. */
static int faulty_symbol(char *buf, size_t n, unsigned long addr, enum printf_symbol what)
{
	printf_symbol_hook = NULL;
	crash_read();
	return 0;
}

static void crash_console(void)
{
	printf_symbol_hook = faulty_symbol;
	pr_info("this line is never finished: %pS\n", null_pointer);
}

static void crash_triple(void)
{
	static const struct table_register none;

	local_irq_disable();
	lidt(&none);
	__builtin_trap();
}

static void crash_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static unsigned int about_to_panic;

static void panic_here(void *info)
{
	__atomic_fetch_add(&about_to_panic, 1, __ATOMIC_SEQ_CST);
	while (READ_ONCE(about_to_panic) < num_online_cpus())
		cpu_relax();
	panic("CPU %u of %u at once", smp_processor_id(), num_online_cpus());
}

static void crash_race(void)
{
	on_each_cpu(panic_here, NULL, 1);
}

static bool console_is_held;

static void hold_console(void *info)
{
	struct console_hold hold;

	console_lock(&hold);
	WRITE_ONCE(console_is_held, true);
	for (;;)
		cpu_relax();
}

/* Another CPU has the console, interrupts off, for ever. */
static void crash_held(void)
{
	preempt_disable();
	smp_call_function_single((int)cpumask_any_but(cpu_online_mask, smp_processor_id()),
				 hold_console, NULL, 0);
	while (num_online_cpus() > 1 && !READ_ONCE(console_is_held))
		cpu_relax();
	panic("the console is not ours");
}

static const struct crash {
	const char *name;
	void (*fn)(void);
	const char *help;
} crashes[] = {
	{"read", crash_read, "reads through a null pointer"},
	{"write", crash_write, "writes through a null pointer"},
	{"jump", crash_jump, "calls a null pointer"},
	{"text", crash_text, "writes to the kernel's code"},
	{"data", crash_data, "executes data (faults only with NX)"},
	{"stack", crash_stack, "recurses until the stack overflows"},
	{"thread", crash_thread, "the same in a thread of its own"},
	{"divide", crash_divide, "divides by zero"},
	{"opcode", crash_opcode, "executes an invalid instruction"},
	{"selector", crash_selector, "loads a bad selector: general protection"},
	{"bug", crash_bug, "fails a BUG_ON"},
	{"warn", crash_warn, "fails a WARN, and goes on"},
	{"nested", crash_nested, "panics inside a panic"},
	{"fault", crash_fault, "faults inside a panic"},
	{"console", crash_console, "faults inside printk"},
	{"race", crash_race, "panics on all CPUs at once"},
	{"held", crash_held, "panics while another CPU keeps the console"},
	{"triple", crash_triple, "resets the CPU by a triple fault"},
	{"hang", crash_hang, "stops for ever with interrupts off"},
};

static int cmd_crash(int argc, char **argv)
{
	size_t i;

	if (argc > 2)
		return monitor_usage(argv[0]);
	for (i = 0; i < ARRAY_SIZE(crashes) && argc == 2; i++)
		if (!strcmp(argv[1], crashes[i].name)) {
			crashes[i].fn();
			return 0;
		}
	if (argc == 2)
		console_line("crash: no way to die is called '%s'", argv[1]);
	for (i = 0; i < ARRAY_SIZE(crashes); i++)
		console_line("  crash %-9s %s", crashes[i].name, crashes[i].help);
	return argc == 1 ? 0 : 1;
}

static void complete_crash(const char *prefix, monitor_add_t add, void *arg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(crashes); i++)
		monitor_complete_word(crashes[i].name, prefix, add, arg);
}
MONITOR_COMMAND_COMPLETE(
	crash, cmd_crash, "[KIND]",
	"breaks the kernel in a chosen way\n"
	"Without KIND it lists the ways. They show what a report looks like, and serve\n"
	"the tests.",
	complete_crash);
