/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bits.h> for foreign sources: masks.
 */
#ifndef COMPAT_LINUX_BITS_H
#define COMPAT_LINUX_BITS_H

#include "lib/bitops.h"

/* Part of a sum in which Linux refuses bounds in the wrong order; here they are not checked. */
#define GENMASK_INPUT_CHECK(high, low) (0 * sizeof((high) + (low)))

#endif /* COMPAT_LINUX_BITS_H */
