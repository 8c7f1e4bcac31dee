/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/shrinker.h> for foreign sources: caches that give memory back.
 */
#ifndef COMPAT_LINUX_SHRINKER_H
#define COMPAT_LINUX_SHRINKER_H

#include "linux/types.h"
#include "mm/shrinker.h"

#endif /* COMPAT_LINUX_SHRINKER_H */
