/* SPDX-License-Identifier: MIT */
/*
 * Strings out of the loader's memory, above all the command line: cut, endless, unreadable; and
 * the fixed places of struct boot_info when they are full.
 */
#include "boot/bootinfo.h"
#include "boot/multiboot.h"
#include "lib/errno.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "tests/boot_test.h"

#define b    (&boot_test_blocks)
#define info (&boot_test_info)

/* Where the long string lies: a page of its own, far from the block. */
#define STRING_AT 0x200000u

/* What the string is made of: PERIOD repeated, LENGTH characters, then NUL if it has an end. */
static struct {
	const char *period;
	size_t length;
	bool has_end;
	size_t readable; /* bytes from STRING_AT on that can be read */
} line;

static bool read_line(void *ctx, phys_addr_t pa, void *buf, size_t len)
{
	size_t period = strlen(line.period), at = (size_t)(pa - STRING_AT), i;
	char *to = buf;

	if (pa < STRING_AT)
		return blocks_read(b, pa, buf, len);
	if (at > line.readable || len > line.readable - at)
		return false;
	for (i = at; i < at + len; i++)
		*to++ = i < line.length ? line.period[i % period] : line.has_end ? '\0' : 'x';
	return true;
}

/* Parses a block of LOADER with such a command line of LENGTH times the PERIOD's characters. */
static int parse_line(const char *loader, const char *period, size_t length)
{
	const struct phys_reader reader = {.read = read_line};
	static const struct boot_range ram = {MIB(1), MIB(63), MEM_RAM};
	int err;

	line.period = period;
	line.length = length;
	mb1_begin(b);
	mb1_map(b, &ram, 1, 24);
	mb1_loader(b, loader);
	mb1_flag(b, 2);
	blocks_put32(b, 16, STRING_AT);
	err = multiboot_parse(MULTIBOOT1_MAGIC, BLOCKS_BASE, &reader, info);
	boot_test_hush();
	boot_say_notes(info, &boot_test_say);
	return err;
}

static int strings_init(struct kunit *test)
{
	line.has_end = true;
	line.readable = ~(size_t)0;
	return 0;
}

static void strings_cmdline_that_fits(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "abcdefg ", BOOT_CMDLINE_MAX), 0);
	EXPECT_LINES(test, 0);
	KUNIT_EXPECT_EQ(test, strlen(info->cmdline), BOOT_CMDLINE_MAX + 0ul);
	KUNIT_EXPECT_EQ(test, info->cmdline_length, BOOT_CMDLINE_MAX + (size_t)0);
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "x", 0), 0);
	KUNIT_EXPECT_STREQ(test, info->cmdline, "");
}

static void strings_cmdline_is_cut_at_a_word(struct kunit *test)
{
	static char open_quote[BOOT_CMDLINE_MAX + 100];

	/* 16384 = 2048 words: the last character does not fit, and then the last word must go. */
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "mem=123 ", BOOT_CMDLINE_MAX + 9), 0);
	KUNIT_EXPECT_EQ(test, strlen(info->cmdline), 2047 * 8ul - 1);
	KUNIT_EXPECT_STREQ(test, info->cmdline + strlen(info->cmdline) - 4, "=123");
	EXPECT_LINES(test, 1);
	EXPECT_SAID(test,
		    "Command line of 16392 characters: cut to its first 16375 (whole words; loft "
		    "keeps 16383).");

	/* 64 KiB, and blanks inside quotes are not the end of a word. */
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "exec=\"a b c d e f\" ", 65536), 0);
	EXPECT_SAID(test, "Command line of 65536 characters: cut to its first");
	KUNIT_EXPECT_STREQ(test, info->cmdline + strlen(info->cmdline) - 4, "e f\"");
	KUNIT_EXPECT_EQ(test, info->cmdline_length, (size_t)65536);

	/* One word that does not fit does not act at all, nor does one whose quote is open. */
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "abcdefgh", 20000), 0);
	KUNIT_EXPECT_STREQ(test, info->cmdline, "");
	memset(open_quote, ' ', sizeof(open_quote) - 1);
	memcpy(open_quote, "a b=\"c \\\"", 9);
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", open_quote, sizeof(open_quote) - 1), 0);
	KUNIT_EXPECT_STREQ(test, info->cmdline, "a");
}

static void strings_cmdline_without_end(struct kunit *test)
{
	line.has_end = false;
	KUNIT_ASSERT_EQ(test, parse_line("GRUB", "quiet ", 6), 0);
	KUNIT_EXPECT_STREQ(test, info->cmdline, "quiet");
	KUNIT_EXPECT_EQ(test, info->cmdline_length, (size_t)1 << 20);
	EXPECT_SAID(test, "Command line of 1048576 characters: cut to its first 5");
}

/* The end of memory is found to the byte, whatever the chunks are in which it is read. */
static void strings_cmdline_unreadable(struct kunit *test)
{
	size_t readable;

	for (readable = 0; readable < 200; readable++) {
		line.readable = readable;
		KUNIT_ASSERT_EQ(test, parse_line("GRUB", "y", readable), -EFAULT);
		KUNIT_ASSERT_TRUE(test, strstr(info->error, "cannot be read after") != NULL);
		KUNIT_ASSERT_EQ(test, info->cmdline_length, readable);
		line.readable++;
		KUNIT_ASSERT_EQ(test, parse_line("GRUB", "y", readable), 0);
		KUNIT_ASSERT_EQ(test, strlen(info->cmdline), readable);
	}
}

static const char *after_loader(const char *loader, const char *text)
{
	return parse_line(loader, text, strlen(text)) == 0 ? info->cmdline : info->error;
}

static void strings_image_name_is_dropped(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, after_loader("qemu", "loft.elf mem=1G b"), "mem=1G b");
	KUNIT_EXPECT_STREQ(test, after_loader("qemu", "  loft.elf   mem=1G"), "mem=1G");
	KUNIT_EXPECT_STREQ(test, after_loader("qemu", "loft.elf"), "");
	KUNIT_EXPECT_STREQ(test, after_loader("qemu", "loft.elf "), "");
	KUNIT_EXPECT_STREQ(test, after_loader("GRUB 2.06", "mem=1G b"), "mem=1G b");
	KUNIT_EXPECT_STREQ(test, after_loader("qemu2", "mem=1G b"), "mem=1G b");
	KUNIT_EXPECT_STREQ(test, after_loader("QEMU", "mem=1G b"), "mem=1G b");
	KUNIT_EXPECT_STREQ(test, after_loader("", "mem=1G b"), "mem=1G b");
}

static void strings_short_ones(struct kunit *test)
{
	static const struct boot_range ram = {MIB(1), MIB(63), MEM_RAM};
	static const u32 module[] = {0x200000, 0x300000};
	static char text[BOOT_STRING_MAX + 10];

	memset(text, 'n', sizeof(text) - 1);
	mb1_begin(b);
	mb1_map(b, &ram, 1, 24);
	mb1_loader(b, text);
	mb1_modules(b, module, 1, text);
	KUNIT_ASSERT_EQ(test, boot_test_parse(MULTIBOOT1_MAGIC), 0);
	KUNIT_EXPECT_EQ(test, strlen(info->loader), BOOT_STRING_MAX + (size_t)0);
	KUNIT_EXPECT_EQ(test, strlen(info->module[0].string), BOOT_STRING_MAX + (size_t)0);
	EXPECT_SAID(test, "The boot loader's name has 264 characters: cut to 255.");
	EXPECT_SAID(test, "The string of a module has 264 characters: cut to 255.");
	blocks_put32(b, 64, 0xfffffff0);
	KUNIT_ASSERT_EQ(test, boot_test_parse(MULTIBOOT1_MAGIC), 0);
	EXPECT_SAID(test, "The boot loader's name at 0xfffffff0 has no end in 0 characters.");
}

static void strings_full_places(struct kunit *test)
{
	char note[BOOT_NOTE_MAX + 50];
	unsigned int i;

	memset(info, 0, sizeof(*info));
	boot_keep(info, 0x1000, 0);
	KUNIT_EXPECT_EQ(test, info->extent_count, 0u);
	boot_keep(info, PHYS_ADDR_MAX - 10, 20);
	KUNIT_EXPECT_EQ(test, info->extent_count, 0u);
	for (i = 0; i <= BOOT_EXTENTS_MAX; i++)
		boot_keep(info, 0x1000 * i, 1);
	KUNIT_EXPECT_EQ(test, info->extent_count, BOOT_EXTENTS_MAX + 0u);
	boot_test_hush();
	boot_say_notes(info, &boot_test_say);
	EXPECT_LINES(test, 2);
	EXPECT_SAID(test, "reach past the last address.");
	EXPECT_SAID(test, "0x28000-0x28000 is one range too many: not reserved.");

	memset(note, 'n', sizeof(note) - 1);
	note[sizeof(note) - 1] = '\0';
	for (i = 0; i < BOOT_NOTES_MAX; i++)
		boot_note(info, "%s", note);
	KUNIT_EXPECT_EQ(test, strlen(info->note[BOOT_NOTES_MAX - 1]), BOOT_NOTE_MAX + (size_t)0);
	boot_test_hush();
	boot_say_notes(info, &boot_test_say);
	EXPECT_LINES(test, BOOT_NOTES_MAX + 1);
	EXPECT_SAID(test, "2 more notes about the boot information were not kept.");
}

static struct kunit_case strings_cases[] = {
	KUNIT_CASE(strings_cmdline_that_fits),     KUNIT_CASE(strings_cmdline_is_cut_at_a_word),
	KUNIT_CASE(strings_cmdline_without_end),   KUNIT_CASE(strings_cmdline_unreadable),
	KUNIT_CASE(strings_image_name_is_dropped), KUNIT_CASE(strings_short_ones),
	KUNIT_CASE(strings_full_places),           {},
};

static struct kunit_suite strings_suite = {
	.name = "boot_strings",
	.init = strings_init,
	.test_cases = strings_cases,
};
kunit_test_suite(strings_suite);
