/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/glob.h> for foreign sources: shell patterns.
 */
#ifndef COMPAT_LINUX_GLOB_H
#define COMPAT_LINUX_GLOB_H

#include "lib/glob.h"

#endif /* COMPAT_LINUX_GLOB_H */
