/* SPDX-License-Identifier: MIT */
/*
 * Taking over from the boot loader: its information, its command line, and the banner.
 */
#ifndef INIT_LOADER_H
#define INIT_LOADER_H

#include "lib/types.h"

/*
 * loader_read() - fill boot_info from what the loader passed. Unknown magic or a broken block is
 * said on the console and ends the run (EXIT_CANNOT_RUN).
 * loader_parameters() - apply the command line, then print the banner, what was odd about the
 * loader's words, and the words that nobody knows.
 *
 * Once each, in this order, boot CPU, after console_init_early().
 */
void loader_read(u32 magic, u32 info);
void loader_parameters(void);

#endif
