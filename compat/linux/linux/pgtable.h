/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/pgtable.h> for foreign sources: page tables.
 */
#ifndef COMPAT_LINUX_PGTABLE_H
#define COMPAT_LINUX_PGTABLE_H

#include "asm/page.h"
#include "mm/pgtable.h"

#endif /* COMPAT_LINUX_PGTABLE_H */
