/* SPDX-License-Identifier: MIT */
/*
 * Names for addresses, from the table that the second link puts into the image.
 */
#ifndef KERNEL_CONSOLE_SYMBOLS_H
#define KERNEL_CONSOLE_SYMBOLS_H

#include "lib/types.h"

/*
 * The function that holds ADDR, with ADDR's offset in it and its size up to the next symbol (both
 * pointers may be NULL). NULL if ADDR is outside the kernel's code or there is no table. Any
 * context.
 */
const char *symbol_lookup(unsigned long addr, unsigned long *offset, unsigned long *size);

/* The address of the symbol NAME, or 0. Slow: a linear search. Any context. */
unsigned long symbol_address(const char *name);

/* The I-th symbol's name, in the order of addresses; NULL behind the last. */
const char *symbol_name(unsigned int i);

/* Lets %pS and %ps of printf use the table. */
void symbols_init(void);

#endif
