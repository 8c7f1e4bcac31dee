/* SPDX-License-Identifier: MIT */
/*
 * Buffers for text under way, for the console's own files, and what undoes an interrupted output.
 *
 * A message is formatted into a static buffer, not on the stack, which may be small or broken.
 * There are TEXT_DEPTH of them, because a message may interrupt another on the same CPU: an NMI
 * or a fault inside the formatting, and again one inside that. Other CPUs wait: taking a buffer
 * takes the console's lock.
 */
#ifndef KERNEL_CONSOLE_TEXT_H
#define KERNEL_CONSOLE_TEXT_H

#include "kernel/console/console.h"
#include "lib/types.h"

#define TEXT_DEPTH 4

struct console_text {
	char *buffer; /* CONSOLE_TEXT_MAX + 2 bytes */
	size_t length;
	struct console_hold hold;
};

/*
 * Takes a buffer, holding the console (interrupts off) until console_text_put(). Returns false,
 * with nothing to put back, if TEXT_DEPTH messages are already under way.
 */
bool console_text_get(struct console_text *text);
void console_text_put(struct console_text *text);

/*
 * What output was under way. recover_try() saves it before it runs code that may fault, and
 * restores it when it takes control back from inside that code, wherever it was.
 */
struct console_state {
	unsigned int depth;
	bool held; /* by this CPU; if not, the others mean nothing */
	bool busy, storing, writing;
};
void console_save(struct console_state *state);
void console_restore(const struct console_state *state);

/*
 * Forgets all output under way, on all CPUs, because whoever was at it will not go on: panic. What
 * had been stored in the ring and not been written is written by the next printk_flush().
 */
void console_break(void);

/* Their parts of the three above, for the CPU that holds the console. */
bool text_held_here(void);
void text_save(struct console_state *state);
void text_restore(const struct console_state *state);
void printk_save(struct console_state *state);
void printk_restore(const struct console_state *state);

#endif
