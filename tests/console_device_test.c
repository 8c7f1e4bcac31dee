/* SPDX-License-Identifier: MIT */
/*
 * The devices under the console: the serial port, turned upon itself, and the VGA screen, read
 * back from its memory.
 *
 * In loopback the UART receives what it sends [PC16550D 8.6.7]. Nothing may be printed meanwhile;
 * so the whole experiment runs with interrupts off, and judging comes afterwards. An emulator's
 * port takes in what the far end sends all the same: commands that wait behind this one must not
 * be eaten.
 */
#include "boot/layout.h"
#include "boot/x86.h"
#include "kernel/console/serial.h"
#include "kernel/console/vga.h"
#include "lib/string.h"
#include "tests/kunit.h"

#define UART_IER    0x3f9
#define UART_MCR    0x3fc
#define MCR_RTS     0x02
#define MCR_LOOP    0x10
#define IER_RECEIVE 0x01
#define UART_FIFO   16
#define BYTES       (SERIAL_RING + UART_FIFO)

static int need_serial(struct kunit *test)
{
	if (!serial_present())
		kunit_skip(test, "no serial port");
	return 0;
}

/* Bytes that no UTF-8 text has: nobody else sends them. */
static u8 byte_at(int i)
{
	return (u8)(0xf5 + i % 11);
}

static bool is_ours(u8 byte)
{
	return byte >= 0xf5;
}

/* What a look at the port sees. */
struct port {
	u8 mcr, ier;
};

static struct port look(void)
{
	return (struct port){.mcr = inb(UART_MCR), .ier = inb(UART_IER)};
}

/*
 * Sends BYTES bytes to ourselves, and takes them again. Returns how many came; how many of these
 * were WRONG; and what the port looked like with all of them waiting. Interrupts off.
 */
static int loop_back(int *wrong, struct port *full)
{
	int got, byte;

	*wrong = 0;
	for (int i = 0; i < BYTES; i++) {
		char out = (char)byte_at(i);

		serial_write(&out, 1);
	}
	serial_drain();
	*full = look();
	for (got = 0; (byte = serial_take(is_ours)) >= 0; got++)
		*wrong += byte != byte_at(got);
	return got;
}

/*
 * A full ring leaves bytes in the UART and holds the sender; nothing is lost, and it starts again.
 *
 * The far end cannot be told to wait while the line is looped back. What it sends is left to its
 * reader; but then some of ours find no room, and there is nothing to judge.
 */
static void full_ring_holds_the_sender(struct kunit *test)
{
	struct serial_stats before = serial_stats;
	struct port normal, held = {0}, after;
	unsigned long flags;
	int wrong = 0, got = 0;
	bool alone;

	local_irq_save(flags);
	serial_drain();
	alone = !serial_input_pending();
	if (alone) {
		normal = look();
		outb(normal.mcr | MCR_LOOP, UART_MCR);
		got = loop_back(&wrong, &held);
		after = look();
		outb(normal.mcr, UART_MCR);
		alone = !serial_input_pending();
	}
	local_irq_restore(flags);

	if (!alone) {
		serial_stats.overruns = before.overruns;
		kunit_skip(test, "somebody is sending");
	}
	KUNIT_EXPECT_EQ(test, got, BYTES);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, serial_stats.overruns, before.overruns);
	KUNIT_EXPECT_GT(test, serial_stats.held, before.held);
	KUNIT_EXPECT_EQ(test, held.mcr & MCR_RTS, 0);
	KUNIT_EXPECT_EQ(test, held.ier & IER_RECEIVE, 0);
	KUNIT_EXPECT_EQ(test, after.mcr & MCR_RTS, MCR_RTS);
	KUNIT_EXPECT_EQ(test, after.ier, normal.ier);
}

static void speeds(struct kunit *test)
{
	KUNIT_EXPECT_NE(test, serial_set_baud(0), 0);
	KUNIT_EXPECT_NE(test, serial_set_baud(115201), 0);
	KUNIT_EXPECT_NE(test, serial_set_baud(100000), 0);
	KUNIT_EXPECT_NE(test, serial_set_baud(1), 0);
	KUNIT_EXPECT_EQ(test, serial_set_baud(115200), 0);
}

static struct kunit_case serial_cases[] = {
	KUNIT_CASE(full_ring_holds_the_sender),
	KUNIT_CASE(speeds),
	{},
};

static struct kunit_suite serial_suite = {
	.name = "console_serial",
	.init = need_serial,
	.test_cases = serial_cases,
};

#define COLUMNS 80
#define ROWS    25

static unsigned int crtc_pair(u8 index)
{
	unsigned int high;

	outb(index, 0x3d4);
	high = inb(0x3d5);
	outb(index + 1, 0x3d4);
	return high << 8 | inb(0x3d5);
}

/* The character that the screen shows at ROW and COLUMN. */
static char shown(unsigned int row, unsigned int column)
{
	const volatile u16 *screen = __va(0xb8000);

	return (char)screen[crtc_pair(0x0c) + row * COLUMNS + column];
}

static unsigned int cursor(void)
{
	return crtc_pair(0x0e) - crtc_pair(0x0c);
}

static void show(const char *s)
{
	unsigned long flags;

	local_irq_save(flags);
	vga_write(s, strlen(s));
	local_irq_restore(flags);
}

static int need_screen(struct kunit *test)
{
	if (!vga_present())
		kunit_skip(test, "no VGA text screen");
	show("\033[2J\033[H");
	return 0;
}

static void text_and_cursor(struct kunit *test)
{
	show("abc\ndef\r\033[2Cx\by\tz");
	KUNIT_EXPECT_EQ(test, shown(0, 0), 'a');
	KUNIT_EXPECT_EQ(test, shown(0, 2), 'c');
	KUNIT_EXPECT_EQ(test, shown(1, 1), 'e');
	KUNIT_EXPECT_EQ(test, shown(1, 2), 'y');
	KUNIT_EXPECT_EQ(test, shown(1, 8), 'z');
	KUNIT_EXPECT_EQ(test, cursor(), COLUMNS + 9u);
	show("\033[4D\033[K\033[A!\033[1;5Hq\xe6\xbc\xa2");
	KUNIT_EXPECT_EQ(test, shown(1, 8), ' ');
	KUNIT_EXPECT_EQ(test, shown(0, 5), '!');
	KUNIT_EXPECT_EQ(test, shown(0, 1), '?'); /* one stand-in for the three bytes */
	KUNIT_EXPECT_EQ(test, shown(0, 2), 'c');
}

/* Many times through the window that the hardware scrolls in: the last rows are always right. */
static void scrolling(struct kunit *test)
{
	char line[] = "0row\n";

	for (int i = 0; i < 1000; i++) {
		line[0] = (char)('0' + i % 75);
		show(line);
		if (i < ROWS)
			continue;
		for (int row = 0; row < ROWS - 1; row++)
			KUNIT_ASSERT_EQ_MSG(test, shown(row, 0),
					    (char)('0' + (i - ROWS + 2 + row) % 75),
					    "row %d after line %d", row, i);
		KUNIT_ASSERT_EQ(test, shown(ROWS - 1, 0), ' ');
		KUNIT_ASSERT_EQ(test, shown(ROWS - 1, 3), ' ');
	}
	KUNIT_EXPECT_EQ(test, cursor(), COLUMNS * (ROWS - 1u));
}

static void full_row_wraps_late(struct kunit *test)
{
	for (int i = 0; i < COLUMNS; i++)
		show("w");
	KUNIT_EXPECT_EQ(test, cursor(), COLUMNS - 1u);
	show("\n2");
	KUNIT_EXPECT_EQ(test, shown(1, 0), '2');
	for (int i = 0; i < COLUMNS; i++)
		show("v");
	KUNIT_EXPECT_EQ(test, shown(2, 0), 'v');
}

static void what_is_said_is_mirrored(struct kunit *test)
{
	console_line("# mirror");
	KUNIT_EXPECT_EQ(test, shown(0, 2), 'm');
	KUNIT_EXPECT_EQ(test, shown(0, 7), 'r');
	KUNIT_EXPECT_EQ(test, cursor(), (unsigned int)COLUMNS);
}

static struct kunit_case vga_cases[] = {
	KUNIT_CASE(what_is_said_is_mirrored),
	KUNIT_CASE(text_and_cursor),
	KUNIT_CASE(scrolling),
	KUNIT_CASE(full_row_wraps_late),
	{},
};

static struct kunit_suite vga_suite = {
	.name = "console_vga",
	.init = need_screen,
	.test_cases = vga_cases,
};
kunit_test_suites(&serial_suite, &vga_suite);
