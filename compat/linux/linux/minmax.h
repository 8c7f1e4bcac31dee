/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/minmax.h> for foreign sources: min, max, clamp and swap.
 */
#ifndef COMPAT_LINUX_MINMAX_H
#define COMPAT_LINUX_MINMAX_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_MINMAX_H */
