/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/limits.h> for foreign sources: limits of the integer types.
 */
#ifndef COMPAT_LINUX_LIMITS_H
#define COMPAT_LINUX_LIMITS_H

#include "lib/limits.h"

#endif /* COMPAT_LINUX_LIMITS_H */
