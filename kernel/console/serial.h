/* SPDX-License-Identifier: MIT */
/*
 * COM1: a 16550 UART, 115200 8N1. Written by polling, read by polling at first and by interrupt
 * later. Nothing is ever dropped, in either direction: see serial.c for how.
 */
#ifndef KERNEL_CONSOLE_SERIAL_H
#define KERNEL_CONSOLE_SERIAL_H

#include "lib/types.h"

/*
 * Looks for the UART and sets it up; polled from now on. Returns whether there is one. Without
 * one all calls below do nothing. Needs nothing else of the kernel.
 */
bool serial_init(void);

/* Whether serial_init found a UART. */
bool serial_present(void);

/*
 * Sets the speed: BAUD divides 115200. Returns 0, or -EINVAL and leaves the speed as it is. Waits
 * until what was sent before is out.
 */
int serial_set_baud(unsigned long baud);

/* Claims IRQ 4 and receives by interrupt from now on. Needs irq_init(). */
void serial_start_irq(void);

/*
 * Sends N bytes as they are. Waits as long as the far end needs; received bytes are collected
 * meanwhile. Interrupts must be off.
 */
void serial_write(const char *bytes, size_t n);

/* The next received byte, 0..255, or -1 if none has arrived. Any context. */
int serial_read(void);

/*
 * For tests that loop the line back: the oldest received byte that WANTED says is theirs, or -1.
 * Bytes of others stay and keep their order. Any context.
 */
int serial_take(bool (*wanted)(u8 byte));

/* Whether serial_read would return a byte. Any context. */
bool serial_input_pending(void);

/* For console_break(): whoever was at the receiver will not go on. */
void serial_break(void);

/* Waits until the last byte has left the UART. For use before the machine goes away. */
void serial_drain(void);

#define SERIAL_RING 1024 /* received bytes that wait for serial_read(); more wait at the sender */

/* What happened since boot, for reports and tests. */
struct serial_stats {
	unsigned long received;   /* bytes taken from the UART */
	unsigned long held;       /* times the ring was full and the sender had to wait */
	unsigned long overruns;   /* bytes lost in the UART itself, as it says: 0 is the promise */
	unsigned long interrupts; /* receive interrupts served */
};
extern struct serial_stats serial_stats;

#endif
