/* SPDX-License-Identifier: MIT */
/*
 * Taint: has something happened since boot after which reports should be read with care? Letters
 * and meanings are Linux's; panics show them.
 */
#ifndef KERNEL_CONSOLE_TAINT_H
#define KERNEL_CONSOLE_TAINT_H

#include "lib/types.h"

enum taint {
	TAINT_BAD_PAGE, /* B: a page was found in a bad state */
	TAINT_WARN,     /* W: a warning was reported */
	TAINT_FLAGS
};

/* Remembers it. Any context. test_taint(): has it happened? clear_taint(): for tests. */
void add_taint(enum taint taint);
bool test_taint(enum taint taint);
void clear_taint(enum taint taint);

/* "Tainted: B" or "Not tainted". */
const char *print_tainted(void);

#endif
