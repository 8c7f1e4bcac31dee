/* SPDX-License-Identifier: MIT */
/*
 * The command line: splitting, quotes in the ways of QEMU and GRUB, the table, and its messages.
 */
#include "boot/cmdline.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/boot_test.h"

/* Splits LINE and writes each word as name or name=[value], separated by '|', into a buffer. */
static const char *split(const char *line)
{
	static char text[512];
	struct cmdline_word word;
	char copy[256], *cursor = copy;
	size_t used = 0;
	bool first = true;

	text[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", line);
	for (; cmdline_next(&cursor, &word); first = false)
		used += snprintf(text + used, sizeof(text) - used, "%s%s%s%s%s", first ? "" : "|",
				 word.name, word.value ? "=[" : "", word.value ? word.value : "",
				 word.value ? "]" : "");
	return text;
}

static void cmdline_words(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, split(""), "");
	KUNIT_EXPECT_STREQ(test, split(" \t\n "), "");
	KUNIT_EXPECT_STREQ(test, split("a"), "a");
	KUNIT_EXPECT_STREQ(test, split("  a  b\tc\n"), "a|b|c");
	KUNIT_EXPECT_STREQ(test, split("mem=512M quiet"), "mem=[512M]|quiet");
	KUNIT_EXPECT_STREQ(test, split("a= b=="), "a=[]|b=[=]");
	KUNIT_EXPECT_STREQ(test, split("a=b=c"), "a=[b=c]");
	KUNIT_EXPECT_STREQ(test, split("=a =b=c ="), "=a|=b=[c]|=");
}

static void cmdline_quotes(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, split("exec=\"a; b\" c"), "exec=[a; b]|c");
	KUNIT_EXPECT_STREQ(test, split("\"exec=a; b\" c"), "exec=[a; b]|c");
	KUNIT_EXPECT_STREQ(test, split("exec=\"\" c"), "exec=[]|c");
	KUNIT_EXPECT_STREQ(test, split("\"\" c"), "|c");
	KUNIT_EXPECT_STREQ(test, split("a=\"b c"), "a=[b c]"); /* never closed: up to the end */
	KUNIT_EXPECT_STREQ(test, split("a=b\" \"c"), "a=[b\" \"c]"); /* in the middle: kept */
	KUNIT_EXPECT_STREQ(test, split("a=\"b\"c d"), "a=[b\"c]|d");
	KUNIT_EXPECT_STREQ(test, split("a=\""), "a=[]");
	KUNIT_EXPECT_STREQ(test, split("\""), "");
	KUNIT_EXPECT_STREQ(test, split("\"exec=\""), "exec=[]");
	KUNIT_EXPECT_STREQ(test, split("a='b c'"),
			   "a=['b]|c'"); /* single quotes are letters, as in Linux */
}

static void cmdline_backslashes(struct kunit *test)
{
	/* exec="say \"hi\"" by hand, and the same word as GRUB hands it over. */
	KUNIT_EXPECT_STREQ(test, split("exec=\"say \\\"hi\\\"\" x"), "exec=[say \"hi\"]|x");
	KUNIT_EXPECT_STREQ(test, split("\"exec=say \\\"hi\\\"\" x"), "exec=[say \"hi\"]|x");
	KUNIT_EXPECT_STREQ(test, split("a=it\\'s"), "a=[it's]");
	KUNIT_EXPECT_STREQ(test, split("a=b\\\\c"), "a=[b\\c]");
	KUNIT_EXPECT_STREQ(test, split("selftest=a\\*b"), "selftest=[a\\*b]");
	KUNIT_EXPECT_STREQ(test, split("a=\\\"b c"),
			   "a=[\"b]|c"); /* an escaped quote opens nothing */
	KUNIT_EXPECT_STREQ(test, split("a=\"b\\\" c"), "a=[b\" c]"); /* and closes nothing */
	KUNIT_EXPECT_STREQ(test, split("a\\"), "a\\");
}

static void cmdline_names(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, cmdline_name_is("a-b", "a_b"));
	KUNIT_EXPECT_TRUE(test, cmdline_name_is("", ""));
	KUNIT_EXPECT_FALSE(test, cmdline_name_is("a", "ab"));
	KUNIT_EXPECT_FALSE(test, cmdline_name_is("ab", "a"));
	KUNIT_EXPECT_FALSE(test, cmdline_name_is("a.b", "a_b"));
}

static char seen[256];

static int set_seen(const char *value)
{
	size_t used = strlen(seen);

	snprintf(seen + used, sizeof(seen) - used, "<%s>", value ? value : "-");
	return 0;
}

static int refuse(const char *value)
{
	return value && strcmp(value, "good") == 0 ? 0 : -22;
}

static const struct boot_param table[] = {
	{"see", set_seen, "anything"},
	{"pick_me", refuse, "only `good`"},
	{"console.crlf", set_seen, "0 or 1"},
};

static unsigned int apply(const char *line)
{
	static char copy[4096];

	seen[0] = '\0';
	boot_test_hush();
	snprintf(copy, sizeof(copy), "%s", line);
	return cmdline_apply(copy, table, table + 3, &boot_test_say);
}

static void cmdline_setters(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, apply("see see=1 console.crlf=0 see=\"a b\""), 0u);
	KUNIT_EXPECT_STREQ(test, seen, "<-><1><0><a b>");
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, apply("pick-me=good"), 0u);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, apply("pick-me=bad"), 0u);
	EXPECT_SAID(test, "pick-me=bad makes no sense and is ignored. pick_me: only `good`");
	KUNIT_EXPECT_EQ(test, apply("pick_me"), 0u);
	EXPECT_SAID(test, "pick_me makes no sense and is ignored.");
}

static void cmdline_unknown_words_are_said_once(struct kunit *test)
{
	char line[2048] = "";
	unsigned int i;

	KUNIT_EXPECT_EQ(test, apply("foo see=2 bar=\"1 2\" nomodule.param=3 \"\""), 3u);
	KUNIT_EXPECT_STREQ(test, seen, "<2>");
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, "Unknown words on the command line: foo bar=\"1 2\" nomodule.param=3");

	KUNIT_EXPECT_EQ(test, apply("foo fo foo f foo=\"1 foo\" foo"), 4u);
	EXPECT_SAID(test, "Unknown words on the command line: foo fo f foo=\"1 foo\"");

	for (i = 0; i < 300; i++)
		snprintf(line + 6 * i, sizeof(line) - 6 * i, "x=%03u ", i);
	KUNIT_EXPECT_EQ(test, apply(line), 300u);
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test, " x=000 x=001 ");
	EXPECT_SAID(test, " x=018 and 281 more.");

	/* Behind a word that is too long for the line, no shorter one is shown out of its order. */
	strscpy(line, "first ", sizeof(line));
	memset(line + 6, 'y', 500);
	strscpy(line + 506, " short", sizeof(line) - 506);
	KUNIT_EXPECT_EQ(test, apply(line), 3u);
	EXPECT_SAID(test, "Unknown words on the command line: first and 2 more.");
	/* If it is the first, its beginning is. */
	memset(line, 'y', 500);
	strscpy(line + 500, " short", sizeof(line) - 500);
	KUNIT_EXPECT_EQ(test, apply(line), 2u);
	EXPECT_SAID(test, "Unknown words on the command line: yyyyyyyyyy");
	EXPECT_SAID(test, "yyyyyyyyyy... and 1 more.");
}

static struct kunit_case cmdline_cases[] = {
	KUNIT_CASE(cmdline_words),
	KUNIT_CASE(cmdline_quotes),
	KUNIT_CASE(cmdline_backslashes),
	KUNIT_CASE(cmdline_names),
	KUNIT_CASE(cmdline_setters),
	KUNIT_CASE(cmdline_unknown_words_are_said_once),
	{},
};

static struct kunit_suite cmdline_suite = {
	.name = "boot_cmdline",
	.test_cases = cmdline_cases,
};
kunit_test_suite(cmdline_suite);
