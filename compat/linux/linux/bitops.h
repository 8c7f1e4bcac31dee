/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bitops.h> for foreign sources: single bits and searches.
 */
#ifndef COMPAT_LINUX_BITOPS_H
#define COMPAT_LINUX_BITOPS_H

#include "lib/bitops.h"
#include "linux/bits.h"

#endif /* COMPAT_LINUX_BITOPS_H */
