/* SPDX-License-Identifier: MIT */
/*
 * A ring of whole lines: the memory behind dmesg.
 *
 * Records lie one behind the other in a byte buffer of fixed size; when a new one does not fit,
 * the oldest ones go, always whole. Every record has a sequence number that is never used twice,
 * so a reader remembers one number and can say how many lines it missed.
 *
 * Pure: no clock, no lock, no output. kernel/console/printk.c holds the one lock around it.
 * scripts/ for the debugger read the same layout: see struct log_header.
 */
#ifndef KERNEL_CONSOLE_LOGRING_H
#define KERNEL_CONSOLE_LOGRING_H

#include "lib/types.h"

/*
 * What stands before each record's text. Records begin at multiples of 8 bytes and never wrap:
 * a header whose size is LOG_WRAP (or less than a header's room before the end of the buffer)
 * means "go on at offset 0".
 */
struct log_header {
	u64 time_ns; /* since boot */
	u16 size;    /* of the whole record: header, text and padding; LOG_WRAP: see above */
	u16 length;  /* of the text, without '\0' or '\n' */
	u8 level;    /* 0 (emergency) .. 7 (debug) */
	u8 reserved[3];
};

#define LOG_WRAP     0
#define LOG_TEXT_MAX 1023 /* longest text of one record */

struct log_ring {
	u8 *buffer;    /* aligned to 8 */
	u32 size;      /* of the buffer: a multiple of 8, at least 2 * (LOG_TEXT_MAX + 32) */
	u32 first;     /* offset of the oldest record */
	u32 next;      /* offset behind the newest record */
	u64 first_seq; /* number of the oldest record */
	u64 next_seq;  /* number that the next record gets; equal to first_seq: empty */
};

/* Where a reader is. All zero: at the oldest record. Any number of readers, each with its own. */
struct log_cursor {
	u64 seq;    /* number of the record to read next */
	u32 offset; /* where it lies, as long as it has not been dropped */
};

/* One record as a reader gets it. */
struct log_record {
	u64 seq;
	u64 time_ns;
	unsigned int level;
	size_t length;
};

/*
 * Adds one line, dropping the oldest lines as needed. TEXT needs no '\0'; it is stored as it is,
 * cut to LOG_TEXT_MAX bytes. Never fails.
 */
void log_ring_add(struct log_ring *ring, unsigned int level, u64 time_ns, const char *text,
		  size_t length);

/*
 * Reads the record at CURSOR and moves it on. If that record has been dropped, the oldest one
 * there is comes instead: record->seq tells how many were missed. TEXT gets at most SIZE - 1
 * bytes and a '\0'; record->length is the full length. Returns false, and changes nothing, if
 * there is no newer record yet.
 */
bool log_ring_read(const struct log_ring *ring, struct log_cursor *cursor,
		   struct log_record *record, char *text, size_t size);

#endif
