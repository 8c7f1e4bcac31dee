/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/log2.h> for foreign sources: logarithms.
 */
#ifndef COMPAT_LINUX_LOG2_H
#define COMPAT_LINUX_LOG2_H

#include "lib/log2.h"

#endif /* COMPAT_LINUX_LOG2_H */
