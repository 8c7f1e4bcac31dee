/* SPDX-License-Identifier: MIT */
/*
 * Kernel messages, with Linux's names and levels.
 *
 * printk("text\n") keeps the line, with level and time, in a ring that `dmesg` shows, and writes
 * it to the console if its level is below the console's (loglevel=). A line always comes out
 * whole. A text without '\n' waits for its end: pr_cont adds to it; any other message, raw line
 * or wait for input ends it.
 *
 * Any context: interrupt handlers, NMI, and a fault inside printk itself.
 */
#ifndef KERNEL_CONSOLE_PRINTK_H
#define KERNEL_CONSOLE_PRINTK_H

#include "kernel/console/console.h"
#include "kernel/console/logring.h"
#include "lib/compiler.h"
#include "lib/stdarg.h"

/* A message's level is written in front of its format. Without one it is KERN_WARNING. */
#define KERN_SOH     "\001"
#define KERN_EMERG   KERN_SOH "0" /* the system is unusable */
#define KERN_ALERT   KERN_SOH "1" /* act at once */
#define KERN_CRIT    KERN_SOH "2"
#define KERN_ERR     KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE  KERN_SOH "5" /* normal but worth a look */
#define KERN_INFO    KERN_SOH "6"
#define KERN_DEBUG   KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT    KERN_SOH "c" /* goes on with the open line */

#define LOGLEVEL_EMERG   0
#define LOGLEVEL_ERR     3
#define LOGLEVEL_WARNING 4
#define LOGLEVEL_INFO    6
#define LOGLEVEL_DEBUG   7

/*
 * Adds a message. It may hold several lines; each gets its own time stamp and at most
 * LOG_TEXT_MAX bytes. A longer text is cut and ends in "...". Control characters other than tab
 * and newline become '?', so that no message can play with a terminal. Returns the length.
 */
int printk(const char *fmt, ...) __printf(1, 2);
int vprintk(const char *fmt, va_list args) __printf(1, 0);

/* A file may define pr_fmt(fmt) before its first #include to put its own words in front. */
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_emerg(fmt, ...)  printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...)  printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...)   printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...)    printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...)   printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...)   printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...)  printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...)   printk(KERN_CONT fmt, ##__VA_ARGS__)

/* The first time at this place only. */
#define printk_once(fmt, ...)                                                                      \
	do {                                                                                       \
		static bool __printed;                                                             \
		if (!__printed) {                                                                  \
			__printed = true;                                                          \
			printk(fmt, ##__VA_ARGS__);                                                \
		}                                                                                  \
	} while (0)
#define pr_err_once(fmt, ...)  printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

/* Messages of a level below this one reach the console: 0 (none) .. 8 (all). loglevel= sets it. */
#define CONSOLE_LOGLEVEL_DEFAULT 7
extern int console_loglevel;

/*
 * While held, messages only enter the ring; what waits is written when the hold ends. They are
 * held from the start until the banner, the first line of all, is out. Panic ends a hold.
 */
void printk_hold(bool hold);

/*
 * In test mode every message on the console begins with "# ", which KTAP readers take for a
 * comment. The ring keeps it without. Returns the mode before.
 */
bool printk_test_mode(bool on);

/* Ends an open line and writes what has not been written yet. */
void printk_flush(void);

/*
 * The ring, for the debugger. printk_read() is how to read it: as log_ring_read(), with nobody
 * writing meanwhile. Any context.
 */
extern struct log_ring printk_ring;
bool printk_read(struct log_cursor *cursor, struct log_record *record, char *text, size_t size);

/* Messages that were lost because they came while another was being stored: NMI or fault there. */
extern unsigned long printk_lost;

/* Writes "[    1.234567] " for NS nanoseconds to BUF (at least 32 bytes). Returns its length. */
int printk_time(char *buf, size_t size, u64 ns);

#endif
