/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/io.h> for foreign sources: registers of devices.
 */
#ifndef COMPAT_ASM_IO_H
#define COMPAT_ASM_IO_H

#include "boot/x86.h"
#include "linux/io.h"

#endif /* COMPAT_ASM_IO_H */
