/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/cache.h> for foreign sources: the size of a cache line; no variable has one of its
 * own here.
 */
#ifndef COMPAT_LINUX_CACHE_H
#define COMPAT_LINUX_CACHE_H

#include "lib/compiler.h"

#define L1_CACHE_SHIFT 6
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)

#endif /* COMPAT_LINUX_CACHE_H */
