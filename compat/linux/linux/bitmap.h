/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bitmap.h> for foreign sources: maps of bits.
 */
#ifndef COMPAT_LINUX_BITMAP_H
#define COMPAT_LINUX_BITMAP_H

#include "lib/bitmap.h"
#include "linux/bitops.h"

#endif /* COMPAT_LINUX_BITMAP_H */
