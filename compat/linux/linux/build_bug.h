/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/build_bug.h> for foreign sources: checks at compile time.
 */
#ifndef COMPAT_LINUX_BUILD_BUG_H
#define COMPAT_LINUX_BUILD_BUG_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_BUILD_BUG_H */
