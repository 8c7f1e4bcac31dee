/* SPDX-License-Identifier: MIT */
/*
 * What pure boot code has to say, as warnings in the log.
 */
#ifndef KERNEL_CONSOLE_SAY_H
#define KERNEL_CONSOLE_SAY_H

#include "boot/bootinfo.h"

/* Each line said through it becomes one warning; SAY_MAX characters of it are kept. Any context. */
extern const struct boot_say say_warnings;
#define SAY_MAX 999

#endif
