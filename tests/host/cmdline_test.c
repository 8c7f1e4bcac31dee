/* SPDX-License-Identifier: MIT */
/*
 * The command line: splitting, quotes in the ways of QEMU and GRUB, the table, and its messages.
 */
#include "tests/host/harness.h"
#include "boot/cmdline.h"
#include "tests/host/said.h"

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

static void words(void)
{
	EXPECT_STREQ(split(""), "");
	EXPECT_STREQ(split(" \t\n "), "");
	EXPECT_STREQ(split("a"), "a");
	EXPECT_STREQ(split("  a  b\tc\n"), "a|b|c");
	EXPECT_STREQ(split("mem=512M quiet"), "mem=[512M]|quiet");
	EXPECT_STREQ(split("a= b=="), "a=[]|b=[=]");
	EXPECT_STREQ(split("a=b=c"), "a=[b=c]");
	EXPECT_STREQ(split("=a =b=c ="), "=a|=b=[c]|=");
}

static void quotes(void)
{
	EXPECT_STREQ(split("exec=\"a; b\" c"), "exec=[a; b]|c");
	EXPECT_STREQ(split("\"exec=a; b\" c"), "exec=[a; b]|c");
	EXPECT_STREQ(split("exec=\"\" c"), "exec=[]|c");
	EXPECT_STREQ(split("\"\" c"), "|c");
	EXPECT_STREQ(split("a=\"b c"), "a=[b c]");       /* never closed: up to the end */
	EXPECT_STREQ(split("a=b\" \"c"), "a=[b\" \"c]"); /* in the middle: kept */
	EXPECT_STREQ(split("a=\"b\"c d"), "a=[b\"c]|d");
	EXPECT_STREQ(split("a=\""), "a=[]");
	EXPECT_STREQ(split("\""), "");
	EXPECT_STREQ(split("\"exec=\""), "exec=[]");
	EXPECT_STREQ(split("a='b c'"), "a=['b]|c'"); /* single quotes are letters, as in Linux */
}

static void backslashes(void)
{
	/* exec="say \"hi\"" by hand, and the same word as GRUB hands it over. */
	EXPECT_STREQ(split("exec=\"say \\\"hi\\\"\" x"), "exec=[say \"hi\"]|x");
	EXPECT_STREQ(split("\"exec=say \\\"hi\\\"\" x"), "exec=[say \"hi\"]|x");
	EXPECT_STREQ(split("a=it\\'s"), "a=[it's]");
	EXPECT_STREQ(split("a=b\\\\c"), "a=[b\\c]");
	EXPECT_STREQ(split("selftest=a\\*b"), "selftest=[a\\*b]");
	EXPECT_STREQ(split("a=\\\"b c"), "a=[\"b]|c");   /* an escaped quote opens nothing */
	EXPECT_STREQ(split("a=\"b\\\" c"), "a=[b\" c]"); /* and closes nothing */
	EXPECT_STREQ(split("a\\"), "a\\");
}

static void names(void)
{
	EXPECT(cmdline_name_is("a-b", "a_b"));
	EXPECT(cmdline_name_is("", ""));
	EXPECT(!cmdline_name_is("a", "ab"));
	EXPECT(!cmdline_name_is("ab", "a"));
	EXPECT(!cmdline_name_is("a.b", "a_b"));
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
	said_clear();
	snprintf(copy, sizeof(copy), "%s", line);
	return cmdline_apply(copy, table, table + 3, &said);
}

static void setters(void)
{
	EXPECT_EQ(apply("see see=1 console.crlf=0 see=\"a b\""), 0);
	EXPECT_STREQ(seen, "<-><1><0><a b>");
	EXPECT_EQ(said_count, 0);
	EXPECT_EQ(apply("pick-me=good"), 0);
	EXPECT_EQ(said_count, 0);
	EXPECT_EQ(apply("pick-me=bad"), 0);
	EXPECT(said_has("pick-me=bad is refused (error 22). pick_me takes only `good`."));
	EXPECT_EQ(apply("pick_me"), 0);
	EXPECT(said_has("pick_me is refused"));
}

static void unknown_words_are_said_once(void)
{
	char line[2048] = "";
	unsigned int i;

	EXPECT_EQ(apply("foo see=2 bar=\"1 2\" nomodule.param=3 \"\""), 3);
	EXPECT_STREQ(seen, "<2>");
	EXPECT_EQ(said_count, 1);
	EXPECT(said_has("Unknown words on the command line: foo bar=1 2 nomodule.param=3"));

	for (i = 0; i < 300; i++)
		strcat(line, "x=12 ");
	EXPECT_EQ(apply(line), 300);
	EXPECT_EQ(said_count, 1);
	EXPECT(said_has(" x=12 x=12 and 277 more."));
}

static const struct host_case cases[] = {
	HOST_CASE(words),
	HOST_CASE(quotes),
	HOST_CASE(backslashes),
	HOST_CASE(names),
	HOST_CASE(setters),
	HOST_CASE(unknown_words_are_said_once),
	{0},
};

int main(int argc, char **argv)
{
	return host_main("cmdline", cases, argc, argv);
}
