/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/align.h> for foreign sources: ALIGN and kin.
 */
#ifndef COMPAT_LINUX_ALIGN_H
#define COMPAT_LINUX_ALIGN_H

#include "lib/compiler.h"

#endif /* COMPAT_LINUX_ALIGN_H */
