/* SPDX-License-Identifier: MIT */
/*
 * printk in two halves that only the ring connects.
 *
 * Storing: the text is formatted, cut into lines, stamped and put into the ring. A line that has
 * no end yet is kept open in open_line. Writing: whatever the ring holds behind the console's
 * cursor goes out, line by line, if its level is wanted.
 *
 * What interrupts this code on the same CPU (an NMI, a fault) and prints itself is served
 * like this: during formatting, it uses a text buffer of its own; during storing, its message
 * is lost and counted, since the ring is in pieces; during writing, its message is stored and
 * the interrupted writer finds it there. Panic does not wait for that writer: see console_break.
 *
 * Locking: console_text_get() takes the console's lock, console_text_put() gives it back, so all of
 * this is one CPU's at a time; `storing` and `writing` are about what interrupts that one.
 */
#include "kernel/console/printk.h"

#include "boot/cmdline.h"
#include "kernel/console/text.h"
#include "kernel/cpu/clock.h"
#include "lib/control.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/printf.h"
#include "lib/string.h"

#define RING_BYTES (64 * 1024)
#define PREFIX_MAX 40 /* "# " and a time stamp */

static u8 ring_buffer[RING_BYTES] __aligned(8);
struct log_ring printk_ring = {.buffer = ring_buffer, .size = RING_BYTES};
unsigned long printk_lost;
int console_loglevel = CONSOLE_LOGLEVEL_DEFAULT;

static struct {
	char text[LOG_TEXT_MAX + 1];
	size_t length;
	unsigned int level;
	u64 time_ns;
	bool open;
} open_line;

static struct log_cursor console_cursor;
static bool storing, writing, test_mode;
static bool held = true; /* nothing is shown before the banner */

static void end_open_line(void)
{
	if (!open_line.open)
		return;
	open_line.open = false;
	log_ring_add(&printk_ring, open_line.level, open_line.time_ns, open_line.text,
		     open_line.length);
}

static void add_to_open_line(const char *text, size_t n)
{
	size_t i, room = LOG_TEXT_MAX - open_line.length;
	char *to = open_line.text + open_line.length;

	for (i = 0; i < min(n, room); i++)
		to[i] = ((u8)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f ? '?' : text[i];
	open_line.length += i;
	if (n > room)
		memcpy(open_line.text + LOG_TEXT_MAX - 3, "...", 3);
}

static void begin_line(unsigned int level)
{
	end_open_line();
	open_line.open = true;
	open_line.length = 0;
	open_line.level = level;
	open_line.time_ns = clock_ns();
}

/* Puts a formatted message into the ring; what follows its last '\n' stays open. */
static void store(const char *text, size_t n)
{
	unsigned int level = LOGLEVEL_WARNING;
	bool fresh = true;
	const char *newline;
	size_t part;

	while (n >= 2 && text[0] == KERN_SOH[0]) {
		if (text[1] >= '0' && text[1] <= '7')
			level = (unsigned int)(text[1] - '0');
		else if (text[1] == 'c')
			fresh = !open_line.open;
		text += 2;
		n -= 2;
	}
	while (n) {
		newline = memchr(text, '\n', n);
		part = newline ? (size_t)(newline - text) : n;
		if (fresh)
			begin_line(level);
		add_to_open_line(text, part);
		if (!newline)
			return;
		end_open_line();
		fresh = true;
		text += part + 1;
		n -= part + 1;
	}
}

int printk_time(char *buf, size_t size, u64 ns)
{
	u32 nanos;
	u64 seconds = div_u64_rem(ns, 1000000000, &nanos);

	return scnprintf(buf, size, "[%5llu.%06u] ", seconds, nanos / 1000);
}

/* Writes the ring's record of N bytes in TEXT; there is room for a prefix in front of it. */
static void write_record(const struct log_record *record, char *text, size_t n)
{
	char prefix[PREFIX_MAX];
	size_t length = 0;

	if (test_mode)
		length = (size_t)scnprintf(prefix, sizeof(prefix), "# ");
	length += (size_t)printk_time(prefix + length, sizeof(prefix) - length, record->time_ns);
	text -= length;
	memcpy(text, prefix, length);
	text[length + n] = '\n';
	console_emit_line(text, length + n + 1);
}

/* Writes what the ring holds and the console has not shown. */
static void write_ring(void)
{
	static char line[PREFIX_MAX + LOG_TEXT_MAX + 2];
	struct log_record record;
	u64 expected;

	if (held || writing)
		return;
	writing = true;
	for (;;) {
		expected = console_cursor.seq;
		if (!log_ring_read(&printk_ring, &console_cursor, &record, line + PREFIX_MAX,
				   LOG_TEXT_MAX + 1))
			break;
		if (record.seq != expected)
			console_line("# %llu messages were too old to be shown",
				     record.seq - expected);
		if ((int)record.level < console_loglevel || control(loglevel_ignored))
			write_record(&record, line + PREFIX_MAX, record.length);
	}
	writing = false;
}

int vprintk(const char *fmt, va_list args)
{
	struct console_text text;

	if (!console_text_get(&text)) {
		printk_lost++;
		return 0;
	}
	text.length = (size_t)vscnprintf(text.buffer, CONSOLE_TEXT_MAX + 1, fmt, args);
	if (storing) {
		printk_lost++;
	} else {
		storing = true;
		store(text.buffer, text.length);
		storing = false;
		write_ring();
	}
	console_text_put(&text);
	return (int)text.length;
}

int printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk(fmt, args);
	va_end(args);
	return n;
}

void printk_flush(void)
{
	struct console_text text;

	if (!console_text_get(&text))
		return;
	if (!storing) {
		end_open_line();
		write_ring();
	}
	console_text_put(&text);
}

void printk_save(struct console_state *state)
{
	state->storing = storing;
	state->writing = writing;
}

void printk_restore(const struct console_state *state)
{
	storing = state->storing;
	writing = state->writing;
}

bool printk_read(struct log_cursor *cursor, struct log_record *record, char *text, size_t size)
{
	struct console_hold hold;
	bool more;

	console_lock(&hold);
	more = log_ring_read(&printk_ring, cursor, record, text, size);
	console_unlock(&hold);
	return more;
}

void printk_hold(bool hold)
{
	held = hold;
	if (!hold)
		printk_flush();
}

bool printk_test_mode(bool on)
{
	bool before = test_mode;

	printk_flush();
	test_mode = on;
	return before;
}

static int set_loglevel(const char *value)
{
	int level;

	if (!value || kstrtoint(value, 0, &level) || level < 0)
		return -EINVAL;
	console_loglevel = min(level, 8);
	return 0;
}
BOOT_PARAM("loglevel", set_loglevel, "show messages below this level, 0..8 (default 7)");
