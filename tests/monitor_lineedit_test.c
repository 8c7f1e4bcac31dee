/* SPDX-License-Identifier: MIT */
/*
 * The line editor, key by key, and what a terminal makes of its output.
 *
 * The terminal is a model of one screen line: it follows what the editor sends and knows where the
 * cursor is. After every flush its line must be the prompt and the visible part of the text, and
 * its cursor must stand where the editor thinks it does. A key sequence is written as the bytes
 * that a terminal sends for it.
 */
#include "lib/random.h"
#include "lib/string.h"
#include "monitor/lineedit.h"
#include "monitor/utf8.h"
#include "tests/kunit.h"

#define PROMPT  "> "
#define COLUMNS 40
#define SIZE    200

#define LEFT  "\033[D"
#define RIGHT "\033[C"
#define UP    "\033[A"
#define DOWN  "\033[B"
#define HOME  "\033[H"
#define END   "\033OF"
#define DEL   "\033[3~"
#define WLEFT "\033[1;5D"
#define KILL  "\x0b"
#define YANK  "\x19"

static struct {
	char cell[COLUMNS + 2][4]; /* one character each; a wide one has an empty cell behind it */
	unsigned int column, widest;
	unsigned int lines, bells;
	char listed[200]; /* what stood on finished lines */
} screen;

static char line[SIZE], saved[SIZE], killed[SIZE], past[2 * SIZE];
static struct history history;
static struct lineedit edit;

static void put(const char *bytes, struct utf8_char c)
{
	unsigned int at = min(screen.column, COLUMNS + 1u);

	if (!c.width)
		return;
	memset(screen.cell[at], 0, 4);
	memcpy(screen.cell[at], bytes, min(c.bytes, 4u));
	screen.column += c.width;
	screen.widest = max(screen.widest, screen.column);
}

static void clear_from(unsigned int column)
{
	for (; column < ARRAY_SIZE(screen.cell); column++)
		memset(screen.cell[column], 0, 4);
}

static void new_line(void)
{
	for (unsigned int i = 0; i < COLUMNS; i++)
		strncat(screen.listed, screen.cell[i],
			min_t(size_t, 4, sizeof(screen.listed) - 1 - strlen(screen.listed)));
	strlcat(screen.listed, "|", sizeof(screen.listed));
	clear_from(0);
	screen.column = 0;
	screen.lines++;
}

/* ESC [ number letter; returns its length. */
static size_t sequence(const char *s)
{
	unsigned int number = 0;
	size_t n = 2;

	for (; s[n] >= '0' && s[n] <= '9'; n++)
		number = number * 10 + (unsigned int)(s[n] - '0');
	if (s[n] == 'C')
		screen.column += number;
	else if (s[n] == 'K')
		clear_from(screen.column);
	else if (s[n] == 'J')
		clear_from(0);
	else if (s[n] == 'H')
		screen.column = 0;
	return n + 1;
}

static void terminal(const char *s, size_t n)
{
	struct utf8_char c;
	size_t used;

	for (; n; s += used, n -= used) {
		used = 1;
		if (*s == '\r') {
			screen.column = 0;
		} else if (*s == '\n') {
			new_line();
		} else if (*s == '\a') {
			screen.bells++;
		} else if (*s == '\033') {
			used = sequence(s);
		} else {
			c = utf8_at(s, n);
			put(s, c);
			used = c.bytes;
		}
	}
}

/* The candidates that Tab knows. */
static size_t complete(const char *text, size_t cursor, lineedit_add_t add, void *arg)
{
	static const char *const words[] = {"panic", "peek", "poke", "poweroff"};
	size_t start = cursor;

	while (start && text[start - 1] != ' ')
		start--;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strncmp(words[i], text + start, cursor - start))
			add(words[i], arg);
	return cursor - start;
}

static int begin(struct kunit *test)
{
	memset(&screen, 0, sizeof(screen));
	history = (struct history){.bytes = past, .size = sizeof(past)};
	edit = (struct lineedit){.line = line,
				 .saved = saved,
				 .killed = killed,
				 .size = SIZE,
				 .prompt = PROMPT,
				 .columns = COLUMNS,
				 .history = &history,
				 .write = terminal,
				 .complete = complete};
	lineedit_begin(&edit);
	return 0;
}

static enum lineedit_event type(const char *keys)
{
	enum lineedit_event event = LINEEDIT_MORE;

	for (; *keys && event == LINEEDIT_MORE; keys++)
		event = lineedit_feed(&edit, (u8)*keys);
	lineedit_flush(&edit);
	return event;
}

/* That the cells from COLUMN on show the character C, which begins with FIRST. */
static void expect_cell(struct kunit *test, size_t column, const struct utf8_char *c, char first)
{
	if (c->width)
		KUNIT_ASSERT_EQ(test, screen.cell[column][0], c->printable ? first : '?');
}

/* That the screen shows what the editor holds. */
static void expect_screen(struct kunit *test)
{
	size_t at = edit.left, column = strlen(PROMPT), cursor = 0;
	struct utf8_char c;

	KUNIT_ASSERT_EQ(test, strlen(edit.line), edit.length);
	KUNIT_ASSERT_LE(test, edit.left, edit.cursor);
	KUNIT_ASSERT_LE(test, edit.cursor, edit.length);
	KUNIT_ASSERT_LT(test, screen.widest, COLUMNS + 0u);
	KUNIT_ASSERT_EQ(test, screen.cell[0][0], PROMPT[0]);
	for (;;) {
		if (at == edit.cursor)
			cursor = column;
		if (at >= edit.length)
			break;
		c = utf8_at(edit.line + at, edit.length - at);
		if (column + c.width > COLUMNS - 1)
			break;
		expect_cell(test, column, &c, edit.line[at]);
		at += c.bytes;
		column += c.width;
	}
	KUNIT_ASSERT_EQ(test, screen.column, (unsigned int)cursor);
	KUNIT_ASSERT_EQ(test, screen.cell[column][0], '\0');
}

/* Keys, and the line and cursor that they lead to. */
static const struct keys {
	const char *keys, *line;
	size_t cursor;
} keys[] = {
	{"abc", "abc", 3},
	{"abc\x7f\b", "a", 1},
	{"abc" LEFT LEFT "x", "axbc", 2},
	{"abc" LEFT LEFT LEFT LEFT RIGHT "x", "axbc", 2},
	{"abc\x01x\x05y", "xabcy", 5},
	{"abc" HOME DEL END "d", "bcd", 3},
	{"abc\x01\x04\x04", "c", 0},
	{"abc\x02\x02\x06x", "abxc", 3},
	{"abc" DEL, "abc", 3},
	{"one two\x17", "one ", 4},
	{"one two  \x17\x17", "", 0},
	{"one two" LEFT "\x15", "o", 0},
	{"one two" WLEFT KILL, "one ", 4},
	{"one two" WLEFT WLEFT "\033[1;5Cx", "onex two", 4},
	{"one-two\033b" KILL YANK YANK, "one-twotwo", 10},
	{"one two\x01\033d" END YANK, " twoone", 7},
	{"one two\033\x7f", "one ", 4},
	{"a\033[200~b\033[99;88xc\033Qd\033xe", "abcde", 5},
	{"a\033[1~b\033[4~c\033[7~d\033[8~e", "dbace", 5},
	{"\xc3\xa4\xe6\xbc\xa2x" LEFT LEFT "\x7f", "\xe6\xbc\xa2x", 0},
	{"\xe6\xbc\xa2" LEFT DEL "y", "y", 1},
	{"a\xff\xfe" LEFT "\x7f", "a\xfe", 1},
	{"a\x1c\x1d\x1e\x1f\x11z", "az", 2},
	{"pa\t", "panic ", 6},
	{"x po\t", "x po", 4},
	{"x pow\t-f", "x poweroff -f", 13},
	{"q\t", "q", 1},
	{"peekx" LEFT "\t", "peek x", 5},
};

static void every_key(struct kunit *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		begin(test);
		KUNIT_EXPECT_EQ(test, type(keys[i].keys), LINEEDIT_MORE);
		KUNIT_EXPECT_STREQ_MSG(test, edit.line, keys[i].line, "keys number %zu", i);
		KUNIT_EXPECT_EQ_MSG(test, edit.cursor, keys[i].cursor, "keys number %zu", i);
		expect_screen(test);
	}
}

static void line_ends(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, type("abc" LEFT "\r"), LINEEDIT_LINE);
	KUNIT_EXPECT_STREQ(test, edit.line, "abc");
	lineedit_begin(&edit);
	KUNIT_EXPECT_EQ(test, type("\n"), LINEEDIT_MORE); /* the other half of CR LF */
	KUNIT_EXPECT_EQ(test, type("\n"), LINEEDIT_LINE);
	lineedit_begin(&edit);
	KUNIT_EXPECT_EQ(test, type("ab\x03"), LINEEDIT_CANCEL);
	lineedit_begin(&edit);
	KUNIT_EXPECT_EQ(test, type("\033[\x03"), LINEEDIT_CANCEL);
	lineedit_begin(&edit);
	KUNIT_EXPECT_EQ(test, type("\x04"), LINEEDIT_EOF);
	KUNIT_EXPECT_STREQ(test, screen.listed, "> abc|> |> ab^C|> ^C|> |");
}

static void walks_the_history(struct kunit *test)
{
	history_add(&history, "first");
	history_add(&history, "second");
	type("new" UP);
	KUNIT_EXPECT_STREQ(test, edit.line, "second");
	type(UP UP);
	KUNIT_EXPECT_STREQ(test, edit.line, "first");
	type("x\x0e");
	KUNIT_EXPECT_STREQ(test, edit.line, "second");
	type(DOWN DOWN);
	KUNIT_EXPECT_STREQ(test, edit.line, "new");
	KUNIT_EXPECT_EQ(test, edit.cursor, 3ul);
	type("\x10\x10");
	KUNIT_EXPECT_STREQ(test, edit.line, "first");
	expect_screen(test);
}

/* A line from the history is shown from its beginning if it fits, whatever was shown before. */
static void history_scrolls_back(struct kunit *test)
{
	history_add(&history, "short enough for the screen");
	for (int i = 0; i < 3 * COLUMNS; i++)
		lineedit_feed(&edit, 'x');
	lineedit_flush(&edit);
	KUNIT_EXPECT_GT(test, edit.left, 0ul);
	type(UP);
	KUNIT_EXPECT_EQ(test, edit.left, 0ul);
	expect_screen(test);
}

static void lists_candidates(struct kunit *test)
{
	type("p\t");
	KUNIT_EXPECT_STREQ(test, edit.line, "p");
	KUNIT_EXPECT_STREQ(test, screen.listed, "> p|panic     peek      poke      poweroff|");
	expect_screen(test);
	type("ee\tx");
	KUNIT_EXPECT_STREQ(test, edit.line, "peek x");
	KUNIT_EXPECT_EQ(test, screen.bells, 0u);
	type("\t");
	KUNIT_EXPECT_EQ(test, screen.bells, 1u);
}

static void full_line_is_refused(struct kunit *test)
{
	int i;

	for (i = 0; i < SIZE - 1; i++)
		lineedit_feed(&edit, (u8)('a' + i % 26));
	KUNIT_EXPECT_EQ(test, screen.bells, 0u);
	lineedit_flush(&edit);
	expect_screen(test);
	KUNIT_EXPECT_EQ(test, lineedit_feed(&edit, '\r'), LINEEDIT_LINE);
	KUNIT_EXPECT_EQ(test, edit.length, (size_t)SIZE - 1);
	lineedit_begin(&edit);
	for (i = 0; i < SIZE; i++)
		lineedit_feed(&edit, 'x');
	KUNIT_EXPECT_EQ(test, screen.bells, 1u);
	KUNIT_EXPECT_EQ(test, lineedit_feed(&edit, '\r'), LINEEDIT_TOO_LONG);
	lineedit_begin(&edit);
	KUNIT_EXPECT_EQ(test, type("ok\r"), LINEEDIT_LINE);
}

static void overfill(size_t n)
{
	lineedit_begin(&edit);
	while (n--)
		lineedit_feed(&edit, 'x');
}

/* What is put in as a whole, or not at all, leaves a line that may be used. */
static void refused_insertions_do_no_harm(struct kunit *test)
{
	overfill(SIZE - 1);
	type("\x15"
	     "abc" YANK);
	KUNIT_EXPECT_EQ(test, screen.bells, 1u);
	KUNIT_EXPECT_STREQ(test, edit.line, "abc");
	KUNIT_EXPECT_EQ(test, type("\r"), LINEEDIT_LINE);
	overfill(SIZE - 4);
	type(" pa\t");
	KUNIT_EXPECT_EQ(test, screen.bells, 3u); /* neither the word's rest nor a blank */
	KUNIT_EXPECT_EQ(test, edit.length, (size_t)SIZE - 1);
	KUNIT_EXPECT_EQ(test, type("\r"), LINEEDIT_LINE);
}

/* A line lacks what did not fit until it is another one. */
static void too_long_is_a_matter_of_the_line(struct kunit *test)
{
	history_add(&history, "short");
	overfill(SIZE);
	KUNIT_EXPECT_EQ(test, type("\x7f\r"), LINEEDIT_TOO_LONG);
	overfill(SIZE);
	KUNIT_EXPECT_EQ(test, type("\x15ok\r"), LINEEDIT_LINE);
	overfill(SIZE);
	KUNIT_EXPECT_EQ(test, type(UP "\r"), LINEEDIT_LINE);
	overfill(SIZE);
	KUNIT_EXPECT_EQ(test, type(UP DOWN "\r"), LINEEDIT_TOO_LONG);
	overfill(SIZE);
	KUNIT_EXPECT_EQ(test, type(UP "\x15ok" DOWN "\x15" UP DOWN "ok\r"), LINEEDIT_LINE);
}

/* Typing at the end of a short line costs one byte a key, a paste one drawing. */
static void output_is_small(struct kunit *test)
{
	unsigned int column = screen.column;

	lineedit_feed(&edit, 'a'); /* no flush needed */
	KUNIT_EXPECT_EQ(test, screen.column, column + 1);
	KUNIT_EXPECT_FALSE(test, edit.dirty);
	for (int i = 0; i < 100; i++)
		lineedit_feed(&edit, 'b');
	KUNIT_EXPECT_TRUE(test, edit.dirty);
	KUNIT_EXPECT_LT(test, screen.column, COLUMNS + 0u);
	lineedit_flush(&edit);
	expect_screen(test);
}

static void redraws_below_a_message(struct kunit *test)
{
	type("abc" LEFT);
	terminal("\nmessage\n", 9);
	lineedit_redraw(&edit);
	expect_screen(test);
}

/* Any bytes at all, drawn or not: the editor and the screen agree. */
static void garbage_keys(struct kunit *test)
{
	static const char *const pieces[] = {
		LEFT, RIGHT, UP,  DOWN,   HOME, END,    DEL,  WLEFT,          "\x17", "\x15", KILL,
		YANK, "\t",  "p", "word", " ",  "\x7f", "\b", "\xe6\xbc\xa2", "\xcc", "\x81"};
	struct rnd_state random;
	const char *piece;

	prandom_seed_state(&random, 3);
	history_add(&history, "a line that is far longer than the screen is wide");
	history_add(&history, "\xff\xe6\xbc short");
	for (int round = 0; round < 20000; round++) {
		piece = pieces[prandom_u32_below(&random, ARRAY_SIZE(pieces))];
		if (prandom_u32_below(&random, 4))
			for (; *piece; piece++)
				lineedit_feed(&edit, (u8)*piece);
		else if (lineedit_feed(&edit, (u8)prandom_u32_state(&random)) != LINEEDIT_MORE)
			lineedit_begin(&edit);
		if (prandom_u32_below(&random, 2))
			continue;
		lineedit_flush(&edit);
		expect_screen(test);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(every_key),
	KUNIT_CASE(line_ends),
	KUNIT_CASE(walks_the_history),
	KUNIT_CASE(history_scrolls_back),
	KUNIT_CASE(lists_candidates),
	KUNIT_CASE(full_line_is_refused),
	KUNIT_CASE(output_is_small),
	KUNIT_CASE(redraws_below_a_message),
	KUNIT_CASE(garbage_keys),
	KUNIT_CASE(refused_insertions_do_no_harm),
	KUNIT_CASE(too_long_is_a_matter_of_the_line),
	{},
};

static struct kunit_suite suite = {
	.name = "monitor_lineedit",
	.init = begin,
	.test_cases = cases,
};
kunit_test_suite(suite);
