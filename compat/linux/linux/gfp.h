/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/gfp.h> for foreign sources: flags of allocations, and who allocates pages.
 */
#ifndef COMPAT_LINUX_GFP_H
#define COMPAT_LINUX_GFP_H

#include "linux/mmzone.h"
#include "linux/types.h"
#include "mm/gfp.h"
#include "mm/page_alloc.h"

#endif /* COMPAT_LINUX_GFP_H */
