/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/div64.h> for foreign sources: 64-bit division.
 */
#ifndef COMPAT_ASM_DIV64_H
#define COMPAT_ASM_DIV64_H

#include "lib/div64.h"

#endif /* COMPAT_ASM_DIV64_H */
