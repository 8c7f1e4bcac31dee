/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/math64.h> for foreign sources: 64-bit division.
 */
#ifndef COMPAT_LINUX_MATH64_H
#define COMPAT_LINUX_MATH64_H

#include "lib/div64.h"

#endif /* COMPAT_LINUX_MATH64_H */
