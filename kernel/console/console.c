/* SPDX-License-Identifier: MIT */
/*
 * One stream to all devices.
 *
 * Every piece of output is written in one go under the console's lock (text.c), so that pieces
 * never mix. What can still come in between is an NMI or a fault in this very code; printk then
 * keeps its line for later (see printk.c), and panic writes regardless, on a line of its own.
 *
 * Which devices: console=ttyS0[,BAUD] and console=tty0, as in Linux; the first console= switches
 * off all devices that no console= names. Without any, all that were found are used. Input always
 * comes from the serial port.
 */
#include "kernel/console/console.h"

#include "boot/cmdline.h"
#include "boot/x86.h"
#include "kernel/console/panic.h"
#include "kernel/console/printk.h"
#include "kernel/console/serial.h"
#include "kernel/console/symbols.h"
#include "kernel/console/text.h"
#include "kernel/console/vga.h"
#include "kernel/cpu/clock.h"
#include "kernel/sync/sched.h"
#include "kernel/sync/wait.h"
#include "lib/control.h"
#include "lib/div64.h"
#include "lib/errno.h"
#include "lib/kstrtox.h"
#include "lib/limits.h"
#include "lib/printf.h"
#include "lib/string.h"

#define POLL_TICKS   (HZ / 10)
#define NSEC_PER_SEC 1000000000u

static bool use_serial = true, use_vga = true;
static bool chosen;      /* a console= has been seen */
static bool crlf = true; /* serial lines end with "\r\n" */
static bool busy;        /* a piece is being written */
static bool mid_line;    /* the last byte written was no '\n' */
static unsigned int lines;
static bool interrupts_work;

static struct {
	char *buffer;             /* NULL: output goes to the devices */
	struct task_struct *task; /* whose */
	size_t size, used;
} capture;

void console_save(struct console_state *state)
{
	text_save(state);
	state->busy = busy;
	printk_save(state);
}

static void restore(const struct console_state *state)
{
	busy = state->busy;
	printk_restore(state);
	text_restore(state);
}

void console_restore(const struct console_state *state)
{
	if (text_held_here())
		restore(state);
}

void console_break(void)
{
	static const struct console_state nothing;

	capture.buffer = NULL;
	serial_break();
	restore(&nothing);
}

/* Serial bytes with line ends as the far end wants them. */
static void write_serial(const char *s, size_t n)
{
	const char *newline;
	size_t part;

	while (crlf && (newline = memchr(s, '\n', n))) {
		part = (size_t)(newline - s);
		serial_write(s, part);
		serial_write("\r\n", 2);
		s += part + 1;
		n -= part + 1;
	}
	serial_write(s, n);
}

static void emit(const char *s, size_t n)
{
	if (!n)
		return;
	if (use_serial)
		write_serial(s, n);
	if (use_vga && !control(vga_mute))
		vga_write(s, n);
	mid_line = s[n - 1] != '\n';
}

static bool capturing(void)
{
	return capture.buffer && capture.task == current;
}

static void capture_write(const char *s, size_t n)
{
	n = min(n, capture.size - 1 - capture.used);
	memcpy(capture.buffer + capture.used, s, n);
	capture.used += n;
	capture.buffer[capture.used] = '\0';
}

/* The one way to the devices: N bytes, from column 0 if they are a line. N may be 0. */
static void emit_whole(const char *s, size_t n, bool line)
{
	struct console_hold hold;
	bool outer;

	console_lock(&hold);
	outer = busy;
	busy = true;
	if (line) {
		if (mid_line)
			emit("\n", 1);
		lines++;
	}
	emit(s, n);
	busy = outer;
	console_unlock(&hold);
}

void console_write(const char *s, size_t n)
{
	if (capturing())
		capture_write(s, n);
	else
		emit_whole(s, n, false);
}

void console_emit_line(const char *s, size_t n)
{
	emit_whole(s, n, true);
}

void console_put_line(const char *s, size_t n)
{
	printk_flush();
	if (capturing())
		capture_write(s, n);
	else
		emit_whole(s, n, true);
}

/* The one formatter of raw text. */
static void __printf(2, 0) format_and_write(bool line, const char *fmt, va_list args)
{
	struct console_text text;

	if (!console_text_get(&text))
		return;
	text.length = (size_t)vscnprintf(text.buffer, CONSOLE_TEXT_MAX + 1, fmt, args);
	if (!line) {
		console_write(text.buffer, text.length);
	} else {
		if (!text.length || text.buffer[text.length - 1] != '\n')
			text.buffer[text.length++] = '\n';
		console_put_line(text.buffer, text.length);
	}
	console_text_put(&text);
}

void console_printf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format_and_write(false, fmt, args);
	va_end(args);
}

void console_line(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	format_and_write(true, fmt, args);
	va_end(args);
}

void console_capture(char *buffer, size_t size)
{
	buffer[0] = '\0';
	capture.size = size;
	capture.used = 0;
	capture.task = current;
	capture.buffer = buffer;
}

size_t console_capture_end(void)
{
	capture.buffer = NULL;
	return capture.used;
}

bool console_is_busy(void)
{
	return busy;
}

unsigned int console_lines(void)
{
	return lines;
}

bool console_input_pending(void)
{
	return serial_input_pending();
}

void console_drain(void)
{
	serial_drain();
}

void console_finish(void)
{
	struct console_hold hold;

	console_lock(&hold);
	console_drain();
}

static DECLARE_WAIT_QUEUE_HEAD(input_arrived);

void console_input_arrived(void)
{
	wake_up(&input_arrived);
}

/*
 * Sleeps until something may have happened, POLL_TICKS at most: a UART that forgets an interrupt
 * makes input slow, not impossible. Where one cannot sleep (early, or the caller is atomic) there
 * is only polling.
 */
static void wait_for_input(u64 left_ns)
{
	long ticks = (long)min(div_u64(left_ns, NSEC_PER_SEC / HZ) + 1, (u64)POLL_TICKS);

	if (!interrupts_work || !preemptible())
		cpu_relax();
	else
		wait_event_interruptible_timeout(input_arrived, serial_input_pending(), ticks);
}

int console_getc(int timeout_ms)
{
	u64 deadline = U64_MAX, now;
	int byte;

	if (timeout_ms > 0)
		deadline = clock_ns() + (u64)timeout_ms * 1000000;
	printk_flush();
	while ((byte = serial_read()) < 0) {
		now = clock_ns();
		if (timeout_ms == 0 || now >= deadline)
			return -1;
		wait_for_input(deadline - now);
	}
	return byte;
}

void console_init_early(void)
{
	panic_init();
	symbols_init();
	serial_init();
	vga_init();
}

void console_init_late(void)
{
	serial_start_irq();
	interrupts_work = true;
}

/* ",115200n8": the speed; parity, bits and flow as they always are. Or nothing. */
static int set_speed(const char *options)
{
	unsigned long baud = 115200;
	char digits[8] = "";
	size_t n;

	if (*options == '\0')
		return 0;
	n = strspn(options + 1, "0123456789");
	if (*options != ',' || n >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, options + 1, n);
	if (kstrtoul(digits, 10, &baud))
		return -EINVAL;
	return serial_set_baud(baud);
}

/* A value that is refused changes nothing: who mistypes it shall see that said. */
static int set_console(const char *value)
{
	bool serial = value && !strncmp(value, "ttyS0", 5);
	int error = 0;

	if (serial)
		error = set_speed(value + 5);
	else if (!value || strcmp(value, "tty0"))
		error = -EINVAL;
	if (error)
		return error;
	if (!chosen)
		use_serial = use_vga = false;
	chosen = true;
	use_serial |= serial;
	use_vga |= !serial;
	return 0;
}
BOOT_PARAM("console", set_console, "ttyS0[,BAUD] or tty0; may be given twice (default: both)");

static int set_crlf(const char *value)
{
	return value ? kstrtobool(value, &crlf) : -EINVAL;
}
BOOT_PARAM("console.crlf", set_crlf, "0: serial lines end with LF alone");
