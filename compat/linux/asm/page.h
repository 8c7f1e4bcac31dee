/* SPDX-License-Identifier: MIT */
/*
 * Linux's <asm/page.h> for foreign sources: pages and the direct map.
 */
#ifndef COMPAT_ASM_PAGE_H
#define COMPAT_ASM_PAGE_H

#include "boot/layout.h"
#include "mm/page.h"

#endif /* COMPAT_ASM_PAGE_H */
