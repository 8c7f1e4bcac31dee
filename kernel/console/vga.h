/* SPDX-License-Identifier: MIT */
/*
 * The VGA text screen, 80x25, as a mirror of the serial console. Output only.
 */
#ifndef KERNEL_CONSOLE_VGA_H
#define KERNEL_CONSOLE_VGA_H

#include "lib/types.h"

/*
 * Looks whether there is a VGA in text mode, and clears its screen. Returns whether there is one;
 * without one the calls below do nothing. Needs the direct mapping of the first MiB.
 */
bool vga_init(void);

/* Whether vga_init found a screen. */
bool vga_present(void);

/*
 * Shows N bytes at the cursor. Understands what loft itself sends: \n (which also returns), \r,
 * \b, \t, \a, and of the escape sequences ESC [ n A/B/C/D (move), n G (column), J and K (erase),
 * H (home); others are skipped. Bytes of UTF-8 sequences show as one '?'. Interrupts must be off.
 */
void vga_write(const char *bytes, size_t n);

#endif
