/* SPDX-License-Identifier: MIT */
/*
 * The VGA text screen [VGA: the IBM VGA's registers, as in FreeVGA].
 *
 * Whether there is one is asked of the hardware, not of the loader: the graphics controller says
 * if it is in text mode with its memory at 0xb8000. A machine without a VGA reads as ones there,
 * and one that the firmware left in a graphics mode (UEFI) says so.
 *
 * Every access to screen memory is slow, under an emulator above all, so scrolling does not copy
 * the screen: the 32 KiB window holds ROWS_KEPT rows, the controller shows 25 of them from a
 * start address, and a line feed moves that address down by one. Only when the window is used up
 * are the visible rows copied back to its top. A copy of the window in RAM is what that reads.
 *
 * Locking: the console's (interrupts off).
 */
#include "kernel/console/vga.h"

#include "boot/layout.h"
#include "boot/x86.h"
#include "lib/compiler.h"

#define COLUMNS   80
#define ROWS      25
#define ROWS_KEPT 204 /* whole rows in 32 KiB */
#define CELLS     (COLUMNS * ROWS_KEPT)

#define VGA_MEMORY      0xb8000
#define GRAPHICS_INDEX  0x3ce
#define GRAPHICS_MISC   6
#define MISC_GRAPHICS   0x01
#define MISC_MAP_MASK   0x0c
#define MISC_MAP_B8000  0x0c
#define CRTC_INDEX      0x3d4
#define CRTC_START_HIGH 0x0c
#define CRTC_CURSOR     0x0e

#define BLANK 0x0720 /* light grey on black, a space */

/* The states between the bytes of an escape sequence. */
enum escape { PLAIN, AFTER_ESC, IN_SEQUENCE };

static bool present;
static volatile u16 *screen;     /* the window: CELLS cells */
static u16 shadow[CELLS];        /* the same cells, fast to read */
static unsigned int top;         /* first visible row of the window */
static unsigned int row, column; /* cursor; row counts from top; column may be COLUMNS */
static enum escape state;
static unsigned int number; /* parameter of the escape sequence under way */

static void crtc_write_pair(u8 index, unsigned int value)
{
	outb(index, CRTC_INDEX);
	outb((u8)(value >> 8), CRTC_INDEX + 1);
	outb(index + 1, CRTC_INDEX);
	outb((u8)value, CRTC_INDEX + 1);
}

static void put_cell(unsigned int cell, u16 value)
{
	if (shadow[cell] == value)
		return;
	shadow[cell] = value;
	screen[cell] = value;
}

static void blank(unsigned int cell, unsigned int count)
{
	while (count--)
		put_cell(cell++, BLANK);
}

/* The window is used up: what is visible goes back to its top. */
static void rewind_window(void)
{
	unsigned int i;

	for (i = 0; i < COLUMNS * ROWS; i++)
		put_cell(i, shadow[top * COLUMNS + i]);
	top = 0;
}

static void line_feed(void)
{
	column = 0;
	if (row < ROWS - 1) {
		row++;
		return;
	}
	if (top + ROWS == ROWS_KEPT)
		rewind_window();
	top++;
	blank((top + row) * COLUMNS, COLUMNS);
	crtc_write_pair(CRTC_START_HIGH, top * COLUMNS);
}

static void put_char(char c)
{
	if (column == COLUMNS)
		line_feed();
	put_cell((top + row) * COLUMNS + column, (BLANK & 0xff00) | (u8)c);
	column++;
}

/* Ends an escape sequence. An absent parameter is 0; moves count it as 1. */
static void control_sequence(char final)
{
	unsigned int here = (top + row) * COLUMNS + min(column, COLUMNS - 1u);
	unsigned int n = max(number, 1u);

	switch (final) {
	case 'A':
		row -= min(n, row);
		break;
	case 'B':
		row = min(row + n, ROWS - 1u);
		break;
	case 'C':
		column = min(column + n, COLUMNS - 1u);
		break;
	case 'D':
		column -= min(n, column);
		break;
	case 'G':
		column = min(n, (unsigned int)COLUMNS) - 1;
		break;
	case 'H':
		row = column = 0;
		break;
	case 'J':
		if (number == 2)
			blank(top * COLUMNS, ROWS * COLUMNS);
		else
			blank(here, (top + ROWS) * COLUMNS - here);
		break;
	case 'K':
		blank(here, (top + row + 1) * COLUMNS - here);
		break;
	}
}

/* Takes one byte if it belongs to an escape sequence. */
static bool escape_byte(char c)
{
	switch (state) {
	case PLAIN:
		if (c != '\033')
			return false;
		state = AFTER_ESC;
		return true;
	case AFTER_ESC:
		state = c == '[' ? IN_SEQUENCE : PLAIN;
		number = 0;
		return true;
	case IN_SEQUENCE:
		if (c >= '0' && c <= '9') {
			number = min(number * 10 + (unsigned int)(c - '0'), 1000u);
		} else if (c >= '@' && c <= '~') {
			control_sequence(c);
			state = PLAIN;
		}
		return true;
	}
	return false;
}

static void show(char c)
{
	u8 byte = (u8)c;

	if (escape_byte(c))
		return;
	if (c == '\n') {
		line_feed();
	} else if (c == '\r') {
		column = 0;
	} else if (c == '\b') {
		column -= column != 0;
	} else if (c == '\t') {
		do
			put_char(' ');
		while (column % 8);
	} else if (byte >= 0xc0) {
		put_char('?'); /* the first byte of a UTF-8 sequence stands for all */
	} else if (byte >= ' ' && byte < 0x7f) {
		put_char(c);
	}
}

bool vga_init(void)
{
	u8 misc;

	outb(GRAPHICS_MISC, GRAPHICS_INDEX);
	misc = inb(GRAPHICS_INDEX + 1);
	if (misc == 0xff || (misc & MISC_GRAPHICS) || (misc & MISC_MAP_MASK) != MISC_MAP_B8000)
		return false;
	screen = __va(VGA_MEMORY);
	present = true;
	blank(0, CELLS / ROWS_KEPT * ROWS);
	crtc_write_pair(CRTC_START_HIGH, 0);
	crtc_write_pair(CRTC_CURSOR, 0);
	return true;
}

bool vga_present(void)
{
	return present;
}

void vga_write(const char *bytes, size_t n)
{
	if (!present)
		return;
	while (n--)
		show(*bytes++);
	crtc_write_pair(CRTC_CURSOR, (top + row) * COLUMNS + min(column, COLUMNS - 1u));
}
