/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/mm_types.h> for foreign sources: struct page, and fragments of pages.
 */
#ifndef COMPAT_LINUX_MM_TYPES_H
#define COMPAT_LINUX_MM_TYPES_H

#include "linux/spinlock.h"
#include "linux/types.h"
#include "mm/page.h"
#include "mm/page_frag.h"

#endif /* COMPAT_LINUX_MM_TYPES_H */
