/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/page_frag_cache.h> for foreign sources: fragments of pages.
 */
#ifndef COMPAT_LINUX_PAGE_FRAG_CACHE_H
#define COMPAT_LINUX_PAGE_FRAG_CACHE_H

#include "linux/mm_types.h"
#include "mm/page_frag.h"

#endif /* COMPAT_LINUX_PAGE_FRAG_CACHE_H */
