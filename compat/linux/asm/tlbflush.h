/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/tlbflush.h> for foreign sources: making all CPUs forget translations.
 */
#ifndef COMPAT_ASM_TLBFLUSH_H
#define COMPAT_ASM_TLBFLUSH_H

#include "mm/tlb.h"

#endif /* COMPAT_ASM_TLBFLUSH_H */
