/* SPDX-License-Identifier: MIT */
/*
 * Linux's <linux/pfn.h> for foreign sources: numbers of page frames.
 */
#ifndef COMPAT_LINUX_PFN_H
#define COMPAT_LINUX_PFN_H

#include "boot/layout.h"

#endif /* COMPAT_LINUX_PFN_H */
