/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/find.h> for foreign sources: searches in maps of bits.
 */
#ifndef COMPAT_LINUX_FIND_H
#define COMPAT_LINUX_FIND_H

#include "lib/bitmap.h"

#endif /* COMPAT_LINUX_FIND_H */
