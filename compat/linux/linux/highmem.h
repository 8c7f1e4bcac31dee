/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/highmem.h> for foreign sources: pages
 * without an address, and helpers over temporary maps.
 */
#ifndef COMPAT_LINUX_HIGHMEM_H
#define COMPAT_LINUX_HIGHMEM_H

#include "linux/bug.h"
#include "linux/mm.h"
#include "linux/preempt.h"
#include "mm/highmem.h"
#include "mm/kmap.h"
#include "mm/kmap_atomic.h"
#include "mm/kmap_local.h"
#include "mm/kmap_type.h"

#endif /* COMPAT_LINUX_HIGHMEM_H */
