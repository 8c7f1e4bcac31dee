/* SPDX-License-Identifier: MIT */
/*
 * Formatted output into a buffer.
 *
 *	%[flags][width][.precision][length]conversion
 *
 *	flags       - + space # 0, as in C
 *	width       a number or * (negative: left-justified); precision likewise (negative: none)
 *	length      hh h l ll L q j z t
 *	conversion  d i u o x X c s %  as in C, save that %#x prints 0 as 0x0
 *	            p and what follows it:
 *	              p  px    the address, hexadecimal, all digits, no 0x
 *	              pS       symbol+0xoffset/0xsize through printf_symbol_hook; ps: symbol only
 *	              pB       as pS for a return address: the function is the one that called,
 *	                       even if the call is its last instruction
 *	              pa pap   the phys_addr_t or resource_size_t pointed at, 0x and 16 digits
 *	              pe       an error pointer's name, -ENOMEM, or number; else the address
 *	              *ph      WIDTH bytes at the pointer (64 at most) as hexadecimal pairs
 *	              *phC *phD *phN  the same with : or - or nothing between them
 *	              pV       another format and its arguments: struct va_format
 *
 * %s prints NULL as (null), and an address in the first or last page as (efault). There are no
 * floating-point conversions and no %n. A conversion that is not known ends the formatting: it
 * and the rest of the format are printed as they stand and no argument is read for them, since
 * the size of theirs is not known.
 *
 * Pure, any context, no memory but the buffer and about 200 bytes of stack (more for pV in pV).
 */
#ifndef LIB_PRINTF_H
#define LIB_PRINTF_H

#include "lib/compiler.h"
#include "lib/stdarg.h"

/* A format together with its arguments, printed in one go by %pV. */
struct va_format {
	const char *fmt;
	va_list *va;
};

enum printf_symbol {
	PRINTF_SYMBOL_NAME,   /* %ps */
	PRINTF_SYMBOL_OFFSET, /* %pS */
	PRINTF_SYMBOL_CALLER, /* %pB: looked up by the byte before, which belongs to the call */
};

/*
 * Writes the symbol at ADDR to BUF of N bytes like snprintf and returns its length: the name, but
 * for PRINTF_SYMBOL_NAME also +0xoffset/0xsize. Below 0: there is none, the plain address is
 * printed, as without a hook. Set once at boot, by whoever has the table of symbols.
 */
extern int (*printf_symbol_hook)(char *buf, size_t n, unsigned long addr, enum printf_symbol what);

/*
 * Print to BUF of SIZE bytes and terminate it (if SIZE > 0; then BUF may be NULL only for 0).
 * These return the length that the whole output has, without the NUL: it was cut if that is
 * >= SIZE.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* The same, but return the length that is in BUF: at most SIZE - 1, and 0 for SIZE 0. */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* Prints without a limit: the caller knows that BUF is large enough. For foreign sources. */
int sprintf(char *buf, const char *fmt, ...) __printf(2, 3);

#endif /* LIB_PRINTF_H */
