/* SPDX-License-Identifier: MIT */
/*
 * Proves: memory becomes the lines that Linux makes of it, whole or cut, and a message a row.
 */
#include <kunit/test.h>
#include <linux/printk.h>
#include <linux/string.h>

static const u8 bytes[40] = {0x00, 0x01, 0x7f, 0x80, 'l', 'o', 'f', 't', ' ', '~',
			     0xff, 0x1f, 1,    2,    3,   4,   'x', 5,   6,   7};

static struct line {
	size_t len;
	int rowsize, groupsize;
	bool ascii;
	char text[140];
} lines[] = {
	{4, 16, 1, false, "00 01 7f 80"},
	{8, 16, 2, false, "0100 807f 6f6c 7466"},
	{8, 16, 4, false, "807f0100 74666f6c"},
	{16, 16, 8, false, "74666f6c807f0100 040302011fff7e20"},
	{6, 16, 4, false, "00 01 7f 80 6c 6f"}, /* no multiple */
	{4, 16, 3, false, "00 01 7f 80"},
	{4, 16, 16, false, "00 01 7f 80"},
	{4, 16, -1, false, "00 01 7f 80"},
	{20, 16, 4, false, "807f0100 74666f6c 1fff7e20 04030201"}, /* a row of them */
	{20, 7, 4, false, "807f0100 74666f6c 1fff7e20 04030201"},
	{4, 16, 1, true, "00 01 7f 80                                      ...."},
	{16, 16, 1, true, "00 01 7f 80 6c 6f 66 74 20 7e ff 1f 01 02 03 04  ....loft ~......"},
	{16, 16, 8, true, "74666f6c807f0100 040302011fff7e20  ....loft ~......"},
	{20, 32, 4, true,
	 "807f0100 74666f6c 1fff7e20 04030201 07060578"
	 "                             ....loft ~......x..."},
	{0, 16, 1, true, ""},
};
/* cppcheck-suppress unknownMacro ; cppcheck does not see headers in <> */
KUNIT_ARRAY_PARAM_DESC(lines, lines, text);

static void a_row_becomes_a_line(struct kunit *test)
{
	const struct line *line = test->param_value;
	char text[140], *before = &text[0], *cut = &text[1];
	int length;

	memset(text, '#', sizeof(text));
	length = hex_dump_to_buffer(bytes, line->len, line->rowsize, line->groupsize, cut,
				    sizeof(text) - 1, line->ascii);
	KUNIT_EXPECT_EQ(test, length, (int)strlen(line->text));
	KUNIT_EXPECT_STREQ(test, cut, line->text);
	KUNIT_EXPECT_EQ(test, *before, '#');
}

/* What does not fit is cut, and not a byte more is written; the length is that of the whole. */
static void lines_are_cut(struct kunit *test)
{
	const char whole[] = "00 01 7f 80 6c 6f 66 74 20 7e ff 1f 01 02 03 04  ....loft ~......";
	char text[sizeof(whole) + 1];

	for (size_t room = 0; room <= sizeof(whole); room++) {
		memset(text, '#', sizeof(text));
		KUNIT_EXPECT_EQ(test, hex_dump_to_buffer(bytes, 16, 16, 1, text, room, true),
				(int)sizeof(whole) - 1);
		KUNIT_EXPECT_EQ(test, text[room], '#');
		if (room)
			KUNIT_EXPECT_EQ(test, strlen(text), room - 1);
		if (room)
			KUNIT_EXPECT_EQ(test, memcmp(text, whole, room - 1), 0);
	}
}

static struct log_cursor cursor;

/* The next message is LINE, on the level of debugging. */
static void expect_message(struct kunit *test, const char *line)
{
	struct log_record record;
	char text[LOG_TEXT_MAX + 1];

	KUNIT_ASSERT_TRUE(test, printk_read(&cursor, &record, text, sizeof(text)));
	KUNIT_EXPECT_STREQ(test, text, line);
	KUNIT_EXPECT_EQ(test, record.level, 7);
}

/* The console does not show them: its text is the tests'. */
static void rows_become_messages(struct kunit *test)
{
	int outer = console_loglevel;
	struct log_record record;
	char text[64], line[140];

	printk_flush();
	cursor = (struct log_cursor){0};
	while (printk_read(&cursor, &record, text, sizeof(text)))
		;
	console_loglevel = 0;
	print_hex_dump(KERN_DEBUG, "raw ", DUMP_PREFIX_OFFSET, 16, 4, bytes, 20, false);
	print_hex_dump_bytes("", DUMP_PREFIX_NONE, bytes, 4);
	print_hex_dump_debug("at ", DUMP_PREFIX_ADDRESS, 32, 1, bytes + 16, 2, false);
	print_hex_dump_bytes("nothing", DUMP_PREFIX_NONE, bytes, 0);
	console_loglevel = outer;
	expect_message(test, "raw 00000000: 807f0100 74666f6c 1fff7e20 04030201");
	expect_message(test, "raw 00000010: 07060578");
	expect_message(test, "00 01 7f 80                                      ....");
	scnprintf(line, sizeof(line), "at %p: 78 05", (const void *)(bytes + 16));
	expect_message(test, line);
	KUNIT_EXPECT_FALSE(test, printk_read(&cursor, &record, text, sizeof(text)));
}

static struct kunit_case hexdump_cases[] = {
	KUNIT_CASE_PARAM(a_row_becomes_a_line, lines_gen_params),
	KUNIT_CASE(lines_are_cut),
	KUNIT_CASE(rows_become_messages),
	{},
};

static struct kunit_suite hexdump_suite = {
	.name = "linux_hexdump",
	.test_cases = hexdump_cases,
};
kunit_test_suite(hexdump_suite);
