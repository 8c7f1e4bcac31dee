/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/atomic.h> for foreign sources: integers that several CPUs change.
 */
#ifndef COMPAT_ASM_ATOMIC_H
#define COMPAT_ASM_ATOMIC_H

#include "linux/atomic.h"

#endif /* COMPAT_ASM_ATOMIC_H */
