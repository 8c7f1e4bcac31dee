/* SPDX-License-Identifier: MIT */
/*
 * The console: one stream of text to every output device, and one of bytes from the serial port.
 *
 * This is the raw layer. Kernel messages with level and time stamp are printk's
 * (kernel/console/printk.h), which ends here. What goes through here comes out whole and in
 * order; a line is never cut in two by another.
 *
 * All calls may be made from any context, interrupt handlers included, and on all CPUs at once,
 * unless they say otherwise.
 */
#ifndef KERNEL_CONSOLE_CONSOLE_H
#define KERNEL_CONSOLE_CONSOLE_H

#include "lib/compiler.h"
#include "lib/types.h"

/*
 * Finds the serial port (polled) and the VGA screen and sets the hooks of lib/ (BUG, WARN, %pS).
 * The very first call of the boot; needs nothing but the mapping of the first MiB. From here on
 * everything in printk.h and panic.h works.
 */
void console_init_early(void);

/* Serial input by interrupt from now on. After irq_init() and tick_init(). */
void console_init_late(void);

/*
 * Writes N bytes as they are, except that '\n' becomes "\r\n" on the serial line (not with
 * console.crlf=0). The bytes come out in one piece.
 */
void console_write(const char *s, size_t n);

/*
 * Formats text and writes it raw, without time stamp, level or added newline. At most
 * CONSOLE_TEXT_MAX bytes; what is longer is cut.
 */
void console_printf(const char *fmt, ...) __printf(1, 2);

/*
 * The same as one whole line: begins in column 0 (ends an open line first) and ends with one
 * newline, given or not. For KTAP, BENCH, reports and the monitor's output.
 */
void console_line(const char *fmt, ...) __printf(1, 2);
#define CONSOLE_TEXT_MAX 2047

/*
 * console_lock() - keep the console to this CPU until console_unlock(), interrupts off meanwhile:
 * for a report of several lines that should stay together. Nests, and all calls here and printk may
 * be made in between. Not for long: other CPUs may be waiting, and so may this one's interrupts.
 */
struct console_hold {
	unsigned long flags;
	bool outermost;
};
void console_lock(struct console_hold *hold);
void console_unlock(const struct console_hold *hold);

/* A line that is there already: N bytes, '\n' the last of them. Of any length. */
void console_put_line(const char *s, size_t n);

/*
 * From here to console_capture_end(), what the four calls above write goes to BUFFER (terminated,
 * cut at SIZE - 1) and not to the devices, as far as it is the calling thread that writes; kernel
 * messages are not concerned. Returns the bytes captured. For tests of commands; a panic ends it.
 */
void console_capture(char *buffer, size_t size);
size_t console_capture_end(void);

/*
 * The next byte of serial input, 0..255; -1 if none comes within TIMEOUT_MS milliseconds. 0 does
 * not wait; negative waits for ever. The thread sleeps meanwhile. Not from interrupt handlers.
 * Timeouts need tick_init().
 */
int console_getc(int timeout_ms);

/* For the serial port's interrupt: somebody may be waiting in console_getc(). */
void console_input_arrived(void);

/* Whether console_getc(0) would return a byte. */
bool console_input_pending(void);

/*
 * A number that changes whenever printk or console_line begin a line. A line editor compares it
 * to see that its prompt has been written over.
 */
unsigned int console_lines(void);

/*
 * console_drain() - wait until all output has left the machine.
 * console_finish() - the same, and from here on only this CPU writes, interrupts off: so the
 * machine does not go in the middle of another's line.
 */
void console_drain(void);
void console_finish(void);

/* True once bytes are being written: what printk finds true in a fault inside the console. */
bool console_is_busy(void);

/*
 * For printk: writes one line of N bytes, '\n' at its end, from column 0. N may be 0: then it only
 * ends an open line.
 */
void console_emit_line(const char *s, size_t n);

#endif
