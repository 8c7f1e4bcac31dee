/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/bug.h> for foreign sources: BUG and WARN.
 */
#ifndef COMPAT_LINUX_BUG_H
#define COMPAT_LINUX_BUG_H

#include "lib/bug.h"

#endif /* COMPAT_LINUX_BUG_H */
