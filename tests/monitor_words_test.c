/* SPDX-License-Identifier: MIT */
/*
 * The monitor's way with text: quotes and `;`, typing errors, UTF-8, and the history.
 */
#include "lib/errno.h"
#include "lib/limits.h"
#include "lib/random.h"
#include "lib/string.h"
#include "monitor/history.h"
#include "monitor/suggest.h"
#include "monitor/utf8.h"
#include "monitor/words.h"
#include "tests/kunit.h"

#define WORDS 8

/* A line, and what it means: words in [], commands one behind the other; E an open quote. */
static const struct line {
	const char *line, *meaning;
} lines[] = {
	{"", ""},
	{"  ;; ; ", ""},
	{"help", "{[help]}"},
	{"  a  b\tc ", "{[a][b][c]}"},
	{"a;b ; c d", "{[a]}{[b]}{[c][d]}"},
	{"echo 'a; b' \"c;d\"", "{[echo][a; b][c;d]}"},
	{"a'b'\"c\"d", "{[abcd]}"},
	{"'' \"\"", "{[][]}"},
	{"\"a\\\"b\\\\c\\d\"", "{[a\"b\\c\\d]}"},
	{"'a\\'b", "{[a\\b]}"},
	{"'a\\\\b\\\"'", "{[a\\\\b\\\"]}"},
	{"a\\ b \\; c\\\"", "{[a b][;][c\"]}"},
	{"a # b; c", "{[a]}"},
	{"a#b; #c", "{[a#b]}"},
	{"a '# b' # c", "{[a][# b]}"},
	{"a; b 'c; d", "{[a]}{E}"},
	{"a \"b", "{E}"},
	{"a \\", "{[a][\\]}"},
};

static void split_into(const char *line, char *meaning)
{
	char *words[WORDS], command[80];
	const char *text;
	size_t n;
	int argc, i;

	*meaning = '\0';
	while ((text = words_command(&line, &n))) {
		memcpy(command, text, n);
		command[n] = '\0';
		strcat(meaning, "{");
		argc = words_split(command, words, WORDS);
		if (argc < 0)
			strcat(meaning, "E");
		for (i = 0; i < argc; i++) {
			strcat(meaning, "[");
			strcat(meaning, words[i]);
			strcat(meaning, "]");
		}
		strcat(meaning, "}");
	}
}

static void quoting(struct kunit *test)
{
	char meaning[128];

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		split_into(lines[i].line, meaning);
		KUNIT_EXPECT_STREQ_MSG(test, meaning, lines[i].meaning, "line: %s", lines[i].line);
	}
}

static void too_many_words(struct kunit *test)
{
	char *words[2], three[] = "a b c", two[] = "a b ";

	KUNIT_EXPECT_EQ(test, words_split(three, words, 2), -E2BIG);
	KUNIT_EXPECT_EQ(test, words_split(two, words, 2), 2);
}

/* Any bytes: nothing outside the text is touched (the host's sanitizers watch), and it ends. */
static void garbage_lines(struct kunit *test)
{
	static const char alphabet[] = "ab \t;;''\"\"\\\\##\x01\xff";
	char line[41], *words[WORDS];
	struct rnd_state random;
	const char *rest, *text;
	size_t length, n, i;

	prandom_seed_state(&random, 2);
	for (int round = 0; round < 20000; round++) {
		length = prandom_u32_below(&random, sizeof(line));
		for (i = 0; i < length; i++)
			line[i] = alphabet[prandom_u32_below(&random, sizeof(alphabet) - 1)];
		line[length] = '\0';
		for (rest = line; (text = words_command(&rest, &n));) {
			KUNIT_ASSERT_GT(test, n, 0ul);
			KUNIT_ASSERT_TRUE(test, text >= line && text + n <= rest);
		}
		KUNIT_ASSERT_EQ(test, *rest, '\0');
		KUNIT_ASSERT_LE(test, words_split(line, words, WORDS), WORDS);
	}
}

static void distances(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, edit_distance("help", "help"), 0u);
	KUNIT_EXPECT_EQ(test, edit_distance("hlep", "help"), 1u); /* exchanged */
	KUNIT_EXPECT_EQ(test, edit_distance("hel", "help"), 1u);
	KUNIT_EXPECT_EQ(test, edit_distance("helpp", "help"), 1u);
	KUNIT_EXPECT_EQ(test, edit_distance("halp", "help"), 1u);
	KUNIT_EXPECT_EQ(test, edit_distance("memifno", "meminf"), 2u);
	KUNIT_EXPECT_EQ(test, edit_distance("", "abc"), 3u);
	KUNIT_EXPECT_EQ(test, edit_distance("abc", ""), 3u);
	KUNIT_EXPECT_EQ(test, edit_distance("kitten", "sitting"), 3u);
	KUNIT_EXPECT_EQ(test, edit_distance("a", "12345678901234567890123456789012"), UINT_MAX);
}

static void expect_char(struct kunit *test, const char *text, unsigned int bytes,
			unsigned int width, bool printable)
{
	struct utf8_char c = utf8_at(text, strlen(text));

	KUNIT_EXPECT_EQ_MSG(test, c.bytes, bytes, "at %*ph", (int)strlen(text), text);
	KUNIT_EXPECT_EQ_MSG(test, c.width, width, "at %*ph", (int)strlen(text), text);
	KUNIT_EXPECT_EQ_MSG(test, c.printable, printable, "at %*ph", (int)strlen(text), text);
}

static void utf8_characters(struct kunit *test)
{
	expect_char(test, "a", 1, 1, true);
	expect_char(test, "\x7f", 1, 1, false);
	expect_char(test, "\xc3\xa4", 2, 1, true);          /* a umlaut */
	expect_char(test, "\xe6\xbc\xa2", 3, 2, true);      /* a Chinese character */
	expect_char(test, "\xf0\x9f\x98\x80", 4, 2, true);  /* a face */
	expect_char(test, "\xcc\x81", 2, 0, true);          /* combining acute accent */
	expect_char(test, "\xc2\x9b", 2, 1, false);         /* CSI as a C1 control character */
	expect_char(test, "\xc0\xaf", 1, 1, false);         /* overlong */
	expect_char(test, "\xe0\x80\xaf", 1, 1, false);     /* overlong */
	expect_char(test, "\xed\xa0\x80", 1, 1, false);     /* surrogate */
	expect_char(test, "\xf4\x90\x80\x80", 1, 1, false); /* above 0x10ffff */
	expect_char(test, "\xe6\xbc", 1, 1, false);         /* cut */
	expect_char(test, "\x80", 1, 1, false);
	KUNIT_EXPECT_EQ(test, utf8_before("a\xe6\xbc\xa2", 4), 3u);
	KUNIT_EXPECT_EQ(test, utf8_before("a\xe6\xbc\xa2", 1), 1u);
	KUNIT_EXPECT_EQ(test, utf8_before("\xbc\xa2", 2), 1u);
	KUNIT_EXPECT_EQ(test, utf8_before("\xf0\x9f\x98\x80", 4), 4u);
}

static void history_keeps_the_newest(struct kunit *test)
{
	char bytes[16];
	struct history history = {.bytes = bytes, .size = sizeof(bytes)};

	KUNIT_EXPECT_NULL(test, history_get(&history, 1));
	history_add(&history, "one");
	history_add(&history, "two");
	history_add(&history, "two");
	history_add(&history, "");
	KUNIT_EXPECT_EQ(test, history.count, 2u);
	KUNIT_EXPECT_STREQ(test, history_get(&history, 2), "one");
	history_add(&history, "three"); /* 4 + 4 + 6 bytes of 16 */
	history_add(&history, "four");
	KUNIT_EXPECT_EQ(test, history.count, 3u);
	KUNIT_EXPECT_STREQ(test, history_get(&history, 3), "two");
	KUNIT_EXPECT_STREQ(test, history_get(&history, 1), "four");
	KUNIT_EXPECT_NULL(test, history_get(&history, 4));
	KUNIT_EXPECT_NULL(test, history_get(&history, 0));
	history_add(&history, "fifteen letters");
	KUNIT_EXPECT_EQ(test, history.count, 1u);
	history_add(&history, "sixteen letters.");
	KUNIT_EXPECT_STREQ(test, history_get(&history, 1), "fifteen letters");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(quoting),
	KUNIT_CASE(too_many_words),
	KUNIT_CASE(garbage_lines),
	KUNIT_CASE(distances),
	KUNIT_CASE(utf8_characters),
	KUNIT_CASE(history_keeps_the_newest),
	{},
};

static struct kunit_suite suite = {
	.name = "monitor_words",
	.test_cases = cases,
};
kunit_test_suite(suite);
