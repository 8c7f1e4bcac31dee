/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/math.h> for foreign sources: rounded division.
 */
#ifndef COMPAT_LINUX_MATH_H
#define COMPAT_LINUX_MATH_H

#include "lib/compiler.h"
#include "lib/div64.h"

#endif /* COMPAT_LINUX_MATH_H */
