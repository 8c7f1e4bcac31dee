/* SPDX-License-Identifier: MIT */
/*
 * The monitor's commands, run as lines, with what they print.
 */
#include "boot/layout.h"
#include "kernel/console/printk.h"
#include "lib/glob.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "monitor/command.h"
#include "tests/kunit.h"

static char out[16384]; /* the log may hold much by now */
static char line[MONITOR_LINE_MAX + 2];
static u32 memory[4];

/* Runs TEXT; its output must match GLOB and its result must be RESULT. */
static void expect(struct kunit *test, const char *text, int result, const char *glob)
{
	int got;

	console_capture(out, sizeof(out));
	got = monitor_execute(text);
	console_capture_end();
	KUNIT_EXPECT_EQ_MSG(test, got, result, "line: %.60s", text);
	KUNIT_EXPECT_TRUE_MSG(test, glob_match(glob, out), "line: %.60s\noutput: %s", text, out);
}

static void end_capture(struct kunit *test)
{
	console_capture_end();
}

static void lines(struct kunit *test)
{
	expect(test, "", 0, "");
	expect(test, " ; ;", 0, "");
	expect(test, "echo a  b; echo 'c; d'", 0, "a b\nc; d\n");
	expect(test, "nonsense; echo after", 1, "nonsense: unknown command*\nafter\n");
	expect(test, "hlep", 1, "hlep: unknown command; did you mean 'help'[?]\n");
	expect(test, "powe", 1, "powe: unknown command; did you mean 'poweroff'[?]\n");
	expect(test, "q", 1, "q: unknown command; 'help' lists all\n");
	expect(test, "echo 'a", 1, "monitor: a quote is not closed\n");
	expect(test, "cpuinfo now", 1, "cpuinfo: takes no arguments\n");
	expect(test, "help nonsense", 1, "help: no command 'nonsense'\n");
	expect(test, "peek", 1, "usage: peek *\n");
	expect(test, "crash", 0, "  crash read *\n  crash hang *\n");
	expect(test, "crash softly", 1, "crash: no way to die is called 'softly'\n  crash read *");
	expect(test, "crash warn warn", 1, "usage: crash [[]KIND]\n");
	expect(test, "peek --help", 0, "usage: peek *\nshows memory\n*");
}

static void long_lines(struct kunit *test)
{
	size_t i;

	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "echo", 4);
	line[MONITOR_LINE_MAX - 1] = 'x';
	line[MONITOR_LINE_MAX] = '\0';
	expect(test, line, 0, "x\n");
	for (i = 4; i < 4 + 2 * MONITOR_WORDS; i += 2)
		line[i] = 'y';
	expect(test, line, 1, "monitor: more than 64 words\n");
	memset(line, 'z', MONITOR_LINE_MAX + 1);
	expect(test, line, 1, "monitor: command too long\n");
}

static void help_knows_all(struct kunit *test)
{
	const struct monitor_command *c;
	char text[40];

	expect(test, "help", 0, "*\n  help *");
	for_each_monitor_command(c) {
		snprintf(text, sizeof(text), "help %s", c->name);
		expect(test, text, 0, "usage: *\n*\n");
		KUNIT_EXPECT_PTR_EQ_MSG(test, monitor_find(c->name), c, "twice: %s", c->name);
		KUNIT_EXPECT_LE(test, strlen(c->name), 12ul);
	}
}

/* Runs "COMMAND ADDRESS-OF-memory REST". */
static void expect_at(struct kunit *test, const char *command, const char *rest, int result,
		      const char *glob)
{
	char text[80];

	snprintf(text, sizeof(text), "%s 0x%lx%s", command, (unsigned long)memory, rest);
	expect(test, text, result, glob);
}

static void peek_and_poke(struct kunit *test)
{
	memcpy(memory,
	       "\x01\x02\x03\x04"
	       "ABCD....WXYZ",
	       sizeof(memory));
	expect_at(test, "peek", "", 0, "????????: 04030201\n");
	expect_at(test, "peek -w", " 3", 0, "????????: 0201 0403 4241\n");
	expect_at(test, "peek -b", "+4 4", 0, "????????: 41 42 43 44 * |ABCD|\n");
	expect_at(test, "peek", " 5", 0,
		  "????????: 04030201 44434241 2e2e2e2e 5a595857\n????????: *\n");
	expect_at(test, "peek", " 0", 1, "peek: COUNT is 1 to 4096, not '0'\n");
	expect_at(test, "peek -x", "", 1, "usage: peek *");
	expect_at(test, "poke", " 0x12345678 -1", 1, "*: 04030201 -> 12345678\npoke: '-1' *");
	KUNIT_EXPECT_EQ(test, memory[0], 0x12345678u);
	expect_at(test, "poke -b", "+1 0xff 256", 1,
		  "*: 56 -> ff\npoke: '256' is not a value of 1 bytes\n");
	KUNIT_EXPECT_EQ(test, memory[0], 0x1234ff78u);
	expect_at(test, "poke -w", " 1 2", 0, "*: ff78 -> 0001\n*: 1234 -> 0002\n");
	KUNIT_EXPECT_EQ(test, memory[0], 0x00020001u);
}

static void bad_addresses(struct kunit *test)
{
	u32 before = *(u32 *)(void *)__text_start;

	expect(test, "peek 0", 1,
	       "peek: 0x00000000: below the kernel's half of the address space\n");
	expect(test, "poke 0 1", 1, "poke: 0x00000000: below *\n");
	expect(test, "peek 0xfffff000", 1, "peek: 0xfffff000: not mapped\n");
	expect(test, "poke 0xfffff000 1", 1, "poke: 0xfffff000: not mapped\n");
	expect(test, "peek 0xfffffffc 9", 1, "*not mapped\n");
	expect(test, "peek kernel_main+0xffffffff", 1,
	       "peek: that is beyond the last address, 0xffffffff\n");
	expect(test, "peek 0x100000000", 1, "peek: '0x100000000' is neither *\n");
	expect(test, "poke kernel_main 1", 1, "poke: 0x????????: kernel text is read-only\n");
	expect(test, "poke -b 0xc0100000 1", 1, "poke: 0xc0100000: kernel text is read-only\n");
	KUNIT_EXPECT_EQ(test, *(u32 *)(void *)__text_start, before);
	expect(test, "peek kernel_main+0x10 2", 0, "????????: ???????? ????????\n");
	expect(test, "peek nowhere", 1, "peek: 'nowhere' is neither *");
	expect(test, "peek 12x", 1, "peek: '12x' is neither *");
	expect(test, "peek kernel_main+x", 1, "peek: 'kernel_main+x' is neither *");
}

static void log_levels(struct kunit *test)
{
	int outer = console_loglevel;

	expect(test, "loglevel", 0, "messages below level * are shown\n");
	expect(test, "loglevel 9", 1, "loglevel: '9' is not 0 to 8\n");
	expect(test, "loglevel 0", 0, "messages below level 0 are shown\n");
	KUNIT_EXPECT_EQ(test, console_loglevel, 0);
	pr_crit("monitor_test looks for this\n");
	console_loglevel = outer;
	expect(test, "dmesg 1", 0, "*");
	KUNIT_EXPECT_NULL(test, strstr(out, "monitor_test looks for this"));
	expect(test, "dmesg crit", 0, "*] monitor_test looks for this\n*");
	expect(test, "dmesg 8", 1, "dmesg: '8' is no level*");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lines),
	KUNIT_CASE(long_lines),
	KUNIT_CASE(help_knows_all),
	KUNIT_CASE(peek_and_poke),
	KUNIT_CASE(bad_addresses),
	KUNIT_CASE(log_levels),
	{},
};

static struct kunit_suite suite = {
	.name = "monitor",
	.exit = end_capture,
	.test_cases = cases,
};
kunit_test_suite(suite);
