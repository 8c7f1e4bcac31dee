/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/page-flags.h> for foreign sources: what a page is.
 */
#ifndef COMPAT_LINUX_PAGE_FLAGS_H
#define COMPAT_LINUX_PAGE_FLAGS_H

#include "linux/mm_types.h"
#include "mm/page.h"

#endif /* COMPAT_LINUX_PAGE_FLAGS_H */
