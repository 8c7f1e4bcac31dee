/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/sizes.h> for foreign sources: sizes by name.
 */
#ifndef COMPAT_LINUX_SIZES_H
#define COMPAT_LINUX_SIZES_H

#include "lib/sizes.h"

#endif /* COMPAT_LINUX_SIZES_H */
