/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/cache.h> for foreign sources: nothing: no cache line is dear here.
 */
#ifndef COMPAT_LINUX_CACHE_H
#define COMPAT_LINUX_CACHE_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_CACHE_H */
