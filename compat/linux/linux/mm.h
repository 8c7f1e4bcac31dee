/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/mm.h> for foreign sources: pages and the page allocator.
 */
#ifndef COMPAT_LINUX_MM_H
#define COMPAT_LINUX_MM_H

#include "linux/bug.h"
#include "linux/errno.h"
#include "linux/gfp.h"
#include "linux/kernel.h"
#include "linux/list.h"
#include "linux/mm_types.h"
#include "linux/mmzone.h"
#include "linux/page-flags.h"
#include "linux/page_ref.h"
#include "linux/types.h"
#include "mm/page_alloc.h"

#endif /* COMPAT_LINUX_MM_H */
