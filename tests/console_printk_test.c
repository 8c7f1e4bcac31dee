/* SPDX-License-Identifier: MIT */
/*
 * printk: what is stored for a message, and that an interrupted one harms no other.
 *
 * The messages are of the debug level, which stays off the console, and are read back from the
 * ring. Each case looks only at what was added since it began.
 */
#include "boot/layout.h"
#include "kernel/console/printk.h"
#include "kernel/cpu/smp.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/kunit.h"

static struct log_cursor cursor;
static struct log_record record;
static char text[LOG_TEXT_MAX + 1];

static int skip_old(struct kunit *test)
{
	printk_flush();
	cursor = (struct log_cursor){0};
	while (printk_read(&cursor, &record, text, sizeof(text)))
		;
	return 0;
}

static void expect_line(struct kunit *test, unsigned int level, const char *wanted)
{
	KUNIT_ASSERT_TRUE_MSG(test, printk_read(&cursor, &record, text, sizeof(text)),
			      "no line \"%s\"", wanted);
	KUNIT_EXPECT_STREQ(test, text, wanted);
	KUNIT_EXPECT_EQ(test, record.level, level);
}

static void expect_no_line(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, printk_read(&cursor, &record, text, sizeof(text)));
}

static void lines_and_levels(struct kunit *test)
{
	int outer = console_loglevel;

	console_loglevel = 0;
	pr_debug("one\n");
	pr_err("number %d\nnext\n", 2);
	printk("no level\n");
	pr_debug("\n");
	console_loglevel = outer;
	expect_line(test, 7, "one");
	expect_line(test, 3, "number 2");
	expect_line(test, 3, "next");
	expect_line(test, 4, "no level");
	expect_line(test, 7, "");
	expect_no_line(test);
}

/* The ring keeps all; the console shows what is more important than its level. */
static void the_level_decides_what_is_shown(struct kunit *test)
{
	unsigned int lines = console_lines();
	int outer = console_loglevel;

	console_loglevel = LOGLEVEL_WARNING;
	pr_warn("not more important than the level\n");
	KUNIT_EXPECT_EQ(test, console_lines(), lines);
	pr_err("more important than the level: an error of this test's\n");
	KUNIT_EXPECT_EQ(test, console_lines(), lines + 1);
	console_loglevel = outer;
	expect_line(test, 4, "not more important than the level");
	expect_line(test, 3, "more important than the level: an error of this test's");
}

static void continued_lines(struct kunit *test)
{
	pr_debug("a");
	pr_cont("b");
	expect_no_line(test); /* not whole yet */
	pr_cont("c\n");
	pr_debug("open");
	pr_debug("next\n");
	pr_debug("flushed");
	printk_flush();
	pr_cont("alone\n");
	expect_line(test, 7, "abc");
	expect_line(test, 7, "open");
	expect_line(test, 7, "next");
	expect_line(test, 7, "flushed");
	expect_line(test, 4, "alone");
	expect_no_line(test);
}

static void control_characters_are_replaced(struct kunit *test)
{
	pr_debug("a\033[2Jb\r\tc\x7f\xc3\xa4\n");
	expect_line(test, 7, "a?[2Jb?\tc?\xc3\xa4");
}

static void long_text_is_cut_visibly(struct kunit *test)
{
	static char many[LOG_TEXT_MAX + 100];

	memset(many, 'm', sizeof(many) - 1);
	pr_debug("%s\n", many);
	KUNIT_ASSERT_TRUE(test, printk_read(&cursor, &record, text, sizeof(text)));
	KUNIT_EXPECT_EQ(test, record.length, (size_t)LOG_TEXT_MAX);
	KUNIT_EXPECT_STREQ(test, text + LOG_TEXT_MAX - 5, "mm...");
	pr_debug("after\n");
	expect_line(test, 7, "after");
}

static void times_do_not_run_back(struct kunit *test)
{
	u64 before = 0;
	char stamp[32];

	for (int i = 0; i < 10; i++) {
		pr_debug("tick\n");
		expect_line(test, 7, "tick");
		KUNIT_EXPECT_GE(test, record.time_ns, before);
		before = record.time_ns;
	}
	printk_time(stamp, sizeof(stamp), 1234567890ull);
	KUNIT_EXPECT_STREQ(test, stamp, "[    1.234567] ");
	printk_time(stamp, sizeof(stamp), 123456789012345678ull);
	KUNIT_EXPECT_STREQ(test, stamp, "[123456789.012345] ");
}

/* What a message looks up while it is formatted may itself have something to say. */
static int talking_hook(char *buf, size_t n, unsigned long addr, enum printf_symbol what)
{
	pr_debug("inner\n");
	return snprintf(buf, n, "name");
}

static void message_inside_a_message(struct kunit *test)
{
	int (*outer)(char *, size_t, unsigned long, enum printf_symbol) = printf_symbol_hook;

	printf_symbol_hook = talking_hook;
	pr_debug("outer %pS\n", test);
	printf_symbol_hook = outer;
	expect_line(test, 7, "inner");
	expect_line(test, 7, "outer name");
	expect_no_line(test);
}

/* More often than there are text buffers: a message that ends in a fault keeps none of them. */
static void fault_inside_a_message(struct kunit *test)
{
	unsigned long lost = printk_lost;

	for (int i = 0; i < 10; i++)
		KUNIT_EXPECT_FAULT(test, pr_debug("%.*s\n", 5, (char *)PAGE_SIZE));
	pr_debug("alive\n");
	expect_line(test, 7, "alive");
	expect_no_line(test);
	KUNIT_EXPECT_EQ(test, printk_lost, lost);
	KUNIT_EXPECT_FALSE(test, console_is_busy());
}

/* Held messages are stored at once and written when the hold ends: nothing is lost on the way. */
static void held_messages_are_kept(struct kunit *test)
{
	unsigned int lines = console_lines();
	int outer = console_loglevel;

	console_loglevel = CONSOLE_LOGLEVEL_DEFAULT;
	printk_hold(true);
	pr_info("held back, written later: this line comes after its hold\n");
	KUNIT_EXPECT_EQ(test, console_lines(), lines);
	expect_line(test, 6, "held back, written later: this line comes after its hold");
	printk_hold(false);
	KUNIT_EXPECT_EQ(test, console_lines(), lines + 1);
	console_loglevel = outer;
}

static void test_mode_marks_lines(struct kunit *test)
{
	/* The run is in test mode already: the harness checks the marks on what it reads. */
	KUNIT_EXPECT_TRUE(test, printk_test_mode(true));
}

static void capture_takes_raw_output(struct kunit *test)
{
	char out[12];

	console_capture(out, sizeof(out));
	console_line("a%d", 1);
	console_write("b", 1);
	console_printf("%s", "c");
	console_line("defghijklmn");
	KUNIT_EXPECT_EQ(test, console_capture_end(), sizeof(out) - 1);
	KUNIT_EXPECT_STREQ(test, out, "a1\nbcdefghi");
}

static void end_capture(struct kunit *test)
{
	console_capture_end();
	printk_hold(false);
}

/* --- all CPUs at once --- */

#define LINES_A_CPU 10
#define ROUNDS      2
#define TAIL        60
#define PATIENCE    1500 /* pauses */

static unsigned int talkers; /* CPUs that are about to begin their first message */
static unsigned int wanted;
static unsigned int inside, most_inside; /* CPUs in the middle of a message */

/*
 * In the middle of a message. Whoever is first here waits until all CPUs want to be, and then
 * whether another one comes in; none may.
 */
static int slow_hook(char *buf, size_t n, unsigned long addr, enum printf_symbol what)
{
	unsigned int now = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	bool first = addr < NR_CPUS;
	char tail[TAIL + 1];

	while (READ_ONCE(talkers) < wanted)
		cpu_relax();
	for (unsigned int i = 0; first && i < PATIENCE && READ_ONCE(inside) < 2; i++)
		cpu_relax();
	if (now > 1)
		WRITE_ONCE(most_inside, now);
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	memset(tail, 'a' + (char)(addr % NR_CPUS % 26), TAIL);
	tail[TAIL] = '\0';
	return snprintf(buf, n, "%s", tail);
}

static void talk(void *info)
{
	unsigned int cpu = smp_processor_id();

	__atomic_fetch_add(&talkers, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < LINES_A_CPU; i++)
		pr_debug("%u.%u.%ps\n", cpu, i, (void *)(unsigned long)(cpu + i * NR_CPUS));
}

/* The number in front of a '.'; moves *@p behind that. */
static unsigned int number(const char **p)
{
	unsigned int n = 0;

	while (**p >= '0' && **p <= '9')
		n = n * 10 + (unsigned int)(*(*p)++ - '0');
	*p += **p == '.';
	return n;
}

/* Every CPU's lines come out whole, all of them, each CPU's in its order. */
static void lines_of_all_cpus_stay_whole(struct kunit *test)
{
	int (*outer)(char *, size_t, unsigned long, enum printf_symbol) = printf_symbol_hook;
	unsigned int next[NR_CPUS] = {0}, total = 0, cpu, n;
	unsigned long lost = printk_lost;
	const char *p;

	inside = most_inside = 0;
	printf_symbol_hook = slow_hook;
	wanted = num_online_cpus();
	for (unsigned int round = 0; round < ROUNDS; round++) {
		WRITE_ONCE(talkers, 0);
		on_each_cpu(talk, NULL, 1);
	}
	printf_symbol_hook = outer;
	KUNIT_ASSERT_EQ(test, most_inside, 0u);
	while (printk_read(&cursor, &record, text, sizeof(text))) {
		p = text;
		cpu = number(&p);
		n = number(&p);
		if (cpu >= NR_CPUS || strlen(p) != TAIL || *p < 'a')
			continue; /* somebody else's */
		KUNIT_ASSERT_EQ(test, n, next[cpu] % LINES_A_CPU);
		KUNIT_ASSERT_EQ(test, strspn(p, (char[]){*p, '\0'}), (size_t)TAIL);
		KUNIT_ASSERT_EQ(test, *p, 'a' + (char)(cpu % 26));
		next[cpu]++;
		total++;
	}
	KUNIT_EXPECT_EQ(test, total, wanted * LINES_A_CPU * ROUNDS);
	KUNIT_EXPECT_EQ(test, printk_lost, lost);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lines_and_levels),
	KUNIT_CASE(the_level_decides_what_is_shown),
	KUNIT_CASE(continued_lines),
	KUNIT_CASE(control_characters_are_replaced),
	KUNIT_CASE(long_text_is_cut_visibly),
	KUNIT_CASE(times_do_not_run_back),
	KUNIT_CASE(message_inside_a_message),
	KUNIT_CASE(fault_inside_a_message),
	KUNIT_CASE(held_messages_are_kept),
	KUNIT_CASE(lines_of_all_cpus_stay_whole),
	KUNIT_CASE(test_mode_marks_lines),
	KUNIT_CASE(capture_takes_raw_output),
	{},
};

static struct kunit_suite suite = {
	.name = "console_printk",
	.init = skip_old,
	.exit = end_capture,
	.test_cases = cases,
};
kunit_test_suite(suite);
